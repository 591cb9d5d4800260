import { toDoubles } from "../foundation/index.js";
import type { Column, Frame } from "../frame/index.js";

/**
 * The columns of numbers that an encoder works on.
 * @param chosen names, or undefined for all columns of numbers
 * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND for a chosen one that is not there or not numbers
 */
export function numberNames(frame: Frame, chosen: readonly string[] | undefined): string[] {
  if (chosen !== undefined) {
    for (const name of chosen) frame.numbers(name);
    return [...chosen];
  }
  return frame.columns.filter((column) => column.kind === "number").map((column) => column.name);
}

/**
 * The columns of categories that an encoder works on.
 * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND
 */
export function categoryNames(frame: Frame, chosen: readonly string[] | undefined): string[] {
  if (chosen !== undefined) {
    for (const name of chosen) frame.categories(name);
    return [...chosen];
  }
  return frame.columns.filter((column) => column.kind === "category").map((column) => column.name);
}

/** The finite values of a column with their weights; what is not finite counts as missing. */
export function finiteValues(
  values: Float64Array | Float32Array,
  weight: Float64Array | undefined,
): { values: Float64Array; weight: Float64Array | undefined } {
  const doubles = toDoubles(values);
  let finite = 0;
  for (let row = 0; row < doubles.length; row++) if (Number.isFinite(doubles[row]!)) finite += 1;
  if (finite === doubles.length) return { values: doubles, weight };
  const kept = new Float64Array(finite);
  const keptWeight = weight === undefined ? undefined : new Float64Array(finite);
  let at = 0;
  for (let row = 0; row < doubles.length; row++) {
    if (!Number.isFinite(doubles[row]!)) continue;
    kept[at] = doubles[row]!;
    if (keptWeight !== undefined) keptWeight[at] = weight![row]!;
    at += 1;
  }
  return { values: kept, weight: keptWeight };
}

/** A table with each named column of numbers mapped value by value. */
export function mapNumbers(
  frame: Frame,
  names: readonly string[],
  map: (values: Float64Array | Float32Array, place: number) => Float64Array,
): Frame {
  const columns = names.map((name, place): Column => {
    return Object.freeze({ kind: "number", name, values: map(frame.numbers(name), place) });
  });
  return frame.with(columns);
}
