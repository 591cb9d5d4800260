export { argsort } from "./argsort.js";
export { choleskyInPlace, choleskyInverseDiagonal, choleskySolve } from "./cholesky.js";
export { addWeightedGram } from "./gram.js";
export {
  addLinearGradient,
  type LogisticRows,
  linearMargin,
  linearMargins,
  logisticBuffers,
  logisticPass,
} from "./logistic-pass.js";
export { watchMemory } from "./memory-watch.js";
export { type Moments, momentsOf } from "./moments.js";
export { openSession } from "./open-session.js";
export { selectNth } from "./select.js";
export {
  type Arena,
  bytesOfBlocks,
  checkPlannedMemory,
  type KernelCall,
  type Session,
} from "./session.js";
export {
  type OutlineVisitor,
  TextCounter,
  type TextCounterOptions,
  type TextLines,
  type TextVisitor,
} from "./text-counter.js";
