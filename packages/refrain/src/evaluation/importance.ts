import {
  explainTrees,
  type Frame,
  isPipelineModel,
  logLossMetric,
  type Model,
  permutationImportance,
  type TreeModel,
} from "@refrain/learn";
import type { FeatureImportance, Importance, TreeSummary } from "./result.js";
import { type Run, validationLoss } from "./run.js";
import { sampleRows } from "./sample-rows.js";
import type { Split } from "./splits.js";
import { type CheckedTable, pick } from "./table.js";

/** Test rows that are looked at, at most: a rank of features needs no more. */
const mostRows = 2000;
/** Shuffles of each feature; their mean is shown. */
const shuffles = 3;
/** Rows explained tree by tree, and how many of them are drawn. */
const mostExplained = 1000;
const mostDrawn = 150;

/** What decides the samples, and what stops the search. */
export interface ImportanceOptions {
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What the chosen model goes by: how much worse it does on test rows when one feature is shuffled
 * among them, and for the best model of trees what each feature adds to single predictions.
 */
export async function importanceOf(
  best: Run,
  runs: readonly Run[],
  data: { readonly table: CheckedTable; readonly split: Split },
  options: ImportanceOptions,
): Promise<Importance> {
  // Each run keeps the model of the last fold: only that fold's test rows are new to it.
  const rows = sampleRows(data.split.folds.at(-1)!.test, mostRows, options.seed);
  const frame = data.table.features.take(rows);
  const target = pick(data.table.target, rows);
  const trees = bestOfTrees(runs);
  return {
    model: best.name,
    rows: rows.length,
    features: await shuffleEach(best.model, frame, target, options),
    ...(trees === undefined ? {} : { trees: await summariseTrees(trees, frame, options) }),
  };
}

async function shuffleEach(
  model: Model,
  frame: Frame,
  target: Float64Array,
  { seed, signal }: ImportanceOptions,
): Promise<readonly FeatureImportance[]> {
  const columns = frame.columns.map(({ name }) => name);
  const options = { metric: logLossMetric, columns, repeats: shuffles, seed, signal };
  const { importances } = await permutationImportance(model, frame, target, options);
  const found = importances.map(({ columns: shuffled, mean, deviation }) => ({
    feature: shuffled.join(", "),
    logLoss: mean,
    deviation,
  }));
  return found.sort((a, b) => b.logLoss - a.logLoss);
}

interface TreeRun {
  readonly name: string;
  readonly model: Model;
  readonly inner: TreeModel;
}

/** The model of trees with the least log-loss on validation rows; the first without such rows. */
function bestOfTrees(runs: readonly Run[]): TreeRun | undefined {
  const found = runs.flatMap((run) => {
    const inner = isPipelineModel(run.model) ? run.model.inner : run.model;
    const isOfTrees = "trees" in inner && "start" in inner;
    const loss = validationLoss(run) ?? Number.POSITIVE_INFINITY;
    return isOfTrees ? [{ ...run, inner: inner as TreeModel, loss }] : [];
  });
  return found.sort((a, b) => a.loss - b.loss)[0];
}

async function summariseTrees(
  { name, model, inner }: TreeRun,
  frame: Frame,
  { seed, signal }: ImportanceOptions,
): Promise<TreeSummary> {
  const encoders = isPipelineModel(model) ? model.encoders : [];
  const all = Uint32Array.from({ length: frame.rowCount }, (_, row) => row);
  const rows = frame.take(sampleRows(all, mostExplained, seed));
  const encodedRows = encoders.reduce((table, encoder) => encoder.encode(table), rows);
  const { columns, values } = await explainTrees(inner, encodedRows, { signal });
  const drawn = sampleRows(all.subarray(0, rows.rowCount), mostDrawn, seed + 1);
  const features = columns.map((feature, place) => {
    const added = (row: number) => values[row * columns.length + place]!;
    let total = 0;
    for (let row = 0; row < rows.rowCount; row += 1) total += Math.abs(added(row));
    const height = heights(encodedRows, feature);
    return {
      feature,
      meanAbsolute: total / Math.max(1, rows.rowCount),
      points: Array.from(drawn, (row) => ({ adds: added(row), height: height[row] ?? null })),
    };
  });
  return {
    model: name,
    rows: rows.rowCount,
    unit: inner.card.kind === "boosting" ? "log-odds" : "probability",
    features: features.sort((a, b) => b.meanAbsolute - a.meanAbsolute),
  };
}

/** Where a value stands among all, 0 lowest to 1 highest; null for missing and categories. */
function heights(frame: Frame, name: string): readonly (number | null)[] {
  const column = frame.column(name);
  if (column.kind === "category") return [];
  const sorted = Float64Array.from(column.values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const places = new Map<number, [number, number]>();
  sorted.forEach((value, place) => {
    places.set(value, [places.get(value)?.[0] ?? place, place]);
  });
  return Array.from(column.values, (value) => {
    const [first, last] = places.get(value) ?? [];
    if (first === undefined || last === undefined) return null;
    return sorted.length < 2 ? 0.5 : (first + last) / 2 / (sorted.length - 1);
  });
}
