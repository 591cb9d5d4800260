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
 * The stratum of each row. The ratio is indie plays over major plays, or over 1 where there is no
 * major play: then it equals the number of plays.
 */
export function strataOf(features: Frame): Stratum[] {
  const ratio = features.numbers("IndieToMajorRatio");
  const plays = features.numbers("totUsage");
  return Array.from(ratio, (value, row) => {
    if (value < 1) return "mostly-major";
    // A single play of a major label gives a ratio of one less than the plays.
    return value > plays[row]! - 0.5 ? "all-indie" : "mixed";
  });
}

/** Counts alarms by stratum. @param isAlarm one a row */
export function countAlarms(features: Frame, isAlarm: (row: number) => boolean): AlarmCounts {
  const users = { "all-indie": 0, mixed: 0, "mostly-major": 0 };
  const alarms = { "all-indie": 0, mixed: 0, "mostly-major": 0 };
  for (const [row, stratum] of strataOf(features).entries()) {
    users[stratum] += 1;
    if (isAlarm(row)) alarms[stratum] += 1;
  }
  const all = strata.reduce((sum, name) => sum + alarms[name], 0);
  const rate = (part: number, whole: number): number => (1e5 * part) / whole;
  return {
    users: features.rowCount,
    alarms: all,
    perHundredThousand: rate(all, features.rowCount),
    strata: strata.map((name) => ({
      name,
      users: users[name],
      alarms: alarms[name],
      perHundredThousand: users[name] === 0 ? null : rate(alarms[name], users[name]),
    })),
  };
}
