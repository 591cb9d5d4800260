export {
  type CategoryColumn,
  type Column,
  categoryColumn,
  codedColumn,
  type NumberColumn,
  numberColumn,
} from "./column.js";
export { frameErrors } from "./errors.js";
export { assignFolds, type FoldOptions, groupCodes } from "./folds.js";
export { type ColumnValues, Frame, frameOf, type Row } from "./frame.js";
