/** Refrain: from the logs of a service to predictions that are proven. */
export { type Lake, openLake } from "./lake/index.js";
export {
  formats,
  type SimulateOptions,
  type SimulateSummary,
  type SimulationFormat,
  simulate,
} from "./simulate/index.js";
