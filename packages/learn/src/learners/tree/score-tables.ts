import type { ColumnBins } from "../../encoders/index.js";
import { type TreeEnsemble, treeDepths } from "./ensemble.js";

/** An ensemble as assembly/score.ts takes it, over bins made of the ensemble's own thresholds. */
export interface ScoreTables {
  /** Places in the schema of the columns that the trees ask, in the order that nodes name. */
  readonly asked: Int32Array;
  /** Bins of those columns. */
  readonly bins: readonly ColumnBins[];
  /** Trees, then what they point to; addresses are told from its beginning. */
  readonly bytes: Uint8Array;
  /** Number of trees. */
  readonly treeCount: number;
  /** Elementary steps that a row takes. */
  readonly rowSteps: number;
  /** Bytes that a call needs for a block of rows. */
  readonly scratchBytes: number;
  /** Whether any tree is walked. */
  readonly walk: boolean;
}

/** Leaves up to which all questions of a tree are asked; larger trees are walked. */
const MOST_SMALL_LEAVES = 256;
const MOST_BOUNDS = 254;
const WALK_NODE_BYTES = 48;
const SMALL_NODE_BYTES = 16;
const BLOCK_ROWS = 1024;

/** Thresholds of each column, of the trees first … last - 1. */
function boundsOf(trees: TreeEnsemble, first: number, last: number): Set<number>[] {
  const found = trees.categoryBins.map(() => new Set<number>());
  for (let node = trees.starts[first]!; node < trees.starts[last]!; node++) {
    const threshold = trees.threshold[node]!;
    if (trees.column[node]! < 0 || trees.set[node]! >= 0) continue;
    if (threshold !== Number.POSITIVE_INFINITY) found[trees.column[node]!]!.add(threshold);
  }
  return found;
}

/** The last bin of a number that goes left. */
function boundBin(bounds: Float64Array, threshold: number): number {
  if (threshold === Number.POSITIVE_INFINITY) return 255;
  let from = 0;
  let to = bounds.length;
  while (from < to) {
    const half = (from + to) >> 1;
    if (bounds[half]! < threshold) from = half + 1;
    else to = half;
  }
  return from + 1;
}

/** Bits of bins that go right: those above the threshold, and missing where it does. */
function numberSet(to: Uint8Array, last: number, missingLeft: number): void {
  for (let bin = last + 1; bin < 256; bin++) to[bin >> 3]! |= 1 << (bin & 7);
  if (missingLeft === 0) to[0]! |= 1;
}

interface TreeSize {
  readonly leaves: number;
  readonly small: boolean;
}

function sizesOf({ starts, column }: TreeEnsemble): TreeSize[] {
  return Array.from(starts.subarray(1), (end, tree) => {
    let leaves = 0;
    for (let node = starts[tree]!; node < end; node++) if (column[node]! < 0) leaves += 1;
    return { leaves, small: leaves <= MOST_SMALL_LEAVES };
  });
}

/** Writes one ensemble's tables from their first byte to their last. */
class TableWriter {
  readonly bytes: Uint8Array;
  readonly #trees: TreeEnsemble;
  readonly #bounds: readonly Float64Array[];
  readonly #places: Int32Array;
  readonly #words: Uint32Array;
  readonly #shorts: Uint16Array;
  readonly #doubles: Float64Array;
  readonly #sets: number;
  #next: number;

  /**
   * @param bounds of each column of the schema
   * @param places of each column of the schema among those that are asked
   */
  constructor(
    trees: TreeEnsemble,
    sizes: readonly TreeSize[],
    bounds: readonly Float64Array[],
    places: Int32Array,
  ) {
    this.#trees = trees;
    this.#bounds = bounds;
    this.#places = places;
    this.#sets = 16 * sizes.length;
    this.#next = this.#sets + trees.sets.length;
    const total = sizes.reduce((sum, { leaves, small }) => {
      const bytes = small ? SMALL_NODE_BYTES * Math.max(1, leaves - 1) + 8 * leaves : 0;
      return sum + (small ? bytes : WALK_NODE_BYTES * (2 * leaves - 1));
    }, this.#next);
    this.bytes = new Uint8Array(total);
    this.bytes.set(trees.sets, this.#sets);
    this.#words = new Uint32Array(this.bytes.buffer);
    this.#shorts = new Uint16Array(this.bytes.buffer);
    this.#doubles = new Float64Array(this.bytes.buffer);
  }

  #take(bytes: number): number {
    const address = this.#next;
    this.#next += bytes;
    return address;
  }

  /** Writes a tree that is walked. */
  walked(tree: number, depth: number): void {
    const trees = this.#trees;
    const start = trees.starts[tree]!;
    const nodes = this.#take(WALK_NODE_BYTES * (trees.starts[tree + 1]! - start));
    this.#words.set([nodes, 0, depth, 0], 4 * tree);
    for (let node = start; node < trees.starts[tree + 1]!; node++) {
      const at = nodes + WALK_NODE_BYTES * (node - start);
      const asked = trees.column[node]!;
      const next = asked < 0 ? node : trees.left[node]!;
      this.#words[at / 4] = asked < 0 ? 0 : this.#places[asked]!;
      this.#words[at / 4 + 1] = (next - start) * WALK_NODE_BYTES;
      this.#doubles[at / 8 + 5] = trees.value[node]!;
      if (asked < 0) continue;
      const set = this.bytes.subarray(at + 8, at + 40);
      const place = trees.set[node]!;
      if (place >= 0) set.set(trees.sets.subarray(place * 32, place * 32 + 32));
      else {
        const last = boundBin(this.#bounds[asked]!, trees.threshold[node]!);
        numberSet(set, last, trees.missingLeft[node]!);
      }
    }
  }

  /** Writes a tree all of whose questions are asked. */
  small(tree: number, leaves: number): void {
    const trees = this.#trees;
    const start = trees.starts[tree]!;
    const end = trees.starts[tree + 1]!;
    const questions = Math.max(1, leaves - 1);
    const nodes = this.#take(SMALL_NODE_BYTES * questions);
    const values = this.#take(8 * leaves);
    this.#words.set([nodes, questions, values, leaves], 4 * tree);
    const slots = new Int32Array(end - start);
    let [question, leaf] = [0, 0];
    for (let node = start; node < end; node++) {
      if (trees.column[node]! >= 0) slots[node - start] = 32 * question++;
      else {
        slots[node - start] = 32 * (questions + leaf);
        this.#doubles[values / 8 + leaf++] = trees.value[node]!;
      }
    }
    // A leaf alone is below a question that does not matter.
    if (leaves === 1) this.#shorts.fill(32, nodes / 2 + 4, nodes / 2 + 6);
    for (let node = start; node < end; node++) {
      if (trees.column[node]! < 0) continue;
      const left = trees.left[node]! - start;
      const at = nodes + (SMALL_NODE_BYTES * slots[node - start]!) / 32;
      this.#shorts[at / 2 + 4] = slots[left]!;
      this.#shorts[at / 2 + 5] = slots[left + 1]!;
      this.#question(node, at);
    }
  }

  #question(node: number, at: number): void {
    const trees = this.#trees;
    const asked = trees.column[node]!;
    const set = trees.set[node]!;
    this.#words[at / 4] = this.#places[asked]!;
    if (set >= 0) {
      this.#words[at / 4 + 1] = this.#sets + 32 * set;
      return;
    }
    const shift = 1 - trees.missingLeft[node]!;
    this.bytes[at + 12] = boundBin(this.#bounds[asked]!, trees.threshold[node]!) - shift;
    this.bytes[at + 13] = shift;
  }
}

/** Adds thresholds, or nothing, and gives false, where they would become too many. */
function addBounds(to: readonly Set<number>[], own: readonly Set<number>[]): boolean {
  for (const [k, set] of own.entries()) {
    let size = to[k]!.size;
    for (const bound of set) if (!to[k]!.has(bound)) size += 1;
    if (size > MOST_BOUNDS) return false;
  }
  for (const [k, set] of own.entries()) for (const bound of set) to[k]!.add(bound);
  return true;
}

/** Trees that stand next to each other, as an ensemble of their own. */
function someTrees(trees: TreeEnsemble, first: number, last: number): TreeEnsemble {
  const [start, end] = [trees.starts[first]!, trees.starts[last]!];
  if (start === 0 && end === trees.column.length) return trees;
  return {
    ...trees,
    starts: trees.starts.slice(first, last + 1).map((at) => at - start),
    column: trees.column.subarray(start, end),
    left: trees.left.slice(start, end).map((at) => at - start),
    threshold: trees.threshold.subarray(start, end),
    missingLeft: trees.missingLeft.subarray(start, end),
    set: trees.set.subarray(start, end),
    value: trees.value.subarray(start, end),
  };
}

/**
 * Makes the tables of an ensemble: one where a byte can tell all thresholds of a column apart, else
 * as many as are needed, to be added up one after the other.
 * @param trees any ensemble
 * @returns undefined where the trees of one round alone have too many thresholds
 */
export function scoreTables(trees: TreeEnsemble): ScoreTables[] | undefined {
  const { outputs } = trees;
  const count = trees.starts.length - 1;
  const tables: ScoreTables[] = [];
  for (let first = 0; first < count; ) {
    const bounds = trees.categoryBins.map(() => new Set<number>());
    let last = first;
    while (last < count) {
      const next = Math.min(last + outputs, count);
      if (!addBounds(bounds, boundsOf(trees, last, next))) break;
      last = next;
    }
    if (last === first) return undefined;
    const sorted = bounds.map((own) => Float64Array.from(own).sort());
    tables.push(tablesOf(someTrees(trees, first, last), sorted));
    first = last;
  }
  return tables;
}

function tablesOf(trees: TreeEnsemble, bounds: readonly Float64Array[]): ScoreTables {
  const asked = Int32Array.from(new Set(trees.column.filter((column) => column >= 0))).sort();
  const places = new Int32Array(bounds.length);
  for (const [place, column] of asked.entries()) places[column] = place;
  const sizes = sizesOf(trees);
  const writer = new TableWriter(trees, sizes, bounds, places);
  const depths = treeDepths(trees);
  for (const [tree, { leaves, small }] of sizes.entries()) {
    if (small) writer.small(tree, leaves);
    else writer.walked(tree, depths[tree]!);
  }
  const walk = sizes.some(({ small }) => !small);
  const width = asked.length;
  const rowBytes = walk ? BLOCK_ROWS * ((width + 3) & ~3) : 0;
  return {
    asked,
    bins: Array.from(asked, (place) => binsOf(trees, bounds[place]!, place)),
    bytes: writer.bytes,
    treeCount: sizes.length,
    rowSteps: sizes.reduce(
      (sum, { leaves, small }, tree) => sum + (small ? 4 + leaves / 4 : 2 * depths[tree]!),
      4 * asked.length + 1,
    ),
    scratchBytes: BLOCK_ROWS * width + rowBytes + 64 * MOST_SMALL_LEAVES,
    walk,
  };
}

function binsOf(trees: TreeEnsemble, bounds: Float64Array, place: number): ColumnBins {
  const binOf = trees.categoryBins[place];
  if (binOf === undefined) return { kind: "number", bounds, binCount: bounds.length + 2 };
  return { kind: "category", binOf, binCount: 256 };
}
