import { Pacer } from "../foundation/index.js";
import type { Frame } from "../frame/index.js";
import {
  alignFrame,
  type DetectorModel,
  type Model,
  type PredictExtras,
} from "../learners/index.js";
import { isPipelineModel } from "./guards.js";

/** Place of the column that an encoded column was made of: of one name, or that begins it. */
function sourceOf(name: string, columns: readonly string[]): number {
  let best = -1;
  columns.forEach((column, place) => {
    const own = name === column || name.startsWith(column);
    if (own && (best < 0 || column.length > columns[best]!.length)) best = place;
  });
  return best;
}

/**
 * The reasons of a detector, also of one behind encoders: what an encoded column has to do with a
 * row's score is put down to the column that it was made of.
 * @param model a detector, or a pipeline of encoders and a detector
 * @returns one number a row and column of the model's schema, row-major; zeros where a detector
 *   has no reasons to give
 * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND, LEARN_STOPPED
 */
export async function detectorContributions(
  model: Model,
  frame: Frame,
  extras: PredictExtras = {},
): Promise<Float64Array> {
  new Pacer(extras.signal, `explaining ${model.card.kind}`).check();
  const width = model.schema.columns.length;
  if ("contributions" in model) return (model as DetectorModel).contributions(frame, extras);
  const out = new Float64Array(frame.rowCount * width);
  if (!isPipelineModel(model)) return out;
  const { encoders, inner } = model;
  const aligned = alignFrame(frame, model.schema);
  const encoded = encoders.reduce((table, encoder) => encoder.encode(table), aligned);
  const found = await detectorContributions(inner, encoded, extras);
  const names = model.schema.columns.map(({ name }) => name);
  const sources = inner.schema.columns.map(({ name }) => sourceOf(name, names));
  for (let row = 0; row < frame.rowCount; row++) {
    sources.forEach((source, k) => {
      if (source >= 0) out[row * width + source]! += found[row * sources.length + k]!;
    });
  }
  return out;
}
