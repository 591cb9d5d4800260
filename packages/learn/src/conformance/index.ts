export type {
  CheckGroup,
  CheckOptions,
  CheckReport,
  CheckResult,
} from "./check.js";
export { checkLearner } from "./check-learner.js";
