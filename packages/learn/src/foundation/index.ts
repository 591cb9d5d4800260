export { assert } from "./assert.js";
export {
  CataloguedError,
  type DetailsOf,
  type ErrorCatalogue,
  type ErrorEntry,
  errorCatalogue,
} from "./catalogue.js";
export { exp, log, log1p, logit, sigmoid, softplus } from "./exp-log.js";
export { type Numbers, toDoubles } from "./numbers.js";
export { Pacer } from "./pacer.js";
export { RandomStream, streamKey } from "./random.js";
export { Sha256, sha256, toHex } from "./sha256.js";
export { betaRegularised, erfc, gammaLower, gammaUpper, lgamma, normalCdf } from "./special.js";
export type { Json, ModelState } from "./state.js";
export type { Tensor, TensorValues } from "./tensor.js";
export {
  readTensorFile,
  type TensorFile,
  type TensorFileLimits,
  tensorFileLimits,
  writeTensorFile,
} from "./tensor-file.js";
