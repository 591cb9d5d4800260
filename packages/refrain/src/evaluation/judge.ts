import {
  accuracyMetric,
  type BootstrapDraws,
  bootstrapDraws,
  brierMetric,
  type Estimate,
  eceMetric,
  estimateOf,
  f1Metric,
  groupCodes,
  liftMetric,
  logLossMetric,
  type Metric,
  prAucMetric,
  rocAucMetric,
} from "@refrain/learn";
import { type Difference, type MetricEstimates, type MetricName, metricNames } from "./result.js";
import type { Counts } from "./table.js";

/** Users of each class that test rows must have before anything is said about them. */
export const leastUsersPerClass = 20;

/** Probability that an interval is to hold. */
export const intervalLevel = 0.95;

/** Test rows and what was predicted for them; rows of several folds stand one after the other. */
export interface JudgedRows {
  readonly target: Float64Array;
  /** User of each row, any numbers. */
  readonly users: Int32Array;
}

/** One set of scores. */
export interface JudgedScores {
  readonly name: string;
  readonly scores: Float64Array;
  /** For F1; found before the test. */
  readonly threshold: number;
}

/** How many resamples, and which. */
export interface JudgeOptions {
  readonly resamples: number;
  readonly seed: number;
  /** All metrics where absent. */
  readonly metrics?: readonly MetricName[];
  /** Threads at most. */
  readonly threads?: number | undefined;
  /** Stops it between a few resamples. */
  readonly signal?: AbortSignal | undefined;
}

/** Estimates of each set of scores, and of any two of them against each other. */
export interface Verdict {
  readonly estimates: ReadonlyMap<string, MetricEstimates>;
  /** Model minus other; null where one of them is unknown. */
  readonly difference: (model: string, against: string, metric: MetricName) => Difference;
  /** Any function of two models' values of a metric, for example a ratio. */
  readonly combine: (
    names: readonly [string, string],
    metric: MetricName,
    of: (a: number, b: number) => number,
  ) => Estimate;
}

/**
 * Why nothing can be estimated on some rows, or undefined where it can.
 * @param what which rows, for example `the test rows`
 */
export function tooFew(
  counts: Counts,
  what: string,
  least = leastUsersPerClass,
): string | undefined {
  if (counts.positiveUsers >= least && counts.negativeUsers >= least) return undefined;
  return (
    `Cannot be estimated: ${what} hold ${counts.positives} positive rows of ` +
    `${counts.positiveUsers} users and ${counts.rows - counts.positives} negative rows of ` +
    `${counts.negativeUsers} users, and ${least} users of each are needed.`
  );
}

/** No number, and why. */
export function unknownEstimate(reason: string): Estimate {
  return { value: null, low: null, high: null, reason };
}

/** No number for any metric, and why. */
export function unknownEstimates(reason: string): MetricEstimates {
  const unknown = unknownEstimate(reason);
  return Object.fromEntries(metricNames.map((name) => [name, unknown])) as MetricEstimates;
}

function metricOf(name: MetricName): Metric {
  const metrics: Readonly<Record<MetricName, Metric>> = {
    rocAuc: rocAucMetric,
    prAuc: prAucMetric,
    logLoss: logLossMetric,
    brier: brierMetric,
    ece: eceMetric,
    f1: f1Metric(0.5),
    accuracy: accuracyMetric(0.5),
    liftAt10: liftMetric(0.1),
  };
  return metrics[name];
}

/**
 * Judges sets of scores on the same rows by a bootstrap that draws users with all their rows; every
 * set sees the same draws, so that differences are paired.
 * @throws LEARN_STOPPED
 */
export async function judge(
  rows: JudgedRows,
  sets: readonly JudgedScores[],
  options: JudgeOptions,
): Promise<Verdict> {
  const { resamples, seed, metrics = metricNames, signal, threads } = options;
  const units = groupCodes(rows.users);
  const draws = new Map<string, BootstrapDraws>();
  const others = metrics.filter((metric) => metric !== "f1");
  const rank = async (scores: Record<string, Float64Array>, names: readonly MetricName[]) => {
    const input = { target: rows.target, scores, units };
    const wanted = names.map(metricOf);
    const made = await bootstrapDraws(input, wanted, { resamples, seed }, { signal, threads });
    made.forEach((one, at) => {
      const name = names[at % names.length]!;
      draws.set(`${name} ${one.model}`, name === "ece" ? withoutExcess(one) : one);
    });
  };
  await rank(Object.fromEntries(sets.map(({ name, scores }) => [name, scores])), others);
  // Each model has a threshold of its own; called rows are 1, so that one pass serves all of them.
  if (others.length < metrics.length) {
    const called = sets.map(({ name, scores, threshold }) => {
      return [name, scores.map((score) => (score >= threshold ? 1 : 0))] as const;
    });
    await rank(Object.fromEntries(called), ["f1"]);
  }
  const estimate = (name: string, metric: MetricName): Estimate => {
    const one = draws.get(`${metric} ${name}`);
    if (one === undefined) return unknownEstimate("It was not asked for.");
    return estimateOf(one.value, one.draws, intervalLevel);
  };
  const combine: Verdict["combine"] = ([a, b], metric, of) => {
    const left = draws.get(`${metric} ${a}`);
    const right = draws.get(`${metric} ${b}`);
    if (left === undefined || right === undefined) return unknownEstimate("It was not asked for.");
    const combined = left.draws.map((value, at) => of(value, right.draws[at]!));
    return estimateOf(of(left.value, right.value), combined, intervalLevel);
  };
  return {
    estimates: new Map(
      sets.map(({ name }) => [
        name,
        Object.fromEntries(
          metricNames.map((metric) => [metric, estimate(name, metric)]),
        ) as MetricEstimates,
      ]),
    ),
    difference: (model, against, metric) =>
      withTie(
        combine([model, against], metric, (a, b) => a - b),
        against,
      ),
    combine,
  };
}

/**
 * A resample holds fewer distinct rows than the data, and so a larger calibration error: on sound
 * probabilities all resamples can lie above the value itself. The mean excess is taken off.
 */
function withoutExcess(one: BootstrapDraws): BootstrapDraws {
  const known = one.draws.filter((draw) => !Number.isNaN(draw));
  const excess = known.reduce((sum, draw) => sum + draw, 0) / known.length - one.value;
  if (!(excess > 0)) return one;
  return { ...one, draws: one.draws.map((draw) => Math.max(0, draw - excess)) };
}

/** A difference is a tie while its interval holds zero. */
function withTie(difference: Estimate, against: string): Difference {
  const { low, high } = difference;
  return {
    ...difference,
    against,
    tie: low === null || high === null ? null : low <= 0 && high >= 0,
  };
}

/** Whether more of a metric is better. */
export function higherIsBetter(metric: MetricName): boolean {
  return metricOf(metric).better === "higher";
}

/** The name with the best value of a metric, or null where none has one. */
export function bestOf(
  estimates: ReadonlyMap<string, MetricEstimates>,
  names: readonly string[],
  metric: MetricName,
): string | null {
  const sign = higherIsBetter(metric) ? 1 : -1;
  let best: { name: string; value: number } | null = null;
  for (const name of names) {
    const value = estimates.get(name)?.[metric].value ?? null;
    if (value !== null && (best === null || sign * value > sign * best.value))
      best = { name, value };
  }
  return best?.name ?? null;
}
