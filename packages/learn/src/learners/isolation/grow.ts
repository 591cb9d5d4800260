import type { Numbers } from "../../foundation/index.js";
import { type Pacer, RandomStream } from "../../foundation/index.js";
import type { TreeEnsemble } from "../tree/ensemble.js";
import { heightLimit, leafMargin } from "./path-length.js";
import type { RowSampler } from "./sample.js";

/** What trees are grown of. */
export interface IsolationSoil {
  /** Columns of the table, NaN where missing, in an order that no draw depends on. */
  readonly columns: readonly Numbers[];
  /** Place in the schema of each of them. */
  readonly places: readonly number[];
  readonly sampler: RowSampler;
  readonly trees: number;
  /** Rows that each tree draws: at most the sampler's units. */
  readonly sampled: number;
  readonly seed: number;
  /** Called after each tree. */
  readonly onTree: (done: number) => void;
  readonly pacer: Pacer;
}

/** A node whose rows stand in `rows`, from … to - 1. */
interface OpenNode {
  readonly node: number;
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

interface Cut {
  readonly column: number;
  readonly threshold: number;
  readonly missingLeft: number;
}

/** Beyond it thresholds between values would not be finite; infinite values stand there. */
const clamp = (value: number): number =>
  Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));

/** Grows trees one after the other into one run of nodes. */
class Grower {
  readonly starts: number[] = [0];
  readonly column: number[] = [];
  readonly left: number[] = [];
  readonly threshold: number[] = [];
  readonly missingLeft: number[] = [];
  readonly value: number[] = [];
  readonly cover: number[] = [];
  readonly #soil: IsolationSoil;
  readonly #height: number;
  /** Values of a tree's rows, column after column. */
  readonly #values: Float64Array;
  /** Places of a tree's rows in the values, node by node. */
  readonly #rows: Int32Array;
  /** Columns, those that a node tried last. */
  readonly #order: Int32Array;

  constructor(soil: IsolationSoil) {
    this.#soil = soil;
    this.#height = heightLimit(soil.sampled);
    this.#values = new Float64Array(soil.columns.length * soil.sampled);
    this.#rows = new Int32Array(soil.sampled);
    this.#order = Int32Array.from(soil.columns.keys());
  }

  grow(tree: number): void {
    const { seed, sampled, sampler, columns } = this.#soil;
    const drawn = sampler.draw(sampled, new RandomStream(seed, "isolation rows", tree));
    const random = new RandomStream(seed, "isolation cuts", tree);
    for (const [k, values] of columns.entries()) {
      for (let i = 0; i < sampled; i++) this.#values[k * sampled + i] = values[drawn[i]!]!;
    }
    for (let i = 0; i < sampled; i++) this.#rows[i] = i;
    // What an earlier tree tried last must not move this one's draws.
    for (let k = 0; k < this.#order.length; k++) this.#order[k] = k;
    const open: OpenNode[] = [{ node: this.#leaf(), from: 0, to: sampled, depth: 0 }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      this.#grow(next, random, open);
    }
    this.starts.push(this.column.length);
  }

  #leaf(): number {
    this.column.push(-1);
    this.left.push(0);
    this.threshold.push(0);
    this.missingLeft.push(0);
    this.value.push(0);
    return this.cover.push(0) - 1;
  }

  #grow({ node, from, to, depth }: OpenNode, random: RandomStream, open: OpenNode[]): void {
    this.cover[node] = to - from;
    const final = depth === this.#height || to - from < 2;
    const cut = final ? undefined : this.#cut(from, to, random);
    if (cut === undefined) {
      this.value[node] = leafMargin(depth, to - from, this.#soil);
      return;
    }
    const middle = this.#part(from, to, cut);
    this.column[node] = this.#soil.places[cut.column]!;
    this.threshold[node] = cut.threshold;
    this.missingLeft[node] = cut.missingLeft;
    this.left[node] = this.#leaf();
    const right = this.#leaf();
    open.push({ node: right, from: middle, to, depth: depth + 1 });
    open.push({ node: right - 1, from, to: middle, depth: depth + 1 });
  }

  /** A cut of a column drawn among those that tell the rows apart; undefined where none does. */
  #cut(from: number, to: number, random: RandomStream): Cut | undefined {
    const order = this.#order;
    for (let left = order.length; left > 0; left--) {
      const at = random.below(left);
      const column = order[at]!;
      order[at] = order[left - 1]!;
      order[left - 1] = column;
      const cut = this.#cutColumn(column, from, to, random);
      if (cut !== undefined) return cut;
    }
    return undefined;
  }

  #cutColumn(column: number, from: number, to: number, random: RandomStream): Cut | undefined {
    const base = column * this.#soil.sampled;
    let [low, high, missing] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    for (let i = from; i < to; i++) {
      const value = this.#values[base + this.#rows[i]!]!;
      if (value < low) low = value;
      if (value > high) high = value;
      if (Number.isNaN(value)) missing += 1;
    }
    const [least, most] = [clamp(low), clamp(high)];
    if (least < most) {
      const share = random.uniform();
      const threshold = least * (1 - share) + most * share;
      const inside = threshold >= least && threshold < most;
      return { column, threshold: inside ? threshold : least, missingLeft: random.below(2) };
    }
    // Known values that are all the same: what is missing is told apart from what is not.
    if (missing === 0 || missing === to - from) return undefined;
    return { column, threshold: Number.POSITIVE_INFINITY, missingLeft: 0 };
  }

  /** Puts the rows that go left first; @returns where the others begin. */
  #part(from: number, to: number, { column, threshold, missingLeft }: Cut): number {
    const base = column * this.#soil.sampled;
    const rows = this.#rows;
    let end = to;
    let at = from;
    while (at < end) {
      const value = this.#values[base + rows[at]!]!;
      const goesLeft = value <= threshold || (missingLeft === 1 && Number.isNaN(value));
      if (goesLeft) at += 1;
      else {
        end -= 1;
        const row = rows[at]!;
        rows[at] = rows[end]!;
        rows[end] = row;
      }
    }
    return at;
  }
}

/**
 * Grows isolation trees: each cuts a sample at random until rows are alone. The margins of its
 * leaves add up to the logarithm of a row's score.
 * @source Liu, Ting, Zhou 2008, "Isolation Forest", algorithms 1 and 2
 */
export async function growIsolation(soil: IsolationSoil): Promise<TreeEnsemble> {
  const grower = new Grower(soil);
  for (let tree = 0; tree < soil.trees; tree++) {
    await soil.pacer.pause();
    grower.grow(tree);
    soil.onTree(tree + 1);
  }
  const nodes = grower.column.length;
  return {
    outputs: 1,
    starts: Int32Array.from(grower.starts),
    column: Int32Array.from(grower.column),
    left: Int32Array.from(grower.left),
    threshold: Float64Array.from(grower.threshold),
    missingLeft: Uint8Array.from(grower.missingLeft),
    set: new Int32Array(nodes).fill(-1),
    sets: new Uint8Array(0),
    value: Float64Array.from(grower.value),
    cover: Float64Array.from(grower.cover),
    gain: new Float64Array(nodes),
    categoryBins: soil.places.map(() => undefined),
  };
}
