import type { Learner } from "./contract.js";
import type { TrainingData } from "./door.js";
import { learnerErrors } from "./errors.js";

/**
 * Weights of learners that count rows, and know no part of one.
 * @returns one a row, or undefined where each row counts once
 * @throws WEIGHT_WHOLE
 */
export function wholeWeights(
  learner: Pick<Learner, "kind">,
  { weight }: Pick<TrainingData, "weight">,
): Float64Array | undefined {
  const row = weight?.findIndex((value) => !Number.isInteger(value)) ?? -1;
  if (row < 0) return weight;
  throw learnerErrors.WEIGHT_WHOLE({ learner: learner.kind, row, value: weight![row]! });
}
