import { RandomStream } from "../foundation/index.js";
import { frameErrors } from "./errors.js";

/**
 * Numbers groups 0, 1, 2 … in order of first appearance.
 * @param keys one a row, for example user ids
 * @returns one number a row
 */
export function groupCodes(keys: ArrayLike<string | number | bigint>): Int32Array {
  const places = new Map<string | number | bigint, number>();
  const codes = new Int32Array(keys.length);
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row]!;
    let place = places.get(key);
    if (place === undefined) {
      place = places.size;
      places.set(key, place);
    }
    codes[row] = place;
  }
  return codes;
}

/** How rows are dealt into folds. */
export interface FoldOptions {
  /** Number of folds, ≥ 2. */
  readonly folds: number;
  /** Decides who goes where. */
  readonly seed: number;
  /** One number a row; rows of one group stay together. Without it every row is its own group. */
  readonly groups?: Int32Array | undefined;
  /** 0 or 1 a row: positives are then dealt evenly (of a group, its first row counts). */
  readonly target?: ArrayLike<number> | undefined;
}

/** Units that are dealt between two polls. */
const UNITS_A_STEP = 32_768;

/** Fisher-Yates as RandomStream's, in steps. */
function* shuffleSteps(order: Int32Array, stream: RandomStream): Generator<void, void> {
  for (let i = order.length - 1; i > 0; i--) {
    const j = stream.below(i + 1);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
    if (i % UNITS_A_STEP === 0) yield;
  }
}

function* foldSteps(rowCount: number, options: FoldOptions): Generator<void, Int32Array> {
  const { folds, seed, target } = options;
  const groups = options.groups === undefined ? undefined : groupCodes(options.groups);
  let units = groups === undefined ? rowCount : 0;
  for (let row = 0; row < (groups?.length ?? 0); row++) units = Math.max(units, groups![row]! + 1);
  if (!(folds >= 2) || units < folds) throw frameErrors.FRAME_FOLDS({ folds, units });
  yield;
  const order = new Int32Array(units);
  for (let unit = 0; unit < units; unit++) order[unit] = unit;
  yield* shuffleSteps(order, new RandomStream(seed, "folds"));
  const positive = new Uint8Array(units);
  if (target !== undefined) {
    for (let row = rowCount - 1; row >= 0; row--) {
      positive[groups?.[row] ?? row] = target[row] === 1 ? 1 : 0;
    }
  }
  const foldOfUnit = new Int32Array(units);
  let next = 0;
  for (const wanted of [1, 0]) {
    for (const unit of order) if (positive[unit] === wanted) foldOfUnit[unit] = next++ % folds;
  }
  yield;
  if (groups === undefined) return foldOfUnit;
  return groups.map((unit) => foldOfUnit[unit]!);
}

/**
 * Deals rows into folds of nearly equal size, in random order of the groups.
 * @param rowCount number of rows
 * @param options see FoldOptions
 * @returns the fold of each row, 0 … folds - 1
 * @throws FRAME_FOLDS when there are fewer groups than folds, or fewer than two folds
 */
export function assignFolds(rowCount: number, options: FoldOptions): Int32Array {
  const steps = foldSteps(rowCount, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * The same, in pieces of some milliseconds.
 * @param pause awaited between them
 */
export async function assignFoldsPaced(
  rowCount: number,
  options: FoldOptions,
  pause: () => Promise<void>,
): Promise<Int32Array> {
  const steps = foldSteps(rowCount, options);
  for (;;) {
    await pause();
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
