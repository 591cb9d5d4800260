export type { Difficulty } from "./difficulty.js";
export { simulateErrors } from "./errors.js";
export { formats, type SimulateOptions, type SimulationFormat } from "./scenario.js";
export { type SimulateSummary, simulate } from "./simulate.js";
export { truthFiles } from "./truth-files.js";
export { openTruth, type Truth, type TruthTable } from "./truth-reader.js";
