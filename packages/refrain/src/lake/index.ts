export type { Engine, SqlColumn, SqlRow, SqlValue } from "./engine.js";
export { openDuckDb } from "./engines/duckdb.js";
export { type Lake, openLake, registerViews, sqlTypes, type ViewOptions } from "./lake.js";
export type { LakeFile, LakeInput, Manifest, RowCounts } from "./manifest.js";
export { quoteName, quoteText } from "./sql-text.js";
