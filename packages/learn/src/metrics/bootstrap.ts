import type { Numbers } from "../foundation/index.js";
import { metricErrors } from "./errors.js";
import { type Metric, undefinedReason } from "./metric.js";
import { rankScores } from "./ranked.js";
import { type ResampleExtras, type ResampleModel, runResamples } from "./resample.js";

/** A value with its interval; null with a reason where it cannot be estimated. */
export interface Estimate {
  /** On all rows. */
  readonly value: number | null;
  /** Lower end of the percentile interval. */
  readonly low: number | null;
  /** Upper end of the percentile interval. */
  readonly high: number | null;
  /** Why there is no value or no interval. */
  readonly reason?: string;
}

/** What to resample. */
export interface BootstrapInput {
  /** 0 or 1 a row. */
  readonly target: Numbers;
  /** Scores of each model by name, one a row. */
  readonly scores: Readonly<Record<string, Numbers>>;
  /** What is drawn with all its rows, for example the user; without it each row is its own. */
  readonly units?: Int32Array | undefined;
  /** One weight a row. */
  readonly weight?: Numbers | undefined;
}

/** How to resample; `bootstrapDefaults` fills what is left out. */
export interface BootstrapOptions {
  /** Number of resamples, ≥ 20. */
  readonly resamples: number;
  /** Probability that the interval is to hold, for example .95. */
  readonly level: number;
  /** Decides the draws. */
  readonly seed: number;
  /** Differences of every model from this one, on the same draws. */
  readonly against?: string;
}

/** Defaults of the bootstrap. */
export const bootstrapDefaults: BootstrapOptions = Object.freeze({
  resamples: 1000,
  level: 0.95,
  seed: 1,
});

/** Estimates by model and metric; differences where `against` was given. */
export interface BootstrapResult {
  /** For each model each metric with its interval. */
  readonly models: Readonly<Record<string, Readonly<Record<string, Estimate>>>>;
  /** For each other model each metric's difference, model minus `against`. */
  readonly differences: Readonly<Record<string, Readonly<Record<string, Estimate>>>>;
}

/** One metric of one model on all rows and on every resample. */
export interface BootstrapDraws {
  /** Name of the model. */
  readonly model: string;
  /** What was computed. */
  readonly metric: Metric;
  /** On all rows; NaN where it is not defined. */
  readonly value: number;
  /** One value a resample, the same resamples for every model and metric; NaN = not defined. */
  readonly draws: Float64Array;
}

/** Quantile of sorted values by linear interpolation. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (place - below) * (high - low);
}

/**
 * Reads an interval off resamples: of a metric, of a difference or of any function of several.
 * @param value on all rows; NaN gives an estimate without a value
 * @param draws one a resample; NaN where not defined
 * @param level probability that the interval is to hold
 * @param reason why the value is not defined
 */
export function estimateOf(
  value: number,
  draws: Float64Array,
  level: number,
  reason?: string,
): Estimate {
  if (Number.isNaN(value)) {
    return { value: null, low: null, high: null, reason: reason ?? "It is not defined here." };
  }
  const defined = draws.filter((draw) => !Number.isNaN(draw)).sort();
  if (defined.length < draws.length / 2) {
    const words = `Only ${defined.length} of ${draws.length} resamples held both classes.`;
    return { value, low: null, high: null, reason: words };
  }
  const tail = (1 - level) / 2;
  return { value, low: quantile(defined, tail), high: quantile(defined, 1 - tail) };
}

function difference(of: BootstrapDraws, against: BootstrapDraws, level: number): Estimate {
  const draws = of.draws.map((draw, index) => draw - against.draws[index]!);
  return estimateOf(of.value - against.value, draws, level);
}

function gather(
  series: readonly BootstrapDraws[],
  estimate: (series: BootstrapDraws) => Estimate,
): Record<string, Record<string, Estimate>> {
  const table: Record<string, Record<string, Estimate>> = {};
  for (const one of series) {
    table[one.model] ??= {};
    table[one.model]![one.metric.name] = estimate(one);
  }
  return table;
}

function checkOptions(options: BootstrapOptions): void {
  const { resamples, level } = options;
  if (!(resamples >= 20 && level > 0 && level < 1)) {
    throw metricErrors.METRIC_RESAMPLES({ resamples, level });
  }
}

/**
 * The resamples themselves, for what `bootstrap` does not estimate: pairs of models, ratios.
 * @param input targets, scores by model, units
 * @param metrics what to compute
 * @param options see BootstrapOptions
 * @param extras threads, progress, stopping; they change no result
 * @returns one entry a model and metric, models in their order
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE, METRIC_RESAMPLES, LEARN_STOPPED
 */
export async function bootstrapDraws(
  input: BootstrapInput,
  metrics: readonly Metric[],
  options: Partial<BootstrapOptions> = {},
  extras: ResampleExtras = {},
): Promise<readonly BootstrapDraws[]> {
  const settings = { ...bootstrapDefaults, ...options };
  checkOptions(settings);
  const { resamples, seed } = settings;
  const { target, units: unit, weight } = input;
  const models: ResampleModel[] = [];
  const all: BootstrapDraws[] = [];
  let unitCount = 0;
  for (const [model, score] of Object.entries(input.scores)) {
    const ranked = rankScores(target, score, { unit, weight });
    unitCount = ranked.unitCount;
    const series = metrics.map((metric) => ({ metric, draws: new Float64Array(resamples) }));
    models.push({ ranked, series });
    for (const one of series) all.push({ ...one, model, value: one.metric.prepare(ranked)() });
  }
  await runResamples({ models, unitCount, resamples, seed }, extras);
  return all;
}

/**
 * Cluster bootstrap: draws units (users) with replacement, takes all their rows, and reads
 * percentile intervals off the resamples; every model sees the same draws, so differences are
 * paired.
 * @param input targets, scores by model, units
 * @param metrics what to estimate
 * @param options see BootstrapOptions
 * @param extras threads, progress, stopping; they change no result
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE, METRIC_RESAMPLES, LEARN_STOPPED
 * @source Efron & Tibshirani 1993, sections 13.3 (percentile) and 8.6 (units)
 */
export async function bootstrap(
  input: BootstrapInput,
  metrics: readonly Metric[],
  options: Partial<BootstrapOptions> = {},
  extras: ResampleExtras = {},
): Promise<BootstrapResult> {
  const { level, against } = { ...bootstrapDefaults, ...options };
  const series = await bootstrapDraws(input, metrics, options, extras);
  const reason = undefinedReason(input.target, input.weight);
  const others = against === undefined ? [] : series.filter((one) => one.model !== against);
  return {
    models: gather(series, (one) => estimateOf(one.value, one.draws, level, reason)),
    differences: gather(others, (one) => {
      const base = series.find((s) => s.model === against && s.metric.name === one.metric.name);
      return base === undefined
        ? { value: null, low: null, high: null, reason: `There is no model "${against}".` }
        : difference(one, base, level);
    }),
  };
}

/**
 * One metric of one model with its interval.
 * @param metric what to estimate
 * @param input targets, one model's scores, units
 * @param options see BootstrapOptions
 * @param extras threads, progress, stopping; they change no result
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE, METRIC_RESAMPLES, LEARN_STOPPED
 */
export async function bootstrapMetric(
  metric: Metric,
  input: Omit<BootstrapInput, "scores"> & { readonly score: Numbers },
  options: Partial<BootstrapOptions> = {},
  extras: ResampleExtras = {},
): Promise<Estimate> {
  const { score, ...rest } = input;
  const scored = { ...rest, scores: { model: score } };
  const { models } = await bootstrap(scored, [metric], options, extras);
  return models["model"]![metric.name]!;
}
