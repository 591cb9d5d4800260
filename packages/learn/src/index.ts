/** Numbers in, models out: learners, metrics and model files for Node and the browser. */
export {
  CataloguedError,
  type ErrorCatalogue,
  type ErrorEntry,
  errorCatalogue,
} from "./foundation/index.js";
