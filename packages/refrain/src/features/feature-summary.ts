import { type Engine, quoteName } from "../lake/index.js";
import type { Coverage } from "./cutoffs.js";
import { type FeatureSet, featureNames } from "./declaration.js";
import { type Evaluated, resultTable, type UnavailableFeature } from "./evaluate-set.js";
import { flaggedReason } from "./flagged.js";

/** What cleaning did before one cutoff. */
export interface CleaningCount {
  readonly cutoff: string;
  /** Most plays a day that passed; null where nothing was limited. */
  readonly playLimit: number | null;
  /** User-days above it. */
  readonly outlierDays: number;
}

/** What a run of a feature set says; the JSON of `refrain features`. */
export interface FeatureSummary {
  readonly set: string;
  readonly version: string;
  readonly rows: number;
  /** Number of columns of the table. */
  readonly columns: number;
  readonly names: readonly string[];
  readonly cutoffs: readonly string[];
  readonly coverage: Coverage;
  readonly out?: string;
  readonly seconds: number;
  readonly labels: Readonly<Record<string, { readonly known: number; readonly positive: number }>>;
  /** Rows (user, cutoff) left out, by reason: `bot`, `outlier`, `flagged_plays`, … */
  readonly dropped: Readonly<Record<string, number>>;
  readonly cleaning?: readonly CleaningCount[];
  /** Rows of the month of a purchase: in the table, to be left out of training. */
  readonly purchaseMonthRows?: number;
  readonly unavailable: readonly UnavailableFeature[];
  readonly limits: readonly string[];
}

/** Counts what stands in the result table. */
export async function summarise(
  engine: Engine,
  { set, coverage, cutoffs, unavailable }: Evaluated,
): Promise<FeatureSummary> {
  const names = [
    ...set.keys.map((key) => key.name),
    ...set.labels.map((label) => label.name),
    ...featureNames(set),
  ];
  const kept = await engine.rows(
    `SELECT CAST(count(*) AS BIGINT) AS "rows", ${labelCounts(set)} ` +
      `FROM ${quoteName(resultTable)} WHERE "r_dropped" IS NULL`,
  );
  const counts = kept[0] as Record<string, number>;
  const labels = [...set.labels, ...set.extras].map(({ name }) => [
    name,
    { known: counts[`${name} known`] ?? 0, positive: counts[`${name} positive`] ?? 0 },
  ]);
  return {
    set: set.name,
    version: set.version,
    rows: counts["rows"] ?? 0,
    columns: names.length,
    names,
    cutoffs: cutoffs.map((cutoff) => cutoff.day),
    coverage,
    seconds: 0,
    labels: Object.fromEntries(labels),
    dropped: await countDropped(engine),
    ...(set.shape === "windows"
      ? { cleaning: await countCleaning(engine) }
      : { purchaseMonthRows: counts["number_of_premium positive"] ?? 0 }),
    unavailable,
    limits: set.limits,
  };
}

function labelCounts(set: FeatureSet): string {
  return [...set.labels, ...set.extras]
    .map(({ name }) => {
      const column = quoteName(name);
      return (
        `CAST(count(${column}) AS BIGINT) AS ${quoteName(`${name} known`)}, ` +
        `CAST(count_if(${column} > 0) AS BIGINT) AS ${quoteName(`${name} positive`)}`
      );
    })
    .join(", ");
}

async function countDropped(engine: Engine): Promise<Record<string, number>> {
  const rows = await engine.rows(
    `SELECT "r_dropped" AS "reason", CAST(count(*) AS BIGINT) AS "rows" ` +
      `FROM ${quoteName(resultTable)} WHERE "r_dropped" IS NOT NULL GROUP BY 1 ORDER BY 1`,
  );
  return Object.fromEntries(rows.map((row) => [row["reason"], row["rows"]]));
}

async function countCleaning(engine: Engine): Promise<CleaningCount[]> {
  const rows = await engine.rows(
    `SELECT "cutoff", CAST(sum("r_outlier_days") AS BIGINT) AS "days", ` +
      `max("r_play_limit") AS "limit" FROM ${quoteName(resultTable)} ` +
      `WHERE coalesce("r_dropped", '') NOT IN ('bot', ${flaggedReason}) GROUP BY 1 ORDER BY 1`,
  );
  return rows.map((row) => ({
    cutoff: row["cutoff"] as string,
    playLimit: row["limit"] as number | null,
    outlierDays: row["days"] as number,
  }));
}
