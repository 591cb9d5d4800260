import { type ModelState, type Numbers, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { describeModel } from "../card.js";
import type { DetectorModel, FitExtras, Learner, ModelCard, SeededOptions } from "../contract.js";
import { additiveParts, detectionData, detectorModel } from "../detector.js";
import { completeOptions, optionRules } from "../door.js";
import { learnerErrors } from "../errors.js";
import { doublesOf, numberWidth } from "../linear/linear-model.js";
import { binTerm, type ColumnBins, columnBins } from "./bins.js";

/** Options of the histogram-based outlier score. */
export interface HbosOptions extends SeededOptions {
  /** Equal bins a column, 2 … 100,000. */
  readonly bins: number;
  /**
   * Added to every density, 0 … 1 (without 0): an empty bin scores -log2(alpha). Densities are per
   * unit of the column, so put a scaling before columns of different sizes.
   */
  readonly alpha: number;
  /** Bins that a value may lie outside of training before it counts as the rarest. */
  readonly tolerance: number;
}

const identity = { kind: "hbos", task: "detection" } as const;
const defaults: HbosOptions = Object.freeze({ bins: 10, alpha: 0.1, tolerance: 0.5, seed: 0 });
const MOST_BINS = 100_000;
const rules = {
  bins: {
    expected: `an integer from 2 to ${MOST_BINS}`,
    holds: (value: unknown) =>
      Number.isInteger(value) && (value as number) >= 2 && (value as number) <= MOST_BINS,
  },
  alpha: {
    expected: "a number above 0 and at most 1",
    holds: (value: unknown) => (value as number) > 0 && (value as number) <= 1,
  },
  tolerance: optionRules.notNegative,
  seed: optionRules.seed,
};

function binsModel(card: ModelCard, bins: readonly ColumnBins[], tolerance: number): DetectorModel {
  const terms = bins.map((one) => binTerm(one, tolerance));
  const state = (): ModelState => ({
    settings: { tolerance },
    tensors: {
      edges: stacked(bins.map(({ edges }) => edges)),
      scores: stacked(bins.map(({ scores }) => scores)),
    },
  });
  return detectorModel(card, { ...additiveParts(terms), state });
}

/** Rows of one length as a tensor. */
function stacked(rows: readonly Float64Array[]) {
  const length = rows[0]!.length;
  const values = new Float64Array(rows.length * length);
  rows.forEach((row, place) => {
    values.set(row, place * length);
  });
  return { shape: [rows.length, length], values };
}

async function fit(
  frame: Frame,
  _target: Numbers | undefined,
  given?: Partial<HbosOptions>,
  extras: FitExtras = {},
): Promise<DetectorModel> {
  const options = completeOptions(hbos, given, rules);
  const pacer = new Pacer(extras.signal, "fitting hbos");
  const { data, columns } = await detectionData(identity, frame, extras, pacer);
  const bins: ColumnBins[] = [];
  for (const values of columns) {
    await pacer.pause();
    bins.push(columnBins(values, data.weight, options));
  }
  const card = await describeModel(identity, data, { options, summary: {}, pacer });
  return binsModel(card, bins, options.tolerance);
}

function restore(card: ModelCard, state: ModelState): DetectorModel {
  const refuse = (reason: string): never => {
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  };
  const width = numberWidth(card);
  const { tolerance } = state.settings;
  const count = (state.tensors["scores"]?.values.length ?? 0) / width;
  const sound = Number.isInteger(count) && count > 0 && rules.tolerance.holds(tolerance);
  if (!sound) refuse("it has no tolerance, or no scores for each column");
  const edges = doublesOf(card, state, "edges", width * (count + 1));
  const scores = doublesOf(card, state, "scores", width * count);
  const bins = Array.from({ length: width }, (_, j): ColumnBins => {
    const own = edges.slice(j * (count + 1), (j + 1) * (count + 1));
    if (!own.every((edge, k) => k === 0 || edge > own[k - 1]!)) refuse("its edges do not ascend");
    return { edges: own, scores: scores.slice(j * count, (j + 1) * count) };
  });
  return binsModel(card, bins, tolerance as number);
}

/**
 * Histogram-based outlier score: of each column -log2 of the density of a value's bin; the score is
 * their sum, which are the contributions. The fastest of the detectors, and blind to what lies
 * between columns. A value on the edge of two bins is looked up in the bin that it was counted in,
 * the upper one; PyOD looks in the lower one.
 * @source Goldstein & Dengel 2012, as in PyOD
 */
export const hbos: Learner<HbosOptions, DetectorModel> = Object.freeze({
  ...identity,
  accepts: Object.freeze({ missing: false, categories: false }),
  defaults,
  fit,
  restore,
});
