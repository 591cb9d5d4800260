import { stat } from "node:fs/promises";
import { extname, join } from "node:path";
import {
  foundationErrors,
  type JobOptions,
  type Limits,
  resolveLimits,
  writeAtomically,
} from "../foundation/index.js";
import {
  type Engine,
  type Lake,
  openLake,
  quoteName,
  quoteText,
  type SqlColumn,
  withEngine,
} from "../lake/index.js";
import type { CutoffOptions } from "./cutoffs.js";
import type { FeatureSet } from "./declaration.js";
import { type Evaluated, evaluateSet, resultTable } from "./evaluate-set.js";
import { type FeatureSummary, summarise } from "./feature-summary.js";

/** What a run of a feature set takes. */
export interface FeatureOptions extends CutoffOptions, JobOptions {
  /** Folder of the lake, or the lake opened before. */
  readonly lake: string | Lake;
  /** `churnFeatures()`, `premiumFeatures()`. */
  readonly set: FeatureSet;
  readonly limits?: Partial<Limits>;
  /** Events that one statement may read, a bucket at least; default 1 per 200 bytes of memory. */
  readonly eventsAtOnce?: number;
}

/** Options of a run that writes a file. */
export interface ComputeOptions extends FeatureOptions {
  /** `.csv` or `.parquet` file, or a folder; the default is the published name. */
  readonly out?: string;
  /** Also write the answers that stand beside the table, as `NAME-extras.csv`. */
  readonly extras?: boolean;
}

/** A feature table in memory. */
export interface FeatureTable {
  /** Keys, labels and features in the order of the written file, then the extras of the set. */
  readonly columns: readonly SqlColumn[];
  readonly rows: number;
  readonly summary: FeatureSummary;
}

/**
 * Computes a set over a lake and writes the table (CSV or Parquet), labels included where known.
 * @returns rows, columns, cutoffs, what was left out for what reason, and seconds
 * @throws LAKE_NOT_FOUND, NO_EVENTS, CUTOFF_INVALID, LOG_TOO_SHORT, OPTION_INVALID, INTERRUPTED
 */
export async function computeFeatures(options: ComputeOptions): Promise<FeatureSummary> {
  const out = await outputPath(options);
  return withResult(options, async (engine, evaluated, started) => {
    const summary = await summarise(engine, evaluated);
    const { set } = options;
    await copyTo(engine, resultQuery(set, summary.names), out);
    if (options.extras && set.extras.length > 0) {
      const extras = [...set.keys, ...set.extras].map((one) => one.name);
      await copyTo(engine, resultQuery(set, extras), extrasPath(out));
    }
    return { ...summary, out, seconds: secondsSince(started) };
  });
}

/**
 * Computes a set over a lake and gives the table as typed columns: numbers as f64 (missing = NaN),
 * texts as strings or null.
 * @throws as `computeFeatures`
 */
export async function featureTable(options: FeatureOptions): Promise<FeatureTable> {
  return withResult(options, async (engine, evaluated, started) => {
    const summary = await summarise(engine, evaluated);
    const names = [...summary.names, ...options.set.extras.map((extra) => extra.name)];
    const columns = await engine.columns(resultQuery(options.set, names));
    return { columns, rows: summary.rows, summary: { ...summary, seconds: secondsSince(started) } };
  });
}

/** Columns of the kept rows, in the order of their keys. */
function resultQuery(set: FeatureSet, columns: readonly string[]): string {
  const order = set.keys.map((key) => `${quoteName(key.name)} ASC NULLS LAST`).join(", ");
  return (
    `SELECT ${columns.map(quoteName).join(", ")} FROM ${quoteName(resultTable)} ` +
    `WHERE "r_dropped" IS NULL ORDER BY ${order}`
  );
}

type Read<Result> = (engine: Engine, evaluated: Evaluated, started: number) => Promise<Result>;

async function withResult<Result>(options: FeatureOptions, read: Read<Result>): Promise<Result> {
  const started = performance.now();
  const { set, signal, onProgress, cutoffs, knownLagDays, eventsAtOnce } = options;
  const doing = `computing the features "${set.name}"`;
  const lake = typeof options.lake === "string" ? await openLake(options.lake) : options.lake;
  const limits = resolveLimits(options.limits);
  return withEngine({ limits, doing, signal }, async (engine) => {
    const evaluated = await evaluateSet(engine, {
      lake,
      set,
      limits,
      ...(cutoffs === undefined ? {} : { cutoffs }),
      ...(knownLagDays === undefined ? {} : { knownLagDays }),
      ...(eventsAtOnce === undefined ? {} : { eventsAtOnce }),
      onGroup: (share) => onProgress?.({ doing, share }),
    });
    const result = await read(engine, evaluated, started);
    onProgress?.({ doing, share: 1 });
    return result;
  });
}

/** Writes a query's rows beside the file and renames. */
export async function copyTo(engine: Engine, query: string, path: string): Promise<void> {
  const format =
    extname(path) === ".parquet" ? "FORMAT parquet, COMPRESSION zstd" : "FORMAT csv, HEADER true";
  await writeAtomically(path, (temporary) =>
    engine.run(`COPY (${query}) TO ${quoteText(temporary)} (${format})`),
  );
}

async function outputPath({ out, set }: ComputeOptions): Promise<string> {
  const name = set.name === "churn" ? "df_model_final.csv" : join(set.version, "feature.csv");
  if (out === undefined) return set.name === "churn" ? name : join("features", name);
  const isFolder =
    out.endsWith("/") ||
    (await stat(out).then(
      (one) => one.isDirectory(),
      () => false,
    ));
  if (isFolder || extname(out) === "") return join(out, name);
  if (extname(out) === ".csv" || extname(out) === ".parquet") return out;
  throw foundationErrors.OPTION_INVALID({
    option: "--out",
    given: out,
    expected: "a file that ends in .csv or .parquet, or a folder",
  });
}

function extrasPath(out: string): string {
  const ending = extname(out);
  return `${out.slice(0, -ending.length)}-extras${ending}`;
}

function secondsSince(started: number): number {
  return Math.round(performance.now() - started) / 1e3;
}
