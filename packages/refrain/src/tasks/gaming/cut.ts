import {
  benjaminiHochberg,
  bestF1,
  budgetThreshold,
  conformalPValues,
  densitySweep,
  log,
} from "@refrain/learn";
import { gamingErrors } from "./errors.js";
import type { Method } from "./methods.js";

/** What decides how many rows are alarms. */
export type Cut =
  | { readonly by: "f1" }
  /** So many cases of the rows that are scored, at most. */
  | { readonly by: "budget"; readonly cases: number }
  /** Of the alarms at most this share is genuine, on average. */
  | { readonly by: "false-discovery-rate"; readonly rate: number }
  /** Density below which a row is an alarm, for the Gaussian. */
  | { readonly by: "epsilon"; readonly epsilon: number };

/** The cut that the options of a command ask for; at most one of them may be given. */
export function cutOf(given: {
  readonly budget?: number | undefined;
  readonly falseDiscoveryRate?: number | undefined;
  readonly epsilon?: number | undefined;
}): Cut {
  if (given.budget !== undefined) return { by: "budget", cases: given.budget };
  if (given.falseDiscoveryRate !== undefined) {
    return { by: "false-discovery-rate", rate: given.falseDiscoveryRate };
  }
  return given.epsilon === undefined ? { by: "f1" } : { by: "epsilon", epsilon: given.epsilon };
}

/**
 * The threshold of a method on marked rows: rows with score ≥ threshold are called.
 * @param label 0 or 1 a row
 * @param scores one a row
 */
export function markedThreshold(
  { threshold }: Method,
  label: Float64Array,
  scores: Float64Array,
): number {
  return threshold === "density-sweep"
    ? densitySweep(label, scores).threshold
    : bestF1(label, scores).threshold;
}

/** Scores -log density, so a density below epsilon is a score above this. */
export function epsilonThreshold(epsilon: number): number {
  return -log(epsilon);
}

/** Which rows of a file are alarms. */
export interface Alarms {
  /** Rows with at least this score are alarms; Infinity where there are none. */
  readonly threshold: number;
  readonly count: number;
  /** For a rate of false discoveries: so many rows must score above all genuine marks at least. */
  readonly least?: number;
}

/** What a model knows to cut by. */
export interface CutBasis {
  /** Best F1 on marked rows, or of the epsilon given; undefined where there were no marks. */
  readonly threshold: number | undefined;
  /** Scores of genuine marked rows by models that have not seen them; empty without marks. */
  readonly genuine: Float64Array;
}

/**
 * Which of the scored rows are alarms.
 * @param scores one a row
 * @throws CUT_NEEDS_MARKS
 */
export function cutScores(scores: Float64Array, cut: Cut, basis: CutBasis): Alarms {
  if (cut.by === "budget") {
    const { threshold, alarms } = budgetThreshold(scores, cut.cases);
    return { threshold, count: alarms };
  }
  if (cut.by === "false-discovery-rate") {
    if (basis.genuine.length === 0) {
      throw gamingErrors.CUT_NEEDS_MARKS({ option: "--false-discovery-rate" });
    }
    const p = conformalPValues(basis.genuine, scores);
    const { rejected, count } = benjaminiHochberg(p, cut.rate);
    let threshold = Number.POSITIVE_INFINITY;
    for (let row = 0; row < scores.length; row++) {
      if (rejected[row] === 1) threshold = Math.min(threshold, scores[row]!);
    }
    // No p-value is below one in so many, and each row that is scored is one more test.
    const least = Math.ceil(scores.length / (cut.rate * (basis.genuine.length + 1)));
    return { threshold, count, least };
  }
  const { threshold } = basis;
  if (threshold === undefined) throw gamingErrors.CUT_NEEDS_MARKS({ option: "a threshold by F1" });
  return { threshold, count: scores.reduce((sum, score) => sum + (score >= threshold ? 1 : 0), 0) };
}
