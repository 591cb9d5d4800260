export {
  type CategoryColumn,
  type Column,
  categoryColumn,
  codedColumn,
  type NumberColumn,
  numberColumn,
} from "./column.js";
export { frameErrors } from "./errors.js";
export { assignFolds, assignFoldsPaced, type FoldOptions, groupCodes } from "./folds.js";
export { type ColumnValues, concatFrames, Frame, frameOf, type Row } from "./frame.js";
export { fingerprint } from "./hash.js";
