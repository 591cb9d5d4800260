import { foundationErrors, type JobOptions } from "../foundation/index.js";
import { type AbusePlan, abuserCount, completeAbuse } from "./abuse/plan.js";

/** Formats in which the service can be written. */
export const formats = ["musicbox", "pozytywka"] as const;

/** A format in which the service can be written. */
export type SimulationFormat = (typeof formats)[number];

/** What `simulate` is asked for. */
export interface SimulateOptions extends JobOptions {
  /** Format of the log files. */
  readonly as: SimulationFormat;
  /** Number of listeners, 1 … 20,000,000. Default 20,000. */
  readonly users?: number;
  /** Number of days, 1 … 3,650. Default 120 for `musicbox`, 365 for `pozytywka`. */
  readonly days?: number;
  /** Seed, 0 … 2^53 - 1; equal seeds give equal bytes. Default 1. */
  readonly seed?: number;
  /** Folder for the log files; `truth/` stands in it. */
  readonly out: string;
  /** Share of rows that get dirt beside them, 0 … 0.5. Default 0. */
  readonly dirt?: number;
  /** Accounts that cheat, beside the listeners, whose events do not change by it. Default: none. */
  readonly abuse?: Partial<AbusePlan>;
  /** Worker threads, 1 … 256. Default: all cores. The bytes do not depend on it. */
  readonly threads?: number;
  /**
   * Listeners simulated at once by each thread; it bounds the memory, and the bytes do not depend
   * on it. Default: as many as give some 10 MB of logs.
   */
  readonly blockUsers?: number;
  /** First day, `YYYY-MM-DD`. Default 2017-03-01 for `musicbox`, 2023-01-01 for `pozytywka`. */
  readonly start?: string;
  /**
   * `musicbox` without dirt: files of plays have a header and a column `at`, the second at which
   * each play began. Default false.
   */
  readonly timed?: boolean;
}

/** A simulation without its place: everything that its bytes depend on. Plain data. */
export interface Scenario {
  readonly as: SimulationFormat;
  readonly users: number;
  readonly days: number;
  readonly seed: number;
  readonly dirt: number;
  /** Absent where nobody cheats. */
  readonly abuse?: AbusePlan;
  /** First day, `YYYY-MM-DD`. */
  readonly start: string;
  /** Plays of `musicbox` carry their time. */
  readonly timed?: true;
}

const defaults = {
  musicbox: { users: 20_000, days: 120, start: "2017-03-01" },
  pozytywka: { users: 20_000, days: 365, start: "2023-01-01" },
} as const;

/**
 * Checks the options and fills in the defaults.
 * @throws OPTION_INVALID
 */
export function toScenario(options: SimulateOptions): Scenario {
  if (!formats.includes(options.as)) refuse("--as", options.as, `one of ${formats.join(", ")}`);
  const preset = defaults[options.as];
  const scenario: Scenario = {
    as: options.as,
    users: options.users ?? preset.users,
    days: options.days ?? preset.days,
    seed: options.seed ?? 1,
    dirt: options.dirt ?? 0,
    ...(options.abuse ? { abuse: completeAbuse(options.abuse) } : {}),
    start: options.start ?? preset.start,
    ...(options.timed === true ? { timed: true } : {}),
  };
  assertWhole("--users", scenario.users, 1, 20_000_000);
  assertWhole("--days", scenario.days, 1, 3_650);
  assertWhole("--seed", scenario.seed, 0, Number.MAX_SAFE_INTEGER);
  if (!(scenario.dirt >= 0 && scenario.dirt <= 0.5)) {
    refuse("--dirt", scenario.dirt, "a share from 0 to 0.5");
  }
  if (options.threads !== undefined) assertWhole("--threads", options.threads, 1, 256);
  if (options.blockUsers !== undefined) assertWhole("--block-users", options.blockUsers, 1, 1e6);
  assertDay(scenario.start);
  if (scenario.timed && (scenario.as !== "musicbox" || scenario.dirt > 0)) {
    refuse("--timed", `${scenario.as}, dirt ${scenario.dirt}`, "with musicbox without dirt alone");
  }
  if ((scenario.users + abuserCount(scenario.abuse)) * scenario.days > userDays) {
    refuse(
      "--users",
      scenario.users,
      `at most ${Math.floor(userDays / scenario.days)} for so many days`,
    );
  }
  return scenario;
}

/** Most listener-days of one simulation: truth files stay below 16 GB. */
const userDays = 4e9;

/** Refuses a first day that is none. */
export function assertDay(start: string): void {
  const at = new Date(`${start}T00:00:00Z`);
  const year = Number(start.slice(0, 4));
  const sound = !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === start;
  if (!sound || year < 1971 || year > 2200) {
    refuse("--start", start, "a day from 1971-01-01 to 2200-12-31, as YYYY-MM-DD");
  }
}

/** Refuses an option's value that is no whole number between two. */
export function assertWhole(option: string, given: number, low: number, high: number): void {
  if (Number.isInteger(given) && given >= low && given <= high) return;
  refuse(option, given, `a whole number from ${low} to ${high}`);
}

/** Refuses an option's value. */
export function refuse(option: string, given: unknown, expected: string): never {
  throw foundationErrors.OPTION_INVALID({ option, given: String(given), expected });
}
