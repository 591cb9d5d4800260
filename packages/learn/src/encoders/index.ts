export { beta } from "./beta.js";
export type { CategoryBins, ColumnBins } from "./binning/column-bins.js";
export { findBins } from "./binning/find-bins.js";
export { allocateBins, type BinLayout, type BinWork, writeBins } from "./binning/write-bins.js";
export {
  type CalibrationRows,
  type Calibrator,
  type FittedCalibrator,
  fitPaced,
} from "./calibrator.js";
export { restoreCalibrator, restoreEncoder } from "./catalogue.js";
export type {
  ColumnChoice,
  Encoder,
  EncoderData,
  EncoderFit,
  FittedEncoder,
} from "./contract.js";
export { countEncode } from "./count-encode.js";
export { excess } from "./excess.js";
export { type ImputeOptions, impute } from "./impute.js";
export { isotonic } from "./isotonic.js";
export { type OneHotOptions, oneHot } from "./one-hot.js";
export { encodePaced, rowsBetweenPolls } from "./paced.js";
export { platt } from "./platt.js";
export type { RowColumn, RowPath } from "./row-path.js";
export { signedLog } from "./signed-log.js";
export { type SplineOptions, spline } from "./spline.js";
export { standardScale } from "./standard-scale.js";
export { type TargetEncodeOptions, targetEncode } from "./target-encode.js";
