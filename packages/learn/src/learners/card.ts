import { type Json, sha256 } from "../foundation/index.js";
import { type Column, codedColumn, Frame, numberColumn } from "../frame/index.js";
import { argsort } from "../kernels/index.js";
import type { Learner, ModelCard } from "./contract.js";
import type { TrainingData } from "./door.js";
import { schemaOf } from "./schema.js";

const GOLDEN_ROWS = 8;
const SAMPLE_ROWS = 2048;

/** Evenly spaced row numbers, at most `most`. */
function spacedRows(rowCount: number, most: number): Uint32Array {
  const count = Math.min(rowCount, most);
  return Uint32Array.from({ length: count }, (_, k) => Math.floor((k * rowCount) / count));
}

function goldenNumbers(values: Float64Array | Float32Array, place: number): Float64Array {
  const sample = Float64Array.from(spacedRows(values.length, SAMPLE_ROWS), (row) => values[row]!);
  const known = sample.filter((value) => !Number.isNaN(value));
  const order = argsort(known);
  return Float64Array.from({ length: GOLDEN_ROWS }, (_, row) => {
    if (row === GOLDEN_ROWS - 1 && known.length < sample.length) return Number.NaN;
    const share = (1 + ((row * 5 + place * 3) % 7)) / 8;
    return known.length === 0 ? Number.NaN : known[order[Math.floor(share * known.length)]!]!;
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
 * Rows to try a model on after it was read. Each column's values are quantiles of that column on its
 * own, mixed between columns, so that no person's row stands in a model file.
 * @param frame the training table
 */
export function goldenRowsOf(frame: Frame): Frame {
  return new Frame(frame.columns.map(goldenColumn), frame.rowCount === 0 ? 0 : GOLDEN_ROWS);
}

/** Hash of everything that was learnt from. */
function hashData(data: TrainingData): string {
  const { frame, target, weight } = data;
  const columns: Column[] = [];
  if (target !== undefined) columns.push(numberColumn("target", target));
  if (weight !== undefined) columns.push(numberColumn("weight", weight));
  return sha256(`${frame.hash()} ${new Frame(columns, frame.rowCount).hash()}`);
}

/**
 * Describes a model that was just fitted.
 * @param learner whose it is
 * @param data what it learnt from
 * @param options all of them
 * @param summary what the fit says about itself
 */
export function describeModel(
  learner: Pick<Learner, "kind" | "task">,
  data: TrainingData,
  options: object,
  summary: Readonly<Record<string, Json>>,
): ModelCard {
  return Object.freeze({
    kind: learner.kind,
    task: learner.task,
    schema: schemaOf(data.frame),
    outputs: Object.freeze([learner.task === "classification" ? "probability" : "score"]),
    options: Object.freeze({ ...options }) as Readonly<Record<string, Json>>,
    dataHash: hashData(data),
    trainingRows: data.frame.rowCount,
    summary: Object.freeze({ ...summary }),
    goldenRows: goldenRowsOf(data.frame),
  });
}
