export type {
  ExplainExtras,
  ExplainedTrees,
  ExplainProgress,
  Explanation,
  TreeModel,
} from "./contract.js";
export {
  type ExplainedLinear,
  explainLinear,
  type LinearExplainOptions,
} from "./linear-shap.js";
export {
  type PartialDependence,
  type PartialDependenceOptions,
  partialDependence,
} from "./partial-dependence.js";
export {
  type ColumnImportance,
  type Measure,
  type PermutationImportance,
  type PermutationOptions,
  permutationImportance,
} from "./permutation.js";
export { explainTrees, type TreeExplainOptions } from "./tree-shap.js";
