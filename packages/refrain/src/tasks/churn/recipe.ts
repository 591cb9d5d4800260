import {
  bestSingleFeature,
  classifiers,
  lastStateOf,
  majorityClass,
  priorRate,
  type TaskRecipe,
} from "../../evaluation/index.js";

/** How churn is learnt: a learner of every task is a line of `classifiers`. */
export const churnRecipe: TaskRecipe = {
  candidates: [
    majorityClass,
    priorRate,
    lastStateOf("days_from_last_play"),
    bestSingleFeature,
    ...classifiers,
  ],
};
