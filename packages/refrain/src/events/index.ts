export { sources } from "./catalogue.js";
export {
  type ColumnContract,
  type ColumnType,
  eventColumns,
  type TableContract,
} from "./contract.js";
export {
  dateInName,
  emptyTexts,
  type Route,
  type Source,
  type SourceColumn,
  type SourceKind,
  undatedDay,
} from "./source.js";
export { tables } from "./tables.js";
