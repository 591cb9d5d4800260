export { simulateErrors } from "./errors.js";
export { formats, type SimulateOptions, type SimulationFormat } from "./scenario.js";
export { type SimulateSummary, simulate } from "./simulate.js";
export { truthFiles, truthFormat } from "./truth-files.js";
