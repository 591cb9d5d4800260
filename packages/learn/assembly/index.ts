/** Everything that a worker or a test calls. */
export { barrier, rest } from "./barrier";
export { assignBins, binsToRows, sortDoubles } from "./bins";
export { sortedBounds } from "./bounds";
export { addListedValue, boost, sumListed } from "./boost";
export { growForest } from "./forest";
export {
  logisticGradients,
  logisticLoss,
  quantise,
  softmaxGradients,
  softmaxLoss,
  softmaxRows,
  squaredGradients,
  squaredLoss,
} from "./gradients";
export { addHistogram, addListed, addRows, gatherRows, subtractHistogram } from "./histogram";
export { explainPaths } from "./paths";
export { partitionRows, spreadSet } from "./partition";
export { scoreRows } from "./score";
export { splitCategories, splitConstrained, splitNumbers } from "./split";
export { addTree, addTrees } from "./traverse";
