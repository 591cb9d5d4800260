export {
  type ColumnContract,
  type ColumnType,
  eventColumns,
  type TableContract,
} from "./contract.js";
export { tables } from "./tables.js";
