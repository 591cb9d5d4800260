export type { Engine, SqlColumn, SqlRow, SqlValue } from "./engine.js";
export { openDuckDb } from "./engines/duckdb.js";
export { ingest } from "./ingest/ingest.js";
export type { IngestOptions, IngestSummary } from "./ingest/options.js";
export { type Lake, openLake, registerViews, sqlTypes, type ViewOptions } from "./lake.js";
export type { LakeFile, LakeInput, Manifest, RowCounts } from "./manifest.js";
export {
  type ColumnChange,
  type ColumnReport,
  type Comparison,
  type Example,
  exampleText,
  type Finding,
  type QualityOptions,
  type QualityReport,
  quality,
  qualityRules,
  qualityText,
  type Severity,
  type TableReport,
} from "./quality/index.js";
export { type RejectedRow, type RejectsOptions, readRejects } from "./rejects.js";
export { quoteName, quoteText } from "./sql-text.js";
export { botDetector, registerBotVerdicts } from "./verdicts.js";
