/** Everything that a worker or a test calls. */
export { alsWork } from "./als";
export { alsTop } from "./als-top";
export { barrier, rest } from "./barrier";
export { assignBins, binsToRows, sortDoubles } from "./bins";
export { sortedBounds } from "./bounds";
export { bprWork } from "./bpr";
export { countDelimited } from "./delimited-lines";
export { axpy, dot, gemm, selectDouble, squaredDistances } from "./dense";
export { addLeafValues, boost, sumLeaves, sumListed } from "./boost";
export { growForest } from "./forest";
export { countJson } from "./json-lines";
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
export { addPlanes } from "./hyperplanes";
export { addHistogram, addListed, addRows, gatherRows, subtractHistogram } from "./histogram";
export { scoreNetwork, trainNetwork } from "./network";
export { searchPairs } from "./neighbour-pairs";
export { orderRows, packPoints, packQueries, prepareQueries, roundRows } from "./neighbour-rows";
export { searchNeighbours } from "./neighbours";
export { explainPaths } from "./paths";
export { flagRows, moveRows, partitionRows, spreadSet } from "./partition";
export { addPatterns, countPatterns, turnPatterns } from "./patterns";
export { resample } from "./resample";
export { addMeans, addScatter, mahalanobis } from "./scatter";
export { scoreRows } from "./score";
export { sparseTop } from "./sparse-top";
export { splitCategories, splitConstrained, splitNumbers } from "./split";
export { gaussianRows, scoreSupports } from "./support";
export { placeTexts } from "./texts";
