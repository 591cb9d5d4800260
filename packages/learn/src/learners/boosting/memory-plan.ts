/** What a fit will take, told before it begins. */
import type { Frame } from "../../frame/index.js";
import { checkPlannedMemory } from "../../kernels/index.js";
import type { FitExtras } from "../contract.js";
import { leavesOf } from "./fit-plan.js";
import type { BoostingOptions } from "./options.js";

const COLUMN_BYTES = 2048;
const NODE_BYTES = 4 * 128 + 2 * 80;
/** Trees that wait to be read, code, small blocks and their gaps. */
const REST_BYTES = 4 * 1024 * 1024;

/** What a fit is given. */
interface PlannedWork {
  readonly frame: Frame;
  /** Outputs. */
  readonly classes: number;
  readonly options: BoostingOptions;
  readonly extras: FitExtras;
}

/**
 * Bytes of the blocks that grow with rows, columns, leaves and classes.
 * @returns what is taken, but for blocks that do not grow
 */
function plannedBytes({ frame, classes, options, extras }: PlannedWork): number {
  const columns = frame.columns.length;
  const stride = Math.ceil(columns / 4) * 4;
  // Bins twice; target, weight, scores (and probabilities) in doubles.
  const perRow = (weighed: boolean) =>
    stride + columns + 8 + (weighed ? 8 : 0) + 8 * classes * (classes > 1 ? 2 : 1);
  const chosen = Math.ceil(Math.max(1, Math.round(options.columnShare * columns)) / 4) * 4;
  // Gradients, packed twice, row numbers twice, leaf.
  const growing = 8 + 16 + 8 + 2 + (options.columnShare < 1 ? chosen : 0);
  const rows = frame.rowCount * (perRow(extras.weight !== undefined) + growing);
  const watched = extras.validation;
  const more = (watched?.frame.rowCount ?? 0) * perRow(watched?.weight !== undefined);
  const leaves = leavesOf(options, frame.rowCount);
  return rows + more + leaves * (chosen * COLUMN_BYTES + NODE_BYTES) + REST_BYTES;
}

/** @throws KERNEL_MEMORY where the plan is above the limit */
export function checkMemory(doing: string, work: PlannedWork): void {
  checkPlannedMemory(doing, plannedBytes(work), work.extras.memoryLimit);
}
