/** Predictions of training rows by models that have not seen them. */

import { assignFoldsPaced, type Column, Frame } from "../frame/index.js";
import { type TrainingData, takeTraining } from "../learners/index.js";

/** Lets the event loop run, and rejects once the work is stopped. */
export type Pause = () => Promise<void>;

const ROWS_BETWEEN_POLLS = 65_536;

async function eachRow(rows: number, pause: Pause, visit: (row: number) => void): Promise<void> {
  for (let start = 0; start < rows; start += ROWS_BETWEEN_POLLS) {
    await pause();
    const end = Math.min(start + ROWS_BETWEEN_POLLS, rows);
    for (let row = start; row < end; row++) visit(row);
  }
}

/**
 * Folds that can all see what there is to see: no more than there are groups (or rows), and with
 * targets of 0 and 1 than there are groups with a row of the rarer class.
 */
export async function usableFolds(
  { frame, target, groups }: TrainingData,
  folds: number,
  pause: Pause,
): Promise<number> {
  const binary = target?.every((value) => value === 0 || value === 1) === true;
  if (groups === undefined) {
    const positives = target?.reduce((sum, value) => sum + value, 0) ?? 0;
    return Math.min(
      folds,
      binary ? Math.min(positives, frame.rowCount - positives) : frame.rowCount,
    );
  }
  const units = [new Set<number>(), new Set<number>()] as const;
  await eachRow(frame.rowCount, pause, (row) => {
    units[binary && target[row] === 1 ? 1 : 0].add(groups[row]!);
  });
  return Math.min(folds, units[0].size, binary ? units[1].size : folds);
}

/** The chosen rows of a table, column by column, so that it can be stopped. */
async function takePaced(frame: Frame, rows: Uint32Array, pause: Pause): Promise<Frame> {
  const columns: Column[] = [];
  for (const column of frame.columns) {
    await pause();
    columns.push(...new Frame([column]).take(rows).columns);
  }
  return new Frame(columns, rows.length);
}

/** Chosen rows of training data, piece by piece. */
async function takeData(
  data: TrainingData,
  rows: Uint32Array,
  pause: Pause,
): Promise<TrainingData> {
  await pause();
  const { target, weight, groups } = data;
  const empty = data.frame.select([]);
  const rest = takeTraining({ frame: empty, target, weight, groups }, rows);
  return { ...rest, frame: await takePaced(data.frame, rows, pause) };
}

/** How a table, and its groups where there are some, is scored by one fold's model. */
export type FoldScorer = (frame: Frame, groups: Int32Array | undefined) => Promise<Float64Array>;

/** Which folds, and how they are dealt. */
export interface CrossFit {
  /** Number of folds, ≥ 2. */
  readonly folds: number;
  /** Decides who goes where. */
  readonly seed: number;
  /** Awaited between pieces of work. */
  readonly pause: Pause;
}

/** Rows of the other folds and of one, each in their order. */
function splitRows(fold: Int32Array, held: number) {
  const rows = new Uint32Array(fold.length);
  let [front, back] = [0, fold.length];
  for (let row = 0; row < fold.length; row++) {
    if (fold[row] === held) rows[--back] = row;
    else rows[front++] = row;
  }
  return { inside: rows.subarray(0, front), outside: rows.subarray(front).reverse() };
}

/**
 * Scores every training row by a model that has not seen its group.
 * @param data rows with targets
 * @param how folds, seed
 * @param fitFold fits on the rows of all other folds
 * @returns rows × outputs, row-major
 * @throws FRAME_FOLDS
 */
export async function crossScores(
  data: TrainingData,
  { folds, seed, pause }: CrossFit,
  fitFold: (rest: TrainingData) => Promise<FoldScorer>,
): Promise<Float64Array> {
  const { frame, target, groups } = data;
  const fold = await assignFoldsPaced(frame.rowCount, { folds, seed, groups, target }, pause);
  let scores = new Float64Array(0);
  for (let held = 0; held < folds; held++) {
    await pause();
    const { inside, outside } = splitRows(fold, held);
    const score = await fitFold(await takeData(data, inside, pause));
    const own = groups && Int32Array.from(outside, (row) => groups[row]!);
    const found = await score(await takePaced(frame, outside, pause), own);
    const outputs = found.length / outside.length;
    if (held === 0) scores = new Float64Array(frame.rowCount * outputs);
    for (let place = 0; place < outside.length; place++) {
      const at = outside[place]! * outputs;
      for (let k = 0; k < outputs; k++) scores[at + k] = found[place * outputs + k]!;
    }
  }
  return scores;
}
