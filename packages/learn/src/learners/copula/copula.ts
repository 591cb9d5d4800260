import { type ModelState, type Numbers, Pacer, type Tensor } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { describeModel } from "../card.js";
import type { DetectorModel, FitExtras, Learner, ModelCard, SeededOptions } from "../contract.js";
import { additiveParts, detectionData, detectorModel } from "../detector.js";
import { completeOptions, optionRules } from "../door.js";
import { learnerErrors } from "../errors.js";
import { doublesOf, numberWidth, vector } from "../linear/linear-model.js";
import {
  type ColumnTails,
  columnTails,
  surpriseOf,
  type TailScore,
  tailTable,
  tailTerm,
} from "./tails.js";

const defaults: SeededOptions = Object.freeze({ seed: 0 });

type Term = ReturnType<typeof tailTerm>;

/** One column after the other, so that a fit can be stopped between them. */
function* termsOf(tails: readonly ColumnTails[], combine: TailScore): Generator<Term> {
  const surprise = surpriseOf(tails);
  for (const one of tails) yield tailTerm(tailTable(one, surprise, combine));
}

function tailModel(card: ModelCard, tails: readonly ColumnTails[], terms: readonly Term[]) {
  const state = (): ModelState => ({ settings: {}, tensors: tailTensors(tails) });
  return detectorModel(card, { ...additiveParts(terms), state });
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function tailTensors(tails: readonly ColumnTails[]): Record<string, Tensor> {
  return {
    counts: vector(Float64Array.from(tails, ({ values }) => values.length)),
    cumulated: vector(joined(tails.map(({ cumulated }) => cumulated))),
    skews: vector(Float64Array.from(tails, ({ skew }) => skew)),
    values: vector(joined(tails.map(({ values }) => values))),
  };
}

function ascends(values: Float64Array, from: number): boolean {
  return values.every((value, place) => value > (place === 0 ? from : values[place - 1]!));
}

function tailsOf(card: ModelCard, state: ModelState): ColumnTails[] {
  const refuse = (reason: string): never => {
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  };
  const width = numberWidth(card);
  const counts = doublesOf(card, state, "counts", width);
  const skews = doublesOf(card, state, "skews", width);
  if (!counts.every((count) => Number.isSafeInteger(count) && count > 0)) {
    refuse("a column has no count of values");
  }
  if (!skews.every((skew) => [-1, 0, 1].includes(skew))) refuse("a skewness is no sign");
  const all = counts.reduce((sum, count) => sum + count, 0);
  const values = doublesOf(card, state, "values", all);
  const cumulated = doublesOf(card, state, "cumulated", all);
  let at = 0;
  const tails = Array.from(counts, (count, j): ColumnTails => {
    const range = [at, at + count] as const;
    at += count;
    const skew = skews[j]!;
    return { values: values.slice(...range), cumulated: cumulated.slice(...range), skew };
  });
  const total = tails[0]!.cumulated.at(-1)!;
  const sound = tails.every(
    (one) =>
      ascends(one.values, Number.NEGATIVE_INFINITY) &&
      ascends(one.cumulated, 0) &&
      one.cumulated.at(-1) === total,
  );
  return sound ? tails : refuse("its distributions do not ascend to one total");
}

function tailDetector(kind: string, combine: TailScore): Learner<SeededOptions, DetectorModel> {
  const identity = { kind, task: "detection" } as const;
  const fit = async (
    frame: Frame,
    _target: Numbers | undefined,
    given?: Partial<SeededOptions>,
    extras: FitExtras = {},
  ): Promise<DetectorModel> => {
    const options = completeOptions({ kind, defaults }, given, { seed: optionRules.seed });
    const pacer = new Pacer(extras.signal, `fitting ${kind}`);
    const { data, columns } = await detectionData(identity, frame, extras, pacer);
    const tails: ColumnTails[] = [];
    for (const values of columns) {
      await pacer.pause();
      tails.push(columnTails(values, data.weight));
    }
    const summary = { distinctValues: tails.map(({ values }) => values.length) };
    const card = await describeModel(identity, data, { options, summary, pacer });
    const terms: Term[] = [];
    for (const term of termsOf(tails, combine)) {
      await pacer.pause();
      terms.push(term);
    }
    return tailModel(card, tails, terms);
  };
  const restore = (card: ModelCard, state: ModelState) => {
    const tails = tailsOf(card, state);
    return tailModel(card, tails, Array.from(termsOf(tails, combine)));
  };
  return Object.freeze({
    ...identity,
    accepts: Object.freeze({ missing: false, categories: false }),
    defaults,
    fit,
    restore,
  });
}

/** The tail on the side that the column leans to: the right one where it is skewed to the right. */
function skewedTail(left: number, right: number, skew: number): number {
  return skew > 0 ? right : skew < 0 ? left : left + right;
}

/**
 * Empirical cumulative outlier detection: of each column the largest of -log of the left tail, of
 * the right tail, and of the tail that the column leans to; the score is their sum, which are the
 * contributions. No options but a seed that nothing uses. Tails and skewness are those of training:
 * PyOD adds the scored batch to them, so that its scores depend on what else is in the batch; ours
 * are those that it gives a batch of one row.
 * @source Li et al. 2022 (ECOD), as in PyOD: with no skewness at all both tails are added
 */
export const ecod: Learner<SeededOptions, DetectorModel> = tailDetector(
  "ecod",
  (left, right, skew) => Math.max(left, right, skewedTail(left, right, skew)),
);

/**
 * Copula-based outlier detection: of each column the larger of -log of the tail that it leans to,
 * and of the mean of both; the score is their sum, which are the contributions. Tails are those of
 * training, as with `ecod`.
 * @source Li et al. 2020 (COPOD), as in PyOD
 */
export const copod: Learner<SeededOptions, DetectorModel> = tailDetector(
  "copod",
  (left, right, skew) => Math.max(skewedTail(left, right, skew), (left + right) / 2),
);
