import { type Json, type Pacer, sha256 } from "../foundation/index.js";
import { type Column, codedColumn, Frame, fingerprint, numberColumn } from "../frame/index.js";
import type { Learner, ModelCard } from "./contract.js";
import type { TrainingData } from "./door.js";
import { schemaOf } from "./schema.js";

const GOLDEN_ROWS = 8;
/** A card is made for every fit of a cross-fit, so that it must cost little. */
const SAMPLE_ROWS = 256;

/**
 * Evenly spaced values of a column, missing ones left out, ascending; and whether any was missing.
 */
function sortedSample(values: Float64Array | Float32Array) {
  const count = Math.min(values.length, SAMPLE_ROWS);
  const sample = new Float64Array(count);
  let known = 0;
  for (let k = 0; k < count; k++) {
    const value = values[Math.floor((k * values.length) / count)]!;
    if (Number.isFinite(value)) sample[known++] = value;
  }
  return { known: sample.subarray(0, known).sort(), hasMissing: known < count };
}

function goldenNumbers(values: Float64Array | Float32Array, place: number): Float64Array {
  const { known, hasMissing } = sortedSample(values);
  return Float64Array.from({ length: GOLDEN_ROWS }, (_, row) => {
    if (row === GOLDEN_ROWS - 1 && hasMissing) return Number.NaN;
    const share = (1 + ((row * 5 + place * 3) % 7)) / 8;
    return known.length === 0 ? Number.NaN : known[Math.floor(share * known.length)]!;
  });
}

function goldenColumn(column: Column, place: number): Column {
  if (column.kind === "number") {
    return numberColumn(column.name, goldenNumbers(column.values, place));
  }
  const size = column.dictionary.length;
  const codes = Int32Array.from({ length: GOLDEN_ROWS }, (_, row) =>
    size === 0 ? -1 : (row + place) % size,
  );
  return codedColumn(column.name, codes, column.dictionary);
}

/**
 * Rows to try a model on after it was read. Each column's values are quantiles of that column on
 * its own, mixed between columns, so that no person's row stands in a model file.
 * @param frame the training table
 */
export function goldenRowsOf(frame: Frame): Frame {
  return new Frame(frame.columns.map(goldenColumn), frame.rowCount === 0 ? 0 : GOLDEN_ROWS);
}

/** Hash of everything that was learnt from; column by column, so that it can be stopped. */
async function hashData(data: TrainingData, pacer: Pacer): Promise<string> {
  const { frame, target, weight } = data;
  for (const column of frame.columns) {
    await pacer.pause();
    fingerprint(column);
  }
  const columns: Column[] = [];
  if (target !== undefined) columns.push(numberColumn("target", target));
  if (weight !== undefined) columns.push(numberColumn("weight", weight));
  return sha256(`${frame.hash()} ${new Frame(columns, frame.rowCount).hash()}`);
}

/** What a fit says for its model's card. */
export interface FitDescription {
  /** All options. */
  readonly options: object;
  /** What the fit says about itself. */
  readonly summary: Readonly<Record<string, Json>>;
  /** Polls for a stop while the data are hashed. */
  readonly pacer: Pacer;
}

/**
 * Describes a model that was just fitted.
 * @param learner whose it is
 * @param data what it learnt from
 * @param fit all of its options, what it says about itself, and its pacer
 */
export async function describeModel(
  learner: Pick<Learner, "kind" | "task">,
  data: TrainingData,
  fit: FitDescription,
): Promise<ModelCard> {
  const { options, summary, pacer } = fit;
  const dataHash = await hashData(data, pacer);
  return Object.freeze({
    kind: learner.kind,
    task: learner.task,
    schema: schemaOf(data.frame),
    outputs: Object.freeze([learner.task === "classification" ? "probability" : "score"]),
    options: Object.freeze({ ...options }) as Readonly<Record<string, Json>>,
    dataHash,
    trainingRows: data.frame.rowCount,
    summary: Object.freeze({ ...summary }),
    goldenRows: goldenRowsOf(data.frame),
  });
}
