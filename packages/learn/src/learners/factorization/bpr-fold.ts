/**
 * New users and items of Bayesian personalised ranking: as many steps as they would have had in
 * training, on their own row alone, so that their scores are of the size of the others'.
 */
import { exp, RandomStream } from "../../foundation/index.js";
import { eachTaken } from "./als-fold.js";
import { type BprOptions, rateOf } from "./bpr-options.js";
import type { NewInteractions } from "./contract.js";
import { type Csr, placeOf } from "./csr.js";
import type { Facing, FactorParts, Folded } from "./factor-parts.js";
import { negativePool } from "./negative-pool.js";

/** Draws of an item that was not taken, as in the kernel. */
const TRIES = 8;

/** A new row, and how it moves. */
class Row {
  readonly factors: Float64Array;
  readonly #width: number;
  readonly #l2: number;
  readonly #one: number | undefined;
  rate = 0;

  /** The row begins at 0. */
  constructor(width: number, l2: number, one: number | undefined) {
    this.factors = new Float64Array(width);
    this.#width = width;
    this.#l2 = l2;
    this.#one = one;
    if (one !== undefined) this.factors[one] = 1;
  }

  /** Product with a row of a matrix. */
  score(matrix: Float32Array, row: number): number {
    let sum = 0;
    const from = row * this.#width;
    for (let j = 0; j < this.#width; j++) sum += this.factors[j]! * matrix[from + j]!;
    return sum;
  }

  /** A step with a margin's gradient: rows of a matrix by their signs. */
  step(margin: number, matrix: Float32Array, ...signed: readonly (readonly [number, 1 | -1])[]) {
    const { factors } = this;
    const pull = this.rate / (1 + exp(Math.min(margin, 708)));
    const keep = 1 - this.rate * this.#l2;
    for (let j = 0; j < factors.length; j++) {
      let along = 0;
      for (const [row, sign] of signed) along += sign * matrix[row * this.#width + j]!;
      factors[j] = keep * factors[j]! + pull * along;
    }
    if (this.#one !== undefined) factors[this.#one] = 1;
  }
}

/** The first draw that is not refused, -1 where there is none. */
function drawn(random: RandomStream, pool: Int32Array, refused: (place: number) => boolean) {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const place = pool[random.below(pool.length)]!;
    if (!refused(place)) return place;
  }
  return -1;
}

interface FoldWork {
  readonly options: BprOptions;
  readonly parts: FactorParts;
  readonly pool: Int32Array;
  readonly taken: readonly number[];
  readonly random: RandomStream;
}

/** A new user: as many triples a sweep as items were taken. */
function foldUser(row: Row, { options, parts, pool, taken, random }: FoldWork): void {
  const { factors } = parts.item;
  const own = new Set(taken);
  for (let sweep = 1; sweep <= options.sweeps; sweep++) {
    row.rate = rateOf(options, sweep);
    for (let draw = 0; draw < taken.length; draw++) {
      const liked = taken[random.below(taken.length)]!;
      const other = drawn(random, pool, (item) => own.has(item));
      if (other < 0) continue;
      const margin = row.score(factors, liked) - row.score(factors, other);
      row.step(margin, factors, [liked, 1], [other, -1]);
    }
  }
}

/** The user of an entry. */
function userOf({ starts, rows }: Csr, entry: number): number {
  let [low, high] = [0, rows - 1];
  while (low < high) {
    const half = (low + high + 1) >> 1;
    if (starts[half]! <= entry) low = half;
    else high = half - 1;
  }
  return low;
}

/**
 * A new item: liked in as many triples a sweep as users took it, and in others what a user did not
 * take: as often as each item, or as it was taken.
 */
function foldItem(row: Row, { options, parts, pool, taken, random }: FoldWork): void {
  const { user, item, seen, width } = parts;
  const own = new Set(taken);
  const entries = seen.indices.length;
  const known = (who: number, place: number): number => {
    let sum = 0;
    for (let j = 0; j < width; j++) {
      sum += user.factors[who * width + j]! * item.factors[place * width + j]!;
    }
    return sum;
  };
  const against =
    options.negatives === "uniform" ? Math.round(entries / (seen.columns + 1)) : taken.length;
  for (let sweep = 1; sweep <= options.sweeps; sweep++) {
    row.rate = rateOf(options, sweep);
    for (let draw = 0; draw < taken.length + against; draw++) {
      if (random.below(taken.length + against) < taken.length) {
        const who = taken[random.below(taken.length)]!;
        const other = drawn(random, pool, (one) => placeOf(seen, who, one) >= 0);
        if (other < 0) continue;
        row.step(row.score(user.factors, who) - known(who, other), user.factors, [who, 1]);
        continue;
      }
      const entry = random.below(entries);
      const who = userOf(seen, entry);
      if (own.has(who)) continue;
      const margin = known(who, seen.indices[entry]!) - row.score(user.factors, who);
      row.step(margin, user.factors, [who, -1]);
    }
  }
}

/** The fold of a ranking. @param seen what training saw */
export function bprFold(options: BprOptions, seen: Csr) {
  let pool: Int32Array | undefined;
  return (parts: FactorParts, { which, find, one }: Facing, given: NewInteractions): Folded => {
    const taken = new Set<number>();
    const accepts = (value: number) => value >= 0 && value < Number.POSITIVE_INFINITY;
    const unknown = eachTaken(given, find, accepts, (place, value) => {
      if (value > 0) taken.add(place);
    });
    const row = new Row(parts.width, options.l2, one);
    if (taken.size === 0) return { factors: row.factors, taken, unknown };
    pool ??= negativePool(options, seen);
    const random = new RandomStream(options.seed, "fold in");
    const work = { options, parts, pool, taken: [...taken].sort((a, b) => a - b), random };
    if (which === "item") foldUser(row, work);
    else foldItem(row, work);
    return { factors: row.factors, taken, unknown };
  };
}
