export {
  binOfNumber,
  type CategoryBins,
  type ColumnBins,
  type NumberBins,
} from "./binning/column-bins.js";
export { type BinOptions, findBins } from "./binning/find-bins.js";
export { allocateBins, type BinLayout, binBytes, writeBins } from "./binning/write-bins.js";
