export type {
  ExplainExtras,
  ExplainedTrees,
  ExplainProgress,
  Explanation,
  TreeModel,
} from "./contract.js";
export { explainTrees, type TreeExplainOptions } from "./tree-shap.js";
