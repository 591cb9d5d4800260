import {
  bestSingleFeature,
  calibratedLogistic,
  majorityClass,
  priorRate,
  type TaskRecipe,
} from "../../evaluation/index.js";

/** How premium is learnt: to add a learner, add it here; the first model is the one `train` takes. */
export const premiumRecipe: TaskRecipe = {
  candidates: [majorityClass, priorRate, bestSingleFeature, calibratedLogistic],
};
