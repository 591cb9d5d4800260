import {
  explainLinear,
  explainTrees,
  Frame,
  isLogisticModel,
  isPipelineModel,
  type Model,
  numberColumn,
  type TreeModel,
} from "@refrain/learn";
import { workflowErrors } from "./errors.js";

/** Rows explained at a time: their contributions take some megabytes. */
const rowsAtOnce = 10_000;

/**
 * Why each row scores as high as it does: the features that raise its margin most, by the model's
 * Shapley values, strongest first.
 * @param most reasons of a row, at most
 * @returns a list a row, each like `days_from_last_play +0.83`
 * @throws NO_REASONS for models that cannot be explained row by row; LEARN_STOPPED
 */
export async function reasonsOf(
  path: string,
  model: Model,
  features: Frame,
  { most, signal }: { readonly most: number; readonly signal?: AbortSignal | undefined },
): Promise<readonly (readonly string[])[]> {
  const inner = isPipelineModel(model) ? model.inner : model;
  const encoders = isPipelineModel(model) ? model.encoders : [];
  const explain = explainer(inner);
  if (explain === undefined) throw workflowErrors.NO_REASONS({ path, kind: inner.card.kind });
  const reasons: (readonly string[])[] = [];
  for (let start = 0; start < features.rowCount; start += rowsAtOnce) {
    const part = features.view(start, Math.min(start + rowsAtOnce, features.rowCount));
    const rows = encoders.reduce((table, encoder) => encoder.encode(table), part);
    const { columns, values } = await explain(rows, signal);
    for (let row = 0; row < rows.rowCount; row += 1) {
      const added = values.subarray(row * columns.length, (row + 1) * columns.length);
      reasons.push(strongest(columns, added, most));
    }
  }
  return reasons;
}

type Explain = (
  rows: Frame,
  signal: AbortSignal | undefined,
) => Promise<{ readonly columns: readonly string[]; readonly values: Float64Array }>;

function explainer(inner: Model): Explain | undefined {
  if ("trees" in inner && "start" in inner) {
    return (rows, signal) => explainTrees(inner as TreeModel, rows, { signal });
  }
  if (!isLogisticModel(inner)) return undefined;
  // The encoders end with standardised columns: an unknown one stands at 0, its mean.
  const background = new Frame(
    inner.schema.columns.map(({ name }) => numberColumn(name, Float64Array.of(0))),
  );
  return (rows, signal) => explainLinear(inner, rows, { background, signal });
}

function strongest(columns: readonly string[], added: Float64Array, most: number): string[] {
  return columns
    .map((name, place) => ({ name, adds: added[place]! }))
    .filter(({ adds }) => adds > 0)
    .sort((a, b) => b.adds - a.adds)
    .slice(0, most)
    .map(({ name, adds }) => `${name} +${Number(adds.toPrecision(2))}`);
}
