import type { CategoryColumn } from "../../frame/index.js";

/** Bins of a column of numbers: 0 = missing, else 1 + the number of borders below the value. */
interface NumberBins {
  /** Tells the two kinds apart. */
  readonly kind: "number";
  /** Ascending, at most 254. */
  readonly bounds: Float64Array;
  /** Bins, that of missing values included. */
  readonly binCount: number;
}

/** Bins of a column of categories: 0 = missing or never seen. */
export interface CategoryBins {
  /** Tells the two kinds apart. */
  readonly kind: "category";
  /** Bin of each code; rare categories share the last bin. */
  readonly binOf: Uint8Array;
  /** Bins, that of missing values included. */
  readonly binCount: number;
}

/** Bins of a column. */
export type ColumnBins = NumberBins | CategoryBins;

/**
 * Bins of categories: the frequent ones their own, the others one together.
 * @param column training rows
 * @param mostBins bins at most without that of missing values, 2 … 255
 */
export function categoryBins(column: CategoryColumn, mostBins: number): CategoryBins {
  const counts = new Float64Array(column.dictionary.length);
  for (const code of column.codes) if (code >= 0) counts[code]! += 1;
  const seen = [...counts.keys()].filter((code) => counts[code]! > 0);
  seen.sort((a, b) => counts[b]! - counts[a]! || a - b);
  const binOf = new Uint8Array(counts.length);
  for (const [place, code] of seen.entries()) binOf[code] = Math.min(place + 1, mostBins);
  return { kind: "category", binOf, binCount: Math.min(seen.length, mostBins) + 1 };
}

/**
 * The bin of a number.
 * @param bounds ascending
 * @returns 0 for NaN, else 1 + the number of borders below it
 */
export function binOfNumber(bounds: Float64Array, value: number): number {
  if (Number.isNaN(value)) return 0;
  let from = 0;
  let to = bounds.length;
  while (from < to) {
    const half = (from + to) >> 1;
    if (bounds[half]! < value) from = half + 1;
    else to = half;
  }
  return from + 1;
}
