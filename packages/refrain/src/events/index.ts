export { sources } from "./catalogue.js";
export type {
  ColumnContract,
  ColumnType,
  TableContract,
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
