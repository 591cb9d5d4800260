import type { Frame } from "@refrain/learn";

/** How a column is spread over users: enough to say how rare a value is, and no user's row. */
export interface ColumnProfile {
  readonly name: string;
  readonly rows: number;
  readonly median: number;
  /** Ranks from the top, rising: 1 is the highest value. */
  readonly ranks: readonly number[];
  /** Values at those ranks, falling. */
  readonly values: readonly number[];
}

const growth = 1.08;

/** The spread of every column, at ranks that lie closer together near the top. */
export function profileColumns(features: Frame): ColumnProfile[] {
  return features.columns.map(({ name }) => {
    const values = Float64Array.from(features.numbers(name)).sort();
    const rows = values.length;
    const ranks: number[] = [];
    for (let rank = 1; rank <= rows; rank = Math.max(rank + 1, Math.floor(rank * growth))) {
      ranks.push(rank);
    }
    return {
      name,
      rows,
      median: values[Math.floor(rows / 2)] ?? 0,
      ranks,
      values: ranks.map((rank) => values[rows - rank]!),
    };
  });
}

/**
 * Share of users with at least this value, 1/(rows + 1) where there was none.
 * @returns above 0, at most 1
 */
export function tailShare({ rows, ranks, values }: ColumnProfile, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! >= value) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 1 / (rows + 1) : (ranks[low - 1]! + 1) / (rows + 1);
}
