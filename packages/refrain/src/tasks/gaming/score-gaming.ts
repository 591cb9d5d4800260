import { conformalPValues } from "@refrain/learn";
import { rowsWhere } from "../../evaluation/index.js";
import type { JobOptions, Limits } from "../../foundation/index.js";
import { type Alarms, cutScores } from "./cut.js";
import type { UsageDays } from "./data.js";
import type { Farms } from "./farms.js";
import type { GamingModel } from "./gaming-model.js";
import { lakeEvidence } from "./lake-evidence.js";
import { type Reason, reasonsOf } from "./reasons.js";

/** Rows that were scored. */
export interface ScoredDays extends Alarms {
  /** One a row, higher = more suspicious. */
  readonly scores: Float64Array;
  /** Calibrated p-values: the share of genuine users with such a score; absent without marks. */
  readonly pValues?: Float64Array;
}

/** How rows are scored. */
export interface ScoreGamingOptions extends JobOptions {
  readonly threads?: number | undefined;
}

/** Scores user-days and says which of them are alarms. */
export async function scoreDays(
  gaming: GamingModel,
  days: UsageDays,
  { threads, signal, onProgress }: ScoreGamingOptions,
): Promise<ScoredDays> {
  onProgress?.({ doing: `scoring ${days.users.length} user-days` });
  const scores = await gaming.model.predict(days.features, { threads, signal });
  const alarms = cutScores(scores, gaming.cut, gaming);
  if (gaming.genuine.length === 0) return { ...alarms, scores };
  return { ...alarms, scores, pValues: conformalPValues(gaming.genuine, scores) };
}

/** A case for review. */
export interface Case {
  /** Row of the file. */
  readonly row: number;
  readonly user: string;
  readonly score: number;
  readonly pValue: number | null;
  readonly reasons: readonly Reason[];
  /** Number of the group of near-identical users that it belongs to, from 1; null for none. */
  readonly farm: number | null;
  /** Others of that group. */
  readonly accomplices: readonly string[];
  /** What in the plays counts against the user, where they lie in a lake: titles, times. */
  readonly evidence?: readonly string[];
}

/** What a review queue shows. */
export interface QueueOptions {
  readonly farms: Farms;
  /** Cases at most. */
  readonly most: number;
  /** Reasons a case at most. */
  readonly reasons: number;
  readonly limits?: Partial<Limits> | undefined;
}

/** The review queue: the alarms, most suspicious first, with reasons. */
export async function reviewQueue(
  gaming: GamingModel,
  days: UsageDays,
  scored: ScoredDays,
  { farms, most, reasons, threads, signal, limits }: ScoreGamingOptions & QueueOptions,
): Promise<Case[]> {
  const { scores, threshold, pValues } = scored;
  const alarms = rowsWhere(scores.length, (row) => scores[row]! >= threshold);
  const rows = alarms.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, most);
  const why = await reasonsOf(gaming.model, gaming.profile, days.features.take(rows), {
    most: reasons,
    threads,
    signal,
  });
  const called = Array.from(rows, (row) => days.users[row]!);
  const reading = { ...(limits && { limits }), ...(signal && { signal }) };
  const evidence = days.counted && (await lakeEvidence(days.counted, called, reading));
  return Array.from(rows, (row, place): Case => {
    const farm = farms.of.get(row);
    const others = farm === undefined ? [] : farms.list[farm]!.users;
    return {
      row,
      user: days.users[row]!,
      score: scores[row]!,
      pValue: pValues?.[row] ?? null,
      reasons: why[place]!,
      farm: farm === undefined ? null : farm + 1,
      accomplices: others.filter((user) => user !== days.users[row]),
      ...(evidence && { evidence: evidence.get(days.users[row]!) ?? [] }),
    };
  });
}
