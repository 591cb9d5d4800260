import { log, type Numbers, Pacer, RandomStream } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { momentsOf, selectNth } from "../../kernels/index.js";
import { describeModel } from "../card.js";
import type { FitExtras, Learner, SeededOptions } from "../contract.js";
import { detectionData } from "../detector.js";
import { completeOptions, optionRules } from "../door.js";
import { progressReporter } from "../progress.js";
import { chiSquaredQuantile, consistencyFactor } from "./chi-squared.js";
import { type CovarianceModel, covarianceModel, restoreCovariance } from "./covariance-model.js";
import {
  candidateCount,
  type MinimumCovariance,
  type MinimumCovarianceTask,
  minimumCovariance,
} from "./minimum-covariance.js";
import { type RowTable, type TableWish, withTable } from "./row-table.js";
import type { Scatter } from "./scatter.js";
import { unscaled, whiteningOf, withoutConstants } from "./whitening.js";

/** Options of the robust Gaussian. */
export interface FastMcdOptions extends SeededOptions {
  /**
   * Share of the rows that count as clean, above 0 and at most 1; null = (rows + columns + 1) / 2
   * of them, which bears the most abnormal rows.
   */
  readonly support: number | null;
  /** Random starts. */
  readonly starts: number;
  /** Added to the variance of each column, in squares of its median absolute deviation, above 0. */
  readonly ridge: number;
}

const identity = { kind: "fast-mcd", task: "detection" } as const;
const defaults: FastMcdOptions = Object.freeze({
  support: null,
  starts: 500,
  ridge: 1e-9,
  seed: 0,
});
const rules = {
  support: {
    expected: "a number above 0 and at most 1, or null",
    holds: (value: unknown) => value === null || ((value as number) > 0 && (value as number) <= 1),
  },
  starts: optionRules.count,
  ridge: {
    expected: "a finite number above 0",
    holds: (value: unknown) => Number.isFinite(value) && (value as number) > 0,
  },
  seed: optionRules.seed,
};

/** Rows beyond this quantile of their distances are left out of the second covariance. */
const KEPT_SHARE = 0.975;
/** The median absolute deviation of a normal column, in its deviations. */
const NORMAL_MEDIAN = 0.6744897501960817;

/** A robust centre and spread of a column; 1 where it never changes. */
function robustScale(values: Float64Array): { centre: number; scale: number } {
  const middle = values.length >> 1;
  const centre = selectNth(values.slice(), middle);
  const apart = selectNth(
    values.map((value) => Math.abs(value - centre)),
    middle,
  );
  const { deviation } = momentsOf(values, undefined);
  return { centre, scale: apart > 0 ? apart / NORMAL_MEDIAN : deviation > 0 ? deviation : 1 };
}

/** Fills a table with rows in robust units; @returns the units, one a column */
async function fillRobust(
  { values, rows, width }: RowTable,
  columns: readonly Float64Array[],
  pacer: Pacer,
) {
  const scaled: ReturnType<typeof robustScale>[] = [];
  for (const [j, column] of columns.entries()) {
    await pacer.pause();
    const { centre, scale } = robustScale(column);
    for (let row = 0; row < rows; row++) values[row * width + j] = (column[row]! - centre) / scale;
    scaled.push({ centre, scale });
  }
  return scaled;
}

/** Mean and covariance of the rows that are near enough, as if they were all normal rows. */
async function reweighted(
  { table, weight, share }: MinimumCovarianceTask,
  { factor }: MinimumCovariance,
): Promise<Scatter> {
  const { width } = table;
  const limit = chiSquaredQuantile(KEPT_SHARE, width) * consistencyFactor(share, width);
  const distance = await table.distances(factor);
  const kept = weight.map((value, row) => (distance[row]! < limit ? value : 0));
  const { mean, covariance, total } = await table.scatter(kept);
  const consistency = consistencyFactor(KEPT_SHARE, width);
  return { mean, covariance: covariance.map((value) => value * consistency), total };
}

/** The covariances of rows in robust units: the smallest one, and the reweighted. */
async function search(
  table: RowTable,
  { starts, ridge, seed, support }: FastMcdOptions,
  given: Float64Array | undefined,
  { extras, pacer }: TableWish,
) {
  const weight = given ?? new Float64Array(table.rows).fill(1);
  const total = weight.reduce((sum, value) => sum + value, 0);
  const most = Math.min(total, Math.ceil((total + table.width + 1) / 2));
  const share = support ?? most / total;
  const random = new RandomStream(seed, "fast-mcd");
  const candidates = candidateCount(table.rows, starts);
  const report = progressReporter(extras, candidates);
  let done = 0;
  const onCandidate = () => report(Math.min(candidates, ++done));
  const task = { table, weight, share, starts, ridge, random, pacer, onCandidate };
  const raw = await minimumCovariance(task);
  return { raw, robust: await reweighted(task, raw) };
}

async function fit(
  frame: Frame,
  _target: Numbers | undefined,
  given?: Partial<FastMcdOptions>,
  extras: FitExtras = {},
): Promise<CovarianceModel> {
  const options = completeOptions(fastMcd, given, rules);
  const doing = "fitting fast-mcd";
  const pacer = new Pacer(extras.signal, doing);
  const { data, columns } = await detectionData(identity, frame, extras, pacer);
  const wish = { doing, extras, pacer };
  const size = { rows: data.frame.rowCount, width: columns.length };
  const { scaled, raw, robust } = await withTable(size, wish, async (table) => {
    const scaled = await fillRobust(table, columns, pacer);
    return { scaled, ...(await search(table, options, data.weight, wish)) };
  });
  const scales = Float64Array.from(scaled, ({ scale }) => scale);
  const means = robust.mean.map((value, j) => value * scales[j]! + scaled[j]!.centre);
  const covariance = withoutConstants(robust.covariance, columns.length);
  const { ridge } = options;
  const whitening = await whiteningOf(identity, { means, scales, covariance, ridge }, pacer);
  const rawLogDeterminant =
    raw.factor.logDeterminant + 2 * scales.reduce((sum, scale) => sum + log(scale), 0);
  const summary = { support: robust.total, rawLogDeterminant };
  const card = await describeModel(identity, data, { options, summary, pacer });
  const inUnits = unscaled(robust.covariance, scales);
  return covarianceModel(card, whitening, inUnits, "squared-distance");
}

/**
 * A normal distribution of the clean rows, whatever the others are: FastMCD, reweighted, with the
 * factors that make it that of a normal law. The score is the squared Mahalanobis distance, which
 * contributions add up to. A column that is the same in all clean rows has no clean spread: its
 * deviation over all rows stands for it, and 1 where it never changes.
 * @source Rousseeuw & Van Driessen 1999; factors as in Pison, Van Aelst & Willems 2002
 */
export const fastMcd: Learner<FastMcdOptions, CovarianceModel> = Object.freeze({
  ...identity,
  accepts: Object.freeze({ missing: false, categories: false }),
  defaults,
  fit,
  restore: restoreCovariance("squared-distance"),
});
