export { FileCounter } from "./counted-file.js";
export type { Profile, RawFormat } from "./profile.js";
export { profileFiles } from "./profile-file.js";
export { type QualityOptions, quality } from "./quality.js";
export type {
  Bin,
  ColumnChange,
  ColumnReport,
  DeliveryChange,
  Example,
  Finding,
  QualityReport,
  Severity,
  TableChange,
  TableReport,
  ValueRows,
} from "./report.js";
export { exampleText, findingPlace, qualityText } from "./text.js";
