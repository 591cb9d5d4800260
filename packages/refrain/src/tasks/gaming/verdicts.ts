import type { JobOptions, Limits } from "../../foundation/index.js";
import { type JudgedDay, type WrittenVerdicts, writeVerdicts } from "../../lake/index.js";
import type { UsageDays } from "./data.js";
import { gamingErrors } from "./errors.js";
import type { GamingModel } from "./gaming-model.js";
import type { Case, ScoredDays } from "./score-gaming.js";

/** Name of the detector in verdicts. */
const detector = "gaming";

/** Digits of a model's hash that its version has. */
const hashDigits = 12;

/** Whether and how verdicts go to the lake. */
export interface VerdictOptions {
  /** Write what was found to the lake whose plays were counted, as rows of `verdict`. */
  readonly writeVerdicts?: boolean;
  /** Moment from which they are known; the last arrival of the day's plays unless told. */
  readonly knownAt?: string;
}

/** @throws VERDICTS_NEED_LAKE */
export function assertLake(
  { writeVerdicts: asked }: VerdictOptions,
  lake: string | undefined,
): void {
  if (asked === true && lake === undefined) throw gamingErrors.VERDICTS_NEED_LAKE({});
}

/** A day that was judged. */
export interface JudgedUsage {
  readonly gaming: GamingModel;
  /** Hash of the model's file. */
  readonly hash: string;
  readonly days: UsageDays;
  readonly scored: ScoredDays;
  /** Every alarm. */
  readonly cases: readonly Case[];
}

/** Where to, and how. */
export interface VerdictJob extends VerdictOptions, JobOptions {
  readonly lake?: string | undefined;
  readonly limits?: Partial<Limits>;
}

/**
 * Writes what was found to the lake where that was asked for.
 * @throws VERDICTS_NEED_LAKE, VERDICT_UNFOUNDED, and what the lake throws
 */
export async function verdictsOf(
  { gaming, hash, days, scored, cases }: JudgedUsage,
  { writeVerdicts: asked, knownAt, lake, limits, signal }: VerdictJob,
): Promise<{ readonly verdicts?: WrittenVerdicts }> {
  if (asked !== true) return {};
  const day = days.counted?.day;
  if (lake === undefined || day === undefined) throw gamingErrors.VERDICTS_NEED_LAKE({});
  const verdicts = await writeVerdicts({
    ...{ lake, detector, day, judged: judgedDays(days, scored, cases) },
    version: `${gaming.method}/${hash.slice(0, hashDigits)}`,
    ...(knownAt === undefined ? {} : { knownAt }),
    ...(limits === undefined ? {} : { limits }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { verdicts };
}

function* judgedDays(
  { users }: UsageDays,
  { scores, pValues }: ScoredDays,
  cases: readonly Case[],
): Generator<JudgedDay> {
  const reasons = new Map(cases.map((one) => [one.row, one.reasons]));
  for (const [row, user] of users.entries()) {
    yield {
      user,
      flagged: reasons.has(row),
      score: scores[row]!,
      pValue: pValues?.[row] ?? null,
      reason: (reasons.get(row) ?? []).map(({ text }) => text).join("; "),
    };
  }
}
