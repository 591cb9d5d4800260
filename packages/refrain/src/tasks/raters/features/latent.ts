import { RandomStream } from "@refrain/learn";
import { columnsOf, type FeatureValues, type RatingContext } from "./context.js";
import { otherMean } from "./deviation.js";

const names = [
  "biasResidual",
  "latentResidual",
  "latentGain",
  "factorNorm",
  "leverage",
  "leanZ",
  "tasteZ",
] as const;
const rank = 6;
const sweeps = 6;
/** Ridge penalty of every factor. */
const penalty = 3;

/** What a latent model says of users and of ratings. */
interface LatentFeatures {
  readonly columns: FeatureValues;
  /** Of each rating what the model leaves of it, fitted without it. */
  readonly residual: Float64Array;
}

/**
 * What a latent model (six factors by alternating least squares) leaves of a user's ratings, each
 * rating predicted as if it were not there.
 * @source Koren, Bell & Volinsky 2009; leave-one-out by the hat matrix
 */
export function latentFeatures(context: RatingContext): LatentFeatures {
  const { users, items, ratings, byItem } = context;
  const columns = columnsOf(names, users);
  const residual = biasResiduals(context);
  const random = new RandomStream(1, "rater factors");
  const itemFactors = Float64Array.from({ length: items * rank }, () => 0.1 * random.normal());
  const userFactors = new Float64Array(users * rank);
  const residualByItem = Float64Array.from(byItem.place, (place) => residual[place]!);
  const solver = new RidgeSolver();
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let user = 0; user < users; user++) {
      const range = [ratings.userStart[user]!, ratings.userStart[user + 1]!] as const;
      solver.gather(range, ratings.item, itemFactors, residual);
      solver.solve(userFactors.subarray(user * rank, (user + 1) * rank));
    }
    for (let item = 0; item < items; item++) {
      const range = [byItem.start[item]!, byItem.start[item + 1]!] as const;
      solver.gather(range, byItem.user, userFactors, residualByItem);
      solver.solve(itemFactors.subarray(item * rank, (item + 1) * rank));
    }
  }
  const left = new Float64Array(ratings.value.length);
  for (let user = 0; user < users; user++) {
    const [from, to] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
    const n = Math.max(1, to - from);
    const own = userFactors.subarray(user * rank, (user + 1) * rank);
    solver.gather([from, to], ratings.item, itemFactors, residual);
    solver.solve(own);
    let [bias, latent, hat] = [0, 0, 0];
    for (let k = from; k < to; k++) {
      const at = ratings.item[k]! * rank;
      let predicted = 0;
      for (let j = 0; j < rank; j++) predicted += own[j]! * itemFactors[at + j]!;
      const leverage = Math.min(0.95, solver.leverage(itemFactors.subarray(at, at + rank)));
      bias += residual[k]! ** 2;
      left[k] = (residual[k]! - predicted) / (1 - leverage);
      latent += left[k]! ** 2;
      hat += leverage;
    }
    columns.biasResidual[user] = Math.sqrt(bias / n);
    columns.latentResidual[user] = Math.sqrt(latent / n);
    columns.latentGain[user] = bias > 0 ? 1 - latent / bias : 0;
    columns.factorNorm[user] = Math.sqrt(own.reduce((sum, one) => sum + one * one, 0));
    columns.leverage[user] = hat / n;
    columns.leanZ[user] = leanOf(context, user);
    columns.tasteZ[user] = tasteOf(itemFactors, ratings.item, residual, [from, to]);
  }
  return { columns, residual: left };
}

/** How many standard errors a user's mean rating is off what the titles' others give, in size. */
function leanOf(context: RatingContext, user: number): number {
  const { ratings, deviation } = context;
  let [sum, squares] = [0, deviation ** 2];
  const [from, to] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
  for (let k = from; k < to; k++) {
    const off = ratings.value[k]! - otherMean(context, ratings.item[k]!, ratings.value[k]!);
    sum += off;
    squares += off * off;
  }
  return Math.abs(sum) / Math.sqrt(Math.max(1e-12, squares));
}

/**
 * Whether a user's residuals agree among themselves as titles of one taste do: their products over
 * all pairs, weighted by how alike the factors are, in standard deviations of what chance gives. It
 * is about 0 where ratings are made up title by title, whatever they are made up from.
 */
function tasteOf(
  factors: Float64Array,
  item: Int32Array,
  residual: Float64Array,
  [from, to]: readonly [number, number],
): number {
  const sum = new Float64Array(rank);
  const squares = new Float64Array(rank * rank);
  let [own, fourth] = [0, 0];
  for (let k = from; k < to; k++) {
    const at = item[k]! * rank;
    const r = residual[k]!;
    let norm = 0;
    for (let i = 0; i < rank; i++) {
      const x = factors[at + i]!;
      norm += x * x;
      sum[i]! += r * x;
      for (let j = 0; j < rank; j++) squares[i * rank + j]! += r * r * x * factors[at + j]!;
    }
    own += r * r * norm;
    fourth += (r * r * norm) ** 2;
  }
  const pairs = sum.reduce((total, one) => total + one * one, 0) - own;
  const variance = 2 * (squares.reduce((total, one) => total + one * one, 0) - fourth);
  return variance > 1e-20 ? pairs / Math.sqrt(variance) : 0;
}

/** Ratings without item mean (of the others) and without the user's shrunk lean. */
export function biasResiduals(context: RatingContext): Float64Array {
  const { ratings, users } = context;
  const residual = ratings.value.map((value, k) => {
    return value - otherMean(context, ratings.item[k]!, value);
  });
  for (let user = 0; user < users; user++) {
    const [from, to] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
    let sum = 0;
    for (let k = from; k < to; k++) sum += residual[k]!;
    const lean = sum / (to - from + 3);
    for (let k = from; k < to; k++) residual[k]! -= lean;
  }
  return residual;
}

/** Ridge regressions of `rank` factors, one after the other, by Cholesky. */
class RidgeSolver {
  readonly #gram = new Float64Array(rank * rank);
  readonly #right = new Float64Array(rank);
  readonly #work = new Float64Array(rank);

  gather(
    [from, to]: readonly [number, number],
    index: Int32Array,
    factors: Float64Array,
    target: Float64Array,
  ): void {
    const gram = this.#gram.fill(0);
    const right = this.#right.fill(0);
    for (let j = 0; j < rank; j++) gram[j * rank + j] = penalty;
    for (let k = from; k < to; k++) {
      const at = index[k]! * rank;
      for (let i = 0; i < rank; i++) {
        const x = factors[at + i]!;
        right[i]! += x * target[k]!;
        for (let j = 0; j <= i; j++) gram[i * rank + j]! += x * factors[at + j]!;
      }
    }
    for (let j = 0; j < rank; j++) this.#factorColumn(gram, j);
  }

  #factorColumn(gram: Float64Array, j: number): void {
    for (let i = j; i < rank; i++) {
      let sum = gram[i * rank + j]!;
      for (let k = 0; k < j; k++) sum -= gram[i * rank + k]! * gram[j * rank + k]!;
      gram[i * rank + j] = i === j ? Math.sqrt(sum) : sum / gram[j * rank + j]!;
    }
  }

  /** Writes the coefficients of the rows gathered last. */
  solve(out: Float64Array): void {
    this.#forward(this.#right, out);
    for (let i = rank - 1; i >= 0; i--) {
      let sum = out[i]!;
      for (let k = i + 1; k < rank; k++) sum -= this.#gram[k * rank + i]! * out[k]!;
      out[i] = sum / this.#gram[i * rank + i]!;
    }
  }

  /** xᵀ (XᵀX + λI)⁻¹ x: how much a row decides its own prediction. */
  leverage(x: Float64Array): number {
    this.#forward(x, this.#work);
    return this.#work.reduce((sum, one) => sum + one * one, 0);
  }

  #forward(right: Float64Array, out: Float64Array): void {
    for (let i = 0; i < rank; i++) {
      let sum = right[i]!;
      for (let k = 0; k < i; k++) sum -= this.#gram[i * rank + k]! * out[k]!;
      out[i] = sum / this.#gram[i * rank + i]!;
    }
  }
}
