/** Memory of assembly/neighbours.ts: what stands where, how much it takes, how rows are rounded. */
import { type Arena, bytesOfBlocks, checkPlannedMemory } from "../../kernels/index.js";
import type { RowIndex } from "./row-index.js";

/** Rows of a group, of points and of queries. */
export const GROUP_ROWS = 48;
/** Rows that are rounded at a time. */
export const STAGED_ROWS = 8192;

const SEARCH_BYTES = 128;
const STACK_BYTES = 512;
/** What a call of searchNeighbours takes. */
export const TILE_BYTES = 192;
/** What a call of searchPairs takes, and calls that are in work at a time. */
export const PAIR_BYTES = 1152;
export const PAIR_CALLS = 64;
const FIRST_DOUBLE = 10;
const STOP = 104;
/** What the rounding of distances in doubles may add to that of rows to steps. */
const SLACK = 1.001;

/** How rows become whole numbers of steps. */
export interface Rounding {
  /** One a column. */
  readonly centres: Float64Array;
  /** Steps a unit. */
  readonly steps: number;
  /** The largest rounded value. */
  readonly most: number;
}

/** Sizes that everything follows from. */
export interface SearchShape {
  readonly points: number;
  readonly width: number;
  /** Neighbours of each query. */
  readonly most: number;
  /** Queries of a batch, a multiple of the group. */
  readonly batchRows: number;
  /** Batches in work at the same time. */
  readonly batches: number;
  /** Whether the points themselves are the queries, in one batch. */
  readonly own: boolean;
}

/** Doubles of an exact row. */
export const exactWidth = (width: number): number => width + (width % 2);
/** Bytes of a rounded row. */
export const roundedBytes = (width: number): number => Math.ceil(width / 8) * 16;
/** Groups of so many rows. */
export const groupsOf = (rows: number): number => Math.ceil(rows / GROUP_ROWS);

/**
 * How an index is rounded: as finely as sums of squares of its columns allow in 32 bits, over the
 * middle of its values. What lies beyond is clipped, which costs time and nothing else.
 */
export function roundingOf({ rows, width, counts }: RowIndex): Rounding {
  const most = Math.min(16_383, Math.floor(Math.sqrt(2 ** 29 / exactWidth(width))));
  const centres = new Float64Array(exactWidth(width));
  let reach = 0;
  const step = Math.max(1, Math.floor(counts.length / 4096));
  for (let j = 0; j < width; j++) {
    const sample = new Float64Array(Math.ceil(counts.length / step));
    for (let i = 0; i < sample.length; i++) sample[i] = rows[i * step * width + j]!;
    sample.sort();
    const at = (share: number): number => sample[Math.round(share * (sample.length - 1))]!;
    const [low, high] = [at(0), at(1)];
    // Columns with few values far out are not to make the steps of the others too long.
    const middle = 16 * (at(0.99) - at(0.01));
    const spread = middle > 0 ? Math.min(high / 2 - low / 2, middle) : high / 2 - low / 2;
    centres[j] = spread < high / 2 - low / 2 ? at(0.5) : low / 2 + high / 2;
    reach = Math.max(reach, spread);
  }
  // A little more than the sample's reach: it does not hold all rows.
  const steps = reach > 0 ? Math.min(most / (1.25 * reach), 1e300) : 1;
  return { centres, steps, most };
}

/** Hands out addresses, or only counts what they take. */
type Allocate = (bytes: number) => number;

/** Addresses of the points of a search. */
export function placePoints({ points, width }: SearchShape, allocate: Allocate) {
  const groups = groupsOf(points);
  return {
    exact: allocate(8 * exactWidth(width) * points),
    order: allocate(4 * points),
    panels: allocate(groups * 96 * exactWidth(width)),
    starts: allocate(4 * GROUP_ROWS * groups),
    boxes: allocate(2 * roundedBytes(width) * groups),
  };
}

/** Room that points take while they are rounded. */
export function placeRounding({ points, width }: SearchShape, threads: number, allocate: Allocate) {
  return {
    rounded: allocate(roundedBytes(width) * points),
    stack: allocate(STACK_BYTES),
    staged: Array.from({ length: threads }, () =>
      allocate(8 * exactWidth(width) * Math.min(points, STAGED_ROWS)),
    ),
  };
}

/** Addresses of one batch of queries. */
export function placeBatch(shape: SearchShape, allocate: Allocate) {
  const { batchRows, width, most, own } = shape;
  const groups = groupsOf(batchRows);
  return {
    search: allocate(SEARCH_BYTES),
    exact: allocate(own ? 0 : 8 * exactWidth(width) * batchRows),
    rounded: allocate(own ? 0 : roundedBytes(width) * batchRows),
    order: allocate(own ? 0 : 4 * batchRows),
    stack: allocate(STACK_BYTES),
    doubled: allocate(4 * (exactWidth(width) / 2) * batchRows),
    norms: allocate(4 * batchRows),
    boxes: allocate(2 * roundedBytes(width) * groups),
    bounds: allocate(4 * batchRows),
    squares: allocate(8 * most * batchRows),
    numbers: allocate(4 * most * batchRows),
    homes: allocate(4 * groups),
    tiles: allocate(own ? PAIR_BYTES * PAIR_CALLS : TILE_BYTES * groups),
  };
}

/**
 * Holds the memory of a search against a limit, before anything is computed.
 * @throws KERNEL_MEMORY
 */
export function checkSearchMemory(
  doing: string,
  shape: SearchShape,
  threads: number,
  limit: number | undefined,
): void {
  const blocksOf = (place: (allocate: Allocate) => void): number[] => {
    const blocks: number[] = [];
    place((bytes) => blocks.push(bytes));
    return blocks;
  };
  const points = [8 * exactWidth(shape.width), ...blocksOf((count) => placePoints(shape, count))];
  const batch = blocksOf((count) => placeBatch(shape, count));
  const rounding = blocksOf((count) => placeRounding(shape, threads, count));
  const batches = Array.from({ length: shape.batches }, () => batch).flat();
  const packing = bytesOfBlocks([...points, ...batch, ...rounding]);
  checkPlannedMemory(doing, Math.max(packing, bytesOfBlocks([...points, ...batches])), limit);
}

/** Where everything of a search stands. */
export interface SearchPlaces {
  readonly points: ReturnType<typeof placePoints>;
  readonly batch: ReturnType<typeof placeBatch>;
}

/** Writes the words of a search; see assembly/neighbours.ts. */
export function writeSearch(
  arena: Arena,
  { points, batch }: SearchPlaces,
  shape: SearchShape,
  rounding: Rounding,
): void {
  const { width } = shape;
  const exact = exactWidth(width);
  const words = [shape.points, exact / 2, 8 * exact, points.panels, points.starts, points.exact];
  words.push(points.order, points.boxes, roundedBytes(width), 0, batch.doubled, batch.norms);
  words.push(batch.exact, batch.order, batch.boxes, batch.bounds, shape.most, batch.squares);
  words.push(batch.numbers, batch.homes);
  arena.bytes(batch.search, SEARCH_BYTES).fill(0);
  arena.integers(batch.search, words.length).set(words);
  const largest = 4 * exact * rounding.most * rounding.most;
  const doubles = [rounding.steps, SLACK * Math.sqrt(width), largest];
  arena.doubles(batch.search + 8 * FIRST_DOUBLE, doubles.length).set(doubles);
}

/** Makes a search stop at its next visit. */
export function stopSearch(arena: Arena, search: number): void {
  arena.integers(search + STOP, 1)[0] = 1;
}
