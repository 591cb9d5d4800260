/**
 * Adds Σ weight · x xᵀ over rows to the lower triangle of a matrix.
 * @param rows row-major, count × width
 * @param weight one a row
 * @param gram width × width, row-major
 */
export function addWeightedGram(
  rows: Float64Array,
  weight: Float64Array,
  count: number,
  width: number,
  gram: Float64Array,
): void {
  for (let row = 0; row < count; row++) {
    const at = row * width;
    const scale = weight[row]!;
    for (let i = 0; i < width; i++) {
      const value = scale * rows[at + i]!;
      const out = i * width;
      for (let j = 0; j <= i; j++) gram[out + j]! += value * rows[at + j]!;
    }
  }
}
