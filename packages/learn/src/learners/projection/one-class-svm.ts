import { type Pacer, RandomStream } from "../../foundation/index.js";
import { momentsOf } from "../../kernels/index.js";
import type { FitExtras, Learner, SeededOptions } from "../contract.js";
import { type OptionRule, optionRules } from "../door.js";
import { fitRows } from "../neighbours/fit-rows.js";
import { indexColumns, type RowIndex } from "../neighbours/row-index.js";
import { progressReporter } from "../progress.js";
import { withPairKernels } from "./support-kernel.js";
import { restoreSupport, type SupportModel, supportModel } from "./support-model.js";
import { type SupportParts, scaledTo } from "./support-rows.js";
import { solveSupport } from "./support-solver.js";

/** Options of the one-class support vector machine. */
export interface OneClassSvmOptions extends SeededOptions {
  /** Share of the training rows that may lie outside of the boundary, above 0 and at most 1. */
  readonly nu: number;
  /** Of the kernel exp(-gamma · squared distance); null = 1 / sum of the columns' variances. */
  readonly gamma: number | null;
  /** Rows that are learnt from at most; of more, as many are drawn. Memory: 4 bytes a pair. */
  readonly sampleSize: number;
  /** Whether columns are divided by their deviation first. */
  readonly standardise: boolean;
}

const identity = { kind: "one-class-svm", task: "detection" } as const;
const defaults: OneClassSvmOptions = Object.freeze({
  nu: 0.5,
  gamma: null,
  sampleSize: 2048,
  standardise: true,
  seed: 0,
});
const positive = (value: unknown, most: number): boolean =>
  Number.isFinite(value) && (value as number) > 0 && (value as number) <= most;
const gamma: OptionRule = {
  expected: "a number above 0 and at most 1e6, or null",
  holds: (value) => value === null || positive(value, 1e6),
};
const rules = {
  nu: {
    expected: "a number above 0 and at most 1",
    holds: (value: unknown) => positive(value, 1),
  },
  gamma,
  sampleSize: optionRules.count,
  standardise: optionRules.truth,
  seed: optionRules.seed,
};
const learner = { ...identity, defaults, rules };

/** Where the search ends: further digits move no score by more than a few millionths. */
const TOLERANCE = 1e-6;
/** Spreads below this share of the mean are the rounding of a constant. */
const SMALLEST_SPREAD = 1e-12;
/** Squared distances below this are nearly 0 as floats. */
const SMALLEST_VARIANCE = 1e-30;

/** Numbers of rows, and how often each counts. */
interface Sample {
  readonly rows: Int32Array;
  readonly counts: Float64Array;
}

/** All rows, or one unit of each of so many equal parts of them, in the order of the index. */
function sampleOf({ counts, units }: RowIndex, most: number, random: RandomStream): Sample {
  if (counts.length <= most) return { rows: Int32Array.from(counts.keys()), counts };
  const rows: number[] = [];
  const times: number[] = [];
  let row = 0;
  let end = counts[0]!;
  for (let part = 0; part < most; part++) {
    const unit = ((part + random.uniform()) * units) / most;
    while (end <= unit && row < counts.length - 1) {
      row += 1;
      end += counts[row]!;
    }
    if (rows.at(-1) === row) times[times.length - 1]! += 1;
    else {
      rows.push(row);
      times.push(1);
    }
  }
  return { rows: Int32Array.from(rows), counts: Float64Array.from(times) };
}

/** What columns are centred and divided by, and the sum of their variances after it. */
function scalingOf(index: RowIndex, standardise: boolean) {
  const moments = indexColumns(index).columns.map((values) => {
    const { mean, deviation } = momentsOf(values, index.counts);
    return { mean, deviation: deviation > SMALLEST_SPREAD * Math.abs(mean) ? deviation : 0 };
  });
  const divided = ({ deviation }: { deviation: number }) =>
    standardise && deviation > 0 ? deviation : 1;
  return {
    means: Float64Array.from(moments, ({ mean }) => mean),
    scales: Float64Array.from(moments, divided),
    variance: moments.reduce((sum, one) => sum + (one.deviation / divided(one)) ** 2, 0),
  };
}

async function learn(
  index: RowIndex,
  options: OneClassSvmOptions,
  extras: FitExtras,
  pacer: Pacer,
) {
  const { width } = index;
  const { nu, seed } = options;
  const sample = sampleOf(index, options.sampleSize, new RandomStream(seed, identity.kind));
  const count = sample.rows.length;
  const { means, scales, variance } = scalingOf(index, options.standardise);
  const factor = options.gamma ?? 1 / (variance > SMALLEST_VARIANCE ? variance : 1);
  const rows = Float32Array.from({ length: count * width }, (_, at) => {
    const value = index.rows[sample.rows[Math.floor(at / width)]! * width + (at % width)]!;
    return scaledTo(value, means[at % width]!, scales[at % width]!);
  });
  const mass = nu * sample.counts.reduce((sum, value) => sum + value, 0);
  const report = progressReporter(extras, 100);
  const doing = `fitting ${identity.kind}`;
  const found = await withPairKernels(
    { rows, width, gamma: factor, doing, extras, pacer },
    (kernels) =>
      solveSupport({ kernels, bounds: sample.counts, mass, tolerance: TOLERANCE }, pacer, (share) =>
        report(Math.floor(100 * share)),
      ),
  );
  const kept = Int32Array.from(sample.rows.keys()).filter((row) => found.alpha[row]! > 0);
  const supports = new Float32Array(kept.length * width);
  kept.forEach((row, i) => {
    supports.set(rows.subarray(row * width, (row + 1) * width), i * width);
  });
  const weights = Float64Array.from(kept, (row) => found.alpha[row]! / found.offset);
  const known: SupportParts = { means, scales, supports, weights, gamma: factor };
  const { offset, steps, converged } = found;
  const summary = { sampledRows: count, supports: kept.length, gamma: factor, offset };
  return { known, summary: { ...summary, steps, converged } };
}

/**
 * The one-class support vector machine with Gaussian kernels: a boundary that leaves about the
 * share `nu` of the training rows outside. The score is log(offset) - log(sum of weighted kernels):
 * 0 on the boundary, above it outside, in the order of the usual difference of the two; but far
 * rows, whose kernels are all nearly 0, keep their order.
 *
 * `contributions` are squared distances from the support vectors by column, each support vector by
 * its part of the sum; far off they add up to the score but for a constant. Columns are
 * standardised inside; rows of a large table are drawn (`sampleSize`). The model keeps training
 * rows, in its file too. Missing values and categories are refused; weights are whole numbers.
 * @source Schölkopf, Platt, Shawe-Taylor, Smola, Williamson 2001; the logarithm and the reasons:
 *   Kauffmann, Müller, Montavon 2020, "Towards explaining anomalies"
 */
export const oneClassSvm: Learner<OneClassSvmOptions, SupportModel> = Object.freeze({
  ...identity,
  accepts: Object.freeze({ missing: false, categories: false }),
  defaults,
  fit: async (frame, _target, given, extras = {}) => {
    const { card, known } = await fitRows(
      learner,
      frame,
      { given, extras },
      (index, options, pacer) => learn(index, options, extras, pacer),
    );
    return supportModel(card, known);
  },
  restore: restoreSupport,
} satisfies Learner<OneClassSvmOptions, SupportModel>);
