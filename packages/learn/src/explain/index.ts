export {
  type ExplainOptions,
  explainTrees,
  type TreeExplanation,
  type TreeModel,
} from "./tree-shap.js";
