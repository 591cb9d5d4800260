import { foundationErrors } from "../../foundation/index.js";

/** Ways of cheating, in the order in which accounts are numbered. */
export const abuseKinds = ["farm", "bot", "loop", "shared"] as const;

/** A way of cheating. */
export type AbuseKind = (typeof abuseKinds)[number];

/** How much cheating is planted, and how boldly. */
export interface AbusePlan {
  /** Groups of accounts that play one indie catalogue in lockstep. */
  readonly farms: number;
  /** Accounts of each farm. */
  readonly members: number;
  /** Accounts that a machine keeps playing around the clock. */
  readonly bots: number;
  /** Accounts that play one indie track, album or artist over and over. */
  readonly loops: number;
  /** Accounts that two listeners share. */
  readonly shared: number;
  /** How bold abusers are, 0 (as listeners are) … 1. */
  readonly strength: number;
  /** How much abusers change from month to month, 0 … 1. */
  readonly drift: number;
}

const none: AbusePlan = {
  farms: 0,
  members: 20,
  bots: 0,
  loops: 0,
  shared: 0,
  strength: 0.7,
  drift: 0.3,
};

const bounds: Readonly<Record<keyof AbusePlan, readonly [low: number, high: number]>> = {
  farms: [0, 10_000],
  members: [2, 10_000],
  bots: [0, 1_000_000],
  loops: [0, 1_000_000],
  shared: [0, 1_000_000],
  strength: [0, 1],
  drift: [0, 1],
};

/** Accounts that cheat, at most; with 20 million listeners ids stay apart. */
const mostAbusers = 5_000_000;

const names = Object.keys(bounds) as (keyof AbusePlan)[];

/**
 * Reads `farms=3,bots=20,strength=.7`: each name once, in any order.
 * @throws OPTION_INVALID
 */
export function parseAbuse(text: string): Partial<AbusePlan> {
  const plan: Partial<Record<keyof AbusePlan, number>> = {};
  for (const part of text.split(",")) {
    const [name = "", value = "", more] = part.split("=").map((word) => word.trim());
    const known = names.find((one) => one === name);
    if (!known || more !== undefined || !/^\d*\.?\d+$/.test(value)) {
      refuse(part, `parts name=number joined by commas, the names among ${names.join(", ")}`);
    }
    if (plan[known] !== undefined) refuse(part, `each name once, and ${known} stands twice`);
    plan[known] = Number(value);
  }
  return plan;
}

/**
 * Checks what is planned and fills in the defaults.
 * @throws OPTION_INVALID
 */
export function completeAbuse(given: Partial<AbusePlan>): AbusePlan {
  const plan = { ...none, ...given };
  for (const name of names) {
    const [low, high] = bounds[name];
    const value = plan[name];
    const whole = name !== "strength" && name !== "drift";
    if (value >= low && value <= high && (!whole || Number.isInteger(value))) continue;
    const what = whole ? "a whole number" : "a number";
    refuse(`${name}=${value}`, `with ${name} ${what} from ${low} to ${high}`);
  }
  const accounts = abuserCount(plan);
  if (accounts === 0) {
    refuse(text(given), "at least one of farms, bots, loops and shared above 0");
  }
  if (accounts > mostAbusers) refuse(text(given), `at most ${mostAbusers} accounts in all`);
  return plan;
}

/** Number of accounts that cheat. */
export function abuserCount(plan: AbusePlan | undefined): number {
  return plan ? Object.values(kindCounts(plan)).reduce((sum, count) => sum + count, 0) : 0;
}

/** Number of accounts by kind. */
export function kindCounts(plan: AbusePlan): Readonly<Record<AbuseKind, number>> {
  const { farms, members, bots, loops, shared } = plan;
  return { farm: farms * members, bot: bots, loop: loops, shared };
}

function text(plan: object): string {
  return Object.entries(plan)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}

function refuse(given: string, expected: string): never {
  throw foundationErrors.OPTION_INVALID({ option: "--abuse", given, expected });
}
