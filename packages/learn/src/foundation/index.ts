export { assert } from "./assert.js";
export {
  CataloguedError,
  type ErrorCatalogue,
  type ErrorEntry,
  errorCatalogue,
} from "./catalogue.js";
