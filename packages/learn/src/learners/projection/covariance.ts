import type { Pacer } from "../../foundation/index.js";
import { momentsOf } from "../../kernels/index.js";
import type { TrainingData } from "../door.js";
import { standardisedGram } from "../linear/gram.js";

/** Mean and covariance of columns that are centred and divided by a scale. */
export interface ScaledCovariance {
  /** One a column. */
  readonly means: Float64Array;
  /** What columns are divided by: their deviation, or 1. */
  readonly scales: Float64Array;
  /** width × width, row-major, of the scaled columns; divided by the sum of weights. */
  readonly covariance: Float64Array;
}

/** Writes the lower triangle of a matrix into its upper one. */
export function mirror(matrix: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) matrix[j * size + i] = matrix[i * size + j]!;
  }
}

/**
 * Mean and covariance of a table.
 * @param columns finite numbers
 * @param standardise whether columns are divided by their deviation; those that never change are
 *   not
 */
export async function scaledCovariance(
  data: TrainingData,
  columns: readonly Float64Array[],
  standardise: boolean,
  pacer: Pacer,
): Promise<ScaledCovariance> {
  const width = columns.length;
  const moments = columns.map((values) => {
    const { mean, deviation } = momentsOf(values, data.weight);
    return { mean, deviation: standardise && deviation > 0 ? deviation : 1 };
  });
  const gram = await standardisedGram(
    { columns, moments, rowCount: data.frame.rowCount },
    (start, count, out) => {
      if (data.weight === undefined) out.fill(1, 0, count);
      else out.set(data.weight.subarray(start, start + count));
    },
    pacer,
  );
  const total = gram[gram.length - 1]!;
  const covariance = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) covariance[i * width + j] = gram[i * (width + 1) + j]! / total;
  }
  mirror(covariance, width);
  return {
    means: Float64Array.from(moments, ({ mean }) => mean),
    scales: Float64Array.from(moments, ({ deviation }) => deviation),
    covariance,
  };
}
