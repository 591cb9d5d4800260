export { asDiskFull, syncToDisk, writeAtomically } from "./atomic-file.js";
export { csvField } from "./csv-field.js";
export { foundationErrors } from "./errors.js";
export { makeFolder, removeEmptyFolders } from "./folder.js";
export { groupBy } from "./group-by.js";
export { type Limits, parseBytes, resolveLimits } from "./limits.js";
export type { JobOptions, OnProgress, ProgressStep } from "./progress.js";
