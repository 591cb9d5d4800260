import { RandomStream } from "@refrain/learn";
import { columnsOf, type FeatureValues, type RatingContext } from "./context.js";
import { otherMean } from "./deviation.js";

const names = ["biasResidual", "latentResidual", "latentGain", "factorNorm", "leverage"] as const;
const rank = 6;
const sweeps = 6;
/** Ridge penalty of every factor. */
const penalty = 3;

/**
 * What a latent model (six factors by alternating least squares) leaves of a user's ratings, each
 * rating predicted as if it were not there.
 * @source Koren, Bell & Volinsky 2009; leave-one-out by the hat matrix
 */
export function latentFeatures(context: RatingContext): FeatureValues {
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
      latent += ((residual[k]! - predicted) / (1 - leverage)) ** 2;
      hat += leverage;
    }
    columns.biasResidual[user] = Math.sqrt(bias / n);
    columns.latentResidual[user] = Math.sqrt(latent / n);
    columns.latentGain[user] = bias > 0 ? 1 - latent / bias : 0;
    columns.factorNorm[user] = Math.sqrt(own.reduce((sum, one) => sum + one * one, 0));
    columns.leverage[user] = hat / n;
  }
  return columns;
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
