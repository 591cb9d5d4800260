export { bucketsIn } from "./buckets.js";
export type { Engine, SqlColumn } from "./engine.js";
export { openDuckDb } from "./engines/duckdb.js";
export { ingest } from "./ingest/ingest.js";
export type { IngestOptions, IngestSummary } from "./ingest/options.js";
export { type Lake, openLake, registerViews, sqlTypes } from "./lake.js";
export type { LakeFile, LakeInput, Manifest, RowCounts } from "./manifest.js";
export {
  type Bin,
  type ColumnChange,
  type ColumnReport,
  type DeliveryChange,
  type Example,
  exampleText,
  type Finding,
  findingPlace,
  type QualityOptions,
  type QualityReport,
  quality,
  qualityText,
  type Severity,
  type TableChange,
  type TableReport,
  type ValueRows,
} from "./quality/index.js";
export { type RejectedRow, type RejectsOptions, readRejects } from "./rejects.js";
export { type SourceFile, withSourceFile } from "./source-file.js";
export { quoteName, quoteText } from "./sql-text.js";
export { registerBotVerdicts } from "./verdicts.js";
export { withEngine } from "./with-engine.js";
export {
  type JudgedDay,
  type WriteVerdictsOptions,
  type WrittenVerdicts,
  writeVerdicts,
} from "./write-verdicts.js";
