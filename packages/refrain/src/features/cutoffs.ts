import { foundationErrors } from "../foundation/index.js";
import type { Lake } from "../lake/index.js";
import type { Cutoff } from "./compiled.js";
import { addDays, isDay, nextMonth } from "./days.js";
import type { FeatureSet } from "./declaration.js";
import { featureErrors } from "./errors.js";

/** Calendar days that the log covers. */
export interface Coverage {
  /** First day with an event, `YYYY-MM-DD`. */
  readonly from: string;
  /** Day after the last day with an event: the last day counts as observed to its end. */
  readonly until: string;
}

/** Most cutoffs of a windowed run: each is a part of the statement. */
const mostCutoffs = 60;
/** Cutoffs of the default rolling origin. */
const mostRolling = 12;

/**
 * Reads which days the events of a set cover: from the manifest, which keeps the first and last
 * moment of every file.
 * @throws NO_EVENTS
 */
export function coverageOf(lake: Lake, set: FeatureSet): Coverage {
  const tables = [...set.population, ...(set.shape === "months" ? [set.ends] : [])];
  const files = lake.manifest.files.filter((file) => tables.includes(file.table));
  const first = files.map((file) => file.firstAt ?? "").sort();
  const last = files.map((file) => file.lastAt ?? "").sort();
  if (!first[0]) throw featureErrors.NO_EVENTS({ set: set.name, tables });
  return { from: first[0].slice(0, 10), until: addDays((last.at(-1) as string).slice(0, 10), 1) };
}

/** Which cutoffs a run has: days, the rolling origin, or the end of the log (labels unknown). */
export type CutoffChoice = readonly string[] | "rolling" | "latest";

/** What decides the cutoffs of a run. */
export interface CutoffOptions {
  readonly cutoffs?: CutoffChoice;
  /** Days after the cutoff until which rows may arrive and still count. Default 0. */
  readonly knownLagDays?: number;
}

/**
 * The cutoffs of a run, ascending. The default for windows is a rolling origin: steps of the
 * label's length back from the last cutoff whose label is observed, as far as the log reaches; for
 * months it is the end of every month of the log.
 * @throws CUTOFF_INVALID, CUTOFF_OUTSIDE, LOG_TOO_SHORT, OPTION_INVALID
 */
export function resolveCutoffs(
  set: FeatureSet,
  coverage: Coverage,
  { cutoffs = "rolling", knownLagDays = 0 }: CutoffOptions,
): Cutoff[] {
  if (!(Number.isInteger(knownLagDays) && knownLagDays >= 0 && knownLagDays <= 3660)) {
    throw foundationErrors.OPTION_INVALID({
      option: "--known-lag",
      given: String(knownLagDays),
      expected: "a whole number of days from 0 to 3660",
    });
  }
  const days = typeof cutoffs === "string" ? defaultDays(set, coverage, cutoffs) : cutoffs;
  checkDays(set, days);
  checkCovered(set, coverage, days);
  return [...days].sort().map((day) => ({
    day,
    knownAt: `${addDays(day, knownLagDays)} 00:00:00`,
    labelKnown: addDays(day, set.labelDays) <= coverage.until,
  }));
}

function checkDays(set: FeatureSet, days: readonly string[]): void {
  const fail = (given: string, why: string) => featureErrors.CUTOFF_INVALID({ given, why });
  if (days.length === 0) throw fail("", "is missing");
  for (const day of days) {
    if (!isDay(day)) throw fail(day, "is no calendar day");
    if (set.shape === "months" && !day.endsWith("-01")) {
      throw fail(day, "is not the first day after a calendar month");
    }
  }
  const twice = days.find((day, index) => days.indexOf(day) !== index);
  if (twice !== undefined) throw fail(twice, "is given twice");
  if (set.shape === "windows" && days.length > mostCutoffs) {
    throw fail(days[mostCutoffs] as string, `is number ${mostCutoffs + 1}`);
  }
}

/** Days that the log does not cover would count as silence, which nobody has seen. */
function checkCovered(set: FeatureSet, { from, until }: Coverage, days: readonly string[]): void {
  const isMonths = set.shape === "months";
  const first = isMonths ? nextMonth(from) : addDays(from, 1);
  const last = isMonths ? nextMonth(addDays(until, -1)) : until;
  const given = days.find((day) => day < first || day > last);
  if (given === undefined) return;
  throw featureErrors.CUTOFF_OUTSIDE({ given, from, to: addDays(until, -1), first, last });
}

function defaultDays(
  set: FeatureSet,
  { from, until }: Coverage,
  choice: "rolling" | "latest",
): string[] {
  if (set.shape === "months") {
    const all: string[] = [];
    for (let end = nextMonth(from); all.at(-1) === undefined || (all.at(-1) as string) < until; ) {
      all.push(end);
      end = nextMonth(end);
    }
    return choice === "latest" ? all.slice(-1) : all;
  }
  if (choice === "latest") return [until];
  const days: string[] = [];
  for (
    let day = addDays(until, -set.labelDays);
    addDays(day, -set.lookbackDays) >= from && days.length < mostRolling;
    day = addDays(day, -set.labelDays)
  ) {
    days.push(day);
  }
  if (days.length === 0) {
    throw featureErrors.LOG_TOO_SHORT({
      from,
      until: addDays(until, -1),
      days: set.lookbackDays + set.labelDays,
    });
  }
  return days.reverse();
}
