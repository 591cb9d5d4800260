import {
  bestSingleFeature,
  calibratedLogistic,
  lastStateOf,
  majorityClass,
  priorRate,
  type TaskRecipe,
} from "../../evaluation/index.js";

/** How churn is learnt: to add a learner, add it here; `train` takes the first model. */
export const churnRecipe: TaskRecipe = {
  candidates: [
    majorityClass,
    priorRate,
    lastStateOf("days_from_last_play"),
    bestSingleFeature,
    calibratedLogistic,
  ],
};
