import { log, RandomStream } from "@refrain/learn";
import { type AbuseKind, type AbusePlan, abuseKinds, kindCounts } from "./plan.js";

/** An account that cheats. */
export interface Abuser {
  /** 0, 1, … among the abusers: farms first, then the kinds in the order of `abuseKinds`. */
  readonly place: number;
  readonly kind: AbuseKind;
  /** How bold it is, 0 … 1: the plan's strength times .75 … 1.25, cut at 1. */
  readonly strength: number;
  /** First and last day on which it may cheat, counted from the simulation's first. */
  readonly firstDay: number;
  readonly lastDay: number;
  /** What it cheats with others for: the farm's number, or its own place. */
  readonly crew: number;
}

/** What abusers are drawn from. */
export interface AbuseSetting {
  readonly seed: number;
  readonly days: number;
  readonly plan: AbusePlan;
}

/**
 * Draws an abuser, a function of seed, plan and place alone. With another strength the same account
 * is as much bolder or meeker.
 * @param place 0 … abuserCount(plan) - 1
 * @param generation how often the place has been taken over by somebody else
 */
export function drawAbuser(
  { seed, days, plan }: AbuseSetting,
  place: number,
  generation = 0,
): Abuser {
  const kind = kindAt(plan, place);
  const farm = kind === "farm";
  const crew = (farm ? Math.floor(place / plan.members) : place) + generation * generations;
  const random = new RandomStream(seed, `simulate ${kind}`, crew);
  const strength = Math.min(1, plan.strength * (0.75 + 0.5 * random.uniform()));
  const begin = Math.floor(0.6 * days * random.uniform());
  const span = 28 - 90 * log(1 - random.uniform());
  const own = new RandomStream(seed, "simulate abuser", place);
  const late = farm ? own.below(3) : 0;
  const firstDay = Math.min(days - 1, begin + late);
  return {
    place,
    kind,
    strength,
    firstDay,
    lastDay: Math.min(days - 1, Math.max(firstDay, Math.floor(begin + span))),
    crew,
  };
}

/** Places lie below it, so that crews of different generations are different. */
const generations = 2 ** 23;

function kindAt(plan: AbusePlan, place: number): AbuseKind {
  const counts = kindCounts(plan);
  let end = 0;
  for (const kind of abuseKinds) {
    end += counts[kind];
    if (place < end) return kind;
  }
  throw new Error(`Broken invariant: there is no abuser ${place}`);
}
