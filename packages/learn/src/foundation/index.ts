export { assert } from "./assert.js";
export {
  CataloguedError,
  type ErrorCatalogue,
  type ErrorEntry,
  errorCatalogue,
} from "./catalogue.js";
export { exp, log, log1p, logit, sigmoid, softplus } from "./exp-log.js";
export { type Numbers, toDoubles } from "./numbers.js";
export { philox, RandomStream } from "./random.js";
export { Sha256, sha256, toHex } from "./sha256.js";
export type { Tensor, TensorValues } from "./tensor.js";
