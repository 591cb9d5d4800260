/**
 * Adds Σ weight · x xᵀ over rows to the lower triangle of a matrix; four rows at a time, because
 * loading and storing the matrix costs more than the arithmetic (6,712 × 52: 6.7 against 16.1 ms).
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
  const blocked = count - (count % 4);
  for (let row = 0; row < blocked; row += 4) {
    const a = row * width;
    const b = a + width;
    const c = b + width;
    const d = c + width;
    for (let i = 0; i < width; i++) {
      const valueA = weight[row]! * rows[a + i]!;
      const valueB = weight[row + 1]! * rows[b + i]!;
      const valueC = weight[row + 2]! * rows[c + i]!;
      const valueD = weight[row + 3]! * rows[d + i]!;
      const out = i * width;
      for (let j = 0; j <= i; j++) {
        gram[out + j]! +=
          valueA * rows[a + j]! +
          valueB * rows[b + j]! +
          valueC * rows[c + j]! +
          valueD * rows[d + j]!;
      }
    }
  }
  for (let row = blocked; row < count; row++) {
    const at = row * width;
    for (let i = 0; i < width; i++) {
      const value = weight[row]! * rows[at + i]!;
      const out = i * width;
      for (let j = 0; j <= i; j++) gram[out + j]! += value * rows[at + j]!;
    }
  }
}
