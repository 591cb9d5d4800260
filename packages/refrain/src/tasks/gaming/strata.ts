import type { Frame } from "@refrain/learn";

/** What kind of listener a user-day is, by whose music was played. */
export type Stratum = "all-indie" | "mixed" | "mostly-major";

/** Every stratum, in the order of tables. */
export const strata: readonly Stratum[] = ["all-indie", "mixed", "mostly-major"];

/** Alarms of one stratum. */
export interface StratumAlarms {
  readonly name: Stratum;
  readonly users: number;
  readonly alarms: number;
  /** null where there are no users. */
  readonly perHundredThousand: number | null;
}

/** Alarms of a file, in all and by stratum. */
export interface AlarmCounts {
  readonly users: number;
  readonly alarms: number;
  readonly perHundredThousand: number;
  readonly strata: readonly StratumAlarms[];
}

/**
 * The stratum of each row, as its place in `strata`. The ratio is indie plays over major plays, or
 * over 1 where there is no major play: then it equals the number of plays.
 */
export function strataOf(features: Frame): Uint8Array {
  const ratio = features.numbers("IndieToMajorRatio");
  const plays = features.numbers("totUsage");
  const places = new Uint8Array(ratio.length);
  for (let row = 0; row < places.length; row++) {
    // A single play of a major label gives a ratio of one less than the plays.
    const isMixed = ratio[row]! <= plays[row]! - 0.5;
    places[row] = strata.indexOf(
      ratio[row]! < 1 ? "mostly-major" : isMixed ? "mixed" : "all-indie",
    );
  }
  return places;
}

/** Counts alarms by stratum. @param isAlarm one a row */
export function countAlarms(features: Frame, isAlarm: (row: number) => boolean): AlarmCounts {
  const users = strata.map(() => 0);
  const alarms = strata.map(() => 0);
  const places = strataOf(features);
  for (let row = 0; row < places.length; row++) {
    users[places[row]!]! += 1;
    if (isAlarm(row)) alarms[places[row]!]! += 1;
  }
  const all = alarms.reduce((sum, count) => sum + count, 0);
  const rate = (part: number, whole: number): number => (1e5 * part) / whole;
  return {
    users: features.rowCount,
    alarms: all,
    perHundredThousand: rate(all, features.rowCount),
    strata: strata.map((name, place) => ({
      ...{ name, users: users[place]!, alarms: alarms[place]! },
      perHundredThousand: users[place] === 0 ? null : rate(alarms[place]!, users[place]!),
    })),
  };
}
