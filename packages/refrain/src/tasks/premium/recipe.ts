import {
  bestSingleFeature,
  classifiers,
  majorityClass,
  priorRate,
  type TaskRecipe,
} from "../../evaluation/index.js";

/** How premium is learnt: a learner of every task is a line of `classifiers`. */
export const premiumRecipe: TaskRecipe = {
  candidates: [majorityClass, priorRate, bestSingleFeature, ...classifiers],
};
