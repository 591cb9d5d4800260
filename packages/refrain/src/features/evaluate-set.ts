/**
 * Runs a compiled set over a lake, bucket group by bucket group, into one table of the engine.
 * A user lives in one bucket, so groups add rows and never meet; the only thing that spans users,
 * the limit of daily plays, is counted over all groups first.
 */
import type { Limits } from "../foundation/index.js";
import {
  bucketsIn,
  type Engine,
  type Lake,
  quoteName,
  registerBotVerdicts,
  registerViews,
} from "../lake/index.js";
import { compileSet } from "./compile.js";
import type { Compile, CompileContext, Cutoff } from "./compiled.js";
import { type Coverage, type CutoffOptions, coverageOf, resolveCutoffs } from "./cutoffs.js";
import { columnNames, type FeatureSet, isRatio, type Need, withoutNeeds } from "./declaration.js";
import { registerShims } from "./shims.js";

/** Table that holds the result while the engine lives. */
export const resultTable = "r_result";

/** What a run needs. */
export interface EvaluateOptions extends CutoffOptions {
  readonly lake: Lake;
  readonly set: FeatureSet;
  readonly limits: Limits;
  /** Events that one statement may read; the default follows from the memory. */
  readonly eventsAtOnce?: number;
  readonly compile?: Compile<FeatureSet>;
  /** Compute features even where the lake lacks what they need. */
  readonly everyFeature?: boolean;
  /** Called after the views of a group stand; the leak gate changes the future here. */
  readonly afterViews?: (engine: Engine) => Promise<void>;
  /** Told before each group, with the share done. */
  readonly onGroup?: (share: number) => void;
}

/** A feature that the log cannot give: not written, and never filled. */
export interface UnavailableFeature {
  readonly feature: string;
  readonly reason: string;
}

/** What a run found out on its way. */
export interface Evaluated {
  /** The set without the features that are unavailable. */
  readonly set: FeatureSet;
  readonly unavailable: readonly UnavailableFeature[];
  readonly coverage: Coverage;
  readonly cutoffs: readonly Cutoff[];
}

/** Fills the result table; the caller reads it and closes the engine. */
export async function evaluateSet(engine: Engine, options: EvaluateOptions): Promise<Evaluated> {
  const { compile = compileSet, limits, lake } = options;
  const eventsAtOnce = options.eventsAtOnce ?? limits.memoryBytes / bytesPerEvent;
  const groups = bucketGroups(lake, options.set, eventsAtOnce);
  const coverage = coverageOf(lake, options.set);
  const cutoffs = resolveCutoffs(options.set, coverage, options);
  await see(engine, options, undefined);
  const missing = options.everyFeature ? new Set<Need>() : await findMissing(engine, options.set);
  const set = options.set.shape === "windows" ? withoutNeeds(options.set, missing) : options.set;
  const context: CompileContext = { cutoffs, coveredUntil: coverage.until };
  const playLimits =
    groups.length > 1
      ? await countLimits(engine, { ...options, set }, { context, groups })
      : undefined;
  const { statement } = compile(set, playLimits ? { ...context, playLimits } : context);
  for (const [index, group] of groups.entries()) {
    options.onGroup?.(index / groups.length);
    if (groups.length > 1) await see(engine, options, group);
    await engine.run(
      index === 0
        ? `CREATE OR REPLACE TABLE "${resultTable}" AS ${statement}`
        : `INSERT INTO "${resultTable}" ${statement}`,
    );
  }
  const unavailable = options.set.features
    .filter((feature) => feature.needs && missing.has(feature.needs))
    .filter((feature) => isRatio(feature) || !feature.hidden)
    .flatMap((feature) =>
      columnNames(feature).map((name) => ({
        feature: name,
        reason: `The log has no ${feature.needs?.what}.`,
      })),
    );
  return { set, unavailable, coverage, cutoffs };
}

/** What the set's features need and the lake has no row of. */
async function findMissing(engine: Engine, set: FeatureSet): Promise<Set<Need>> {
  const needs = [...new Set(set.features.flatMap((feature) => feature.needs ?? []))];
  const missing = new Set<Need>();
  for (const need of needs) {
    const [row] = await engine.rows(
      `SELECT EXISTS (SELECT 1 FROM ${quoteName(need.table)} WHERE ${need.where}) AS "there"`,
    );
    if (!row?.["there"]) missing.add(need);
  }
  return missing;
}

async function see(
  engine: Engine,
  { lake, afterViews }: EvaluateOptions,
  buckets: readonly number[] | undefined,
): Promise<void> {
  await registerViews(engine, lake, buckets ? { bucket: buckets } : {});
  await afterViews?.(engine);
  await registerShims(engine);
  await registerBotVerdicts(engine);
}

/** Bytes that one event may cost while a statement runs. */
const bytesPerEvent = 200;

/** Buckets taken together so that a statement's events fit the memory; one group where all fit. */
function bucketGroups(lake: Lake, set: FeatureSet, eventsAtOnce: number): number[][] {
  const rows = Array.from({ length: lake.manifest.buckets }, () => 0);
  for (const file of lake.manifest.files) {
    if (file.bucket === undefined || !set.population.includes(file.table)) continue;
    const buckets = bucketsIn(file, lake.manifest);
    for (const bucket of buckets) rows[bucket]! += file.rows / buckets.length;
  }
  const groups: number[][] = [[]];
  let held = 0;
  for (const [bucket, count] of rows.entries()) {
    if (held > 0 && held + count > eventsAtOnce) {
      groups.push([]);
      held = 0;
    }
    groups.at(-1)?.push(bucket);
    held += count;
  }
  return groups;
}

/** Adds up the histograms of daily plays over all groups, and reads the limit of each cutoff. */
async function countLimits(
  engine: Engine,
  options: EvaluateOptions,
  { context, groups }: { context: CompileContext; groups: readonly number[][] },
): Promise<(number | null)[] | undefined> {
  const { set, compile = compileSet } = options;
  const { limitStatement } = compile(set, context);
  if (set.shape !== "windows" || !limitStatement) return undefined;
  const histograms = context.cutoffs.map(() => new Map<number, number>());
  for (const group of groups) {
    await see(engine, options, group);
    for (const row of await engine.rows(limitStatement)) {
      const histogram = histograms[row["place"] as number] as Map<number, number>;
      const plays = row["plays"] as number;
      histogram.set(plays, (histogram.get(plays) ?? 0) + (row["days"] as number));
    }
  }
  return histograms.map((histogram) => quantile(histogram, set.cleaning.outlierPerMille));
}

/** The smallest value that at least the given share of a histogram does not pass. */
function quantile(histogram: ReadonlyMap<number, number>, perMille: number): number | null {
  const values = [...histogram].sort(([a], [b]) => a - b);
  const total = values.reduce((sum, [, count]) => sum + count, 0);
  let upTo = 0;
  for (const [value, count] of values) {
    upTo += count;
    if (upTo * 1000 >= total * perMille) return value;
  }
  return null;
}
