export { type Profile, profileVersion, type RawFormat } from "./profile.js";
export { type ProfileFileOptions, profileFile, profileFiles } from "./profile-file.js";
export { mergeProfiles } from "./profile-merge.js";
export { type QualityOptions, quality } from "./quality.js";
export type {
  Bin,
  ColumnChange,
  ColumnReport,
  Comparison,
  Example,
  Finding,
  QualityReport,
  Severity,
  TableReport,
} from "./report.js";
export { rules as qualityRules } from "./rules/catalogue.js";
export { exampleText, findingPlace, qualityText } from "./text.js";
