/** Finds a place in an ascending run by arithmetic first, so that a search has few steps left. */

/** A run cut into cells of equal width; what lies outside has a cell at each end. */
export interface Cells {
  /** Where the second cell begins; the first one holds what is below. */
  readonly low: number;
  /** Cells a unit. */
  readonly scale: number;
  /** Cell c holds values starts[c] … starts[c + 1] - 1. */
  readonly starts: Uint32Array;
}

/** Values at each end that are left to the end cells, so that no long tail thins out the rest. */
const TAIL = 1 / 1000;
const VALUES_A_CELL = 4;
const MOST_CELLS = 65_536;

/**
 * Cell of a value; it never falls where values rise, so that each cell holds a run of them.
 * @param last the last cell
 * @returns 0 for NaN
 */
export function cellOf(value: number, low: number, scale: number, last: number): number {
  const cell = (value - low) * scale + 1;
  return cell >= 1 ? (cell < last ? Math.floor(cell) : last) : 0;
}

/** Cuts a run into cells. */
export function cutCells(values: Float64Array): Cells {
  const tail = Math.floor(values.length * TAIL);
  const low = values[tail]!;
  const width = values[values.length - 1 - tail]! - low;
  const inner = Math.max(1, Math.min(MOST_CELLS, Math.ceil(values.length / VALUES_A_CELL)));
  const wanted = inner / width;
  const scale = Number.isFinite(wanted) && Number.isFinite(wanted * width) ? wanted : 0;
  const count = inner + 2;
  const starts = new Uint32Array(count + 1);
  let filled = 0;
  for (let place = 0; place < values.length; place++) {
    const cell = cellOf(values[place]!, low, scale, count - 1);
    while (filled < cell) starts[++filled] = place;
  }
  while (filled < count) starts[++filled] = values.length;
  return { low, scale, starts };
}
