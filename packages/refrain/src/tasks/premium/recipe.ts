import {
  bestSingleFeature,
  calibratedLogistic,
  majorityClass,
  priorRate,
  type TaskRecipe,
} from "../../evaluation/index.js";

/** How premium is learnt: to add a learner, add it here; `train` takes the first model. */
export const premiumRecipe: TaskRecipe = {
  candidates: [majorityClass, priorRate, bestSingleFeature, calibratedLogistic],
};
