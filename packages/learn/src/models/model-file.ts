/**
 * Model files: a safetensors container whose metadata hold, first, the hash of the whole file and,
 * second, the card as JSON text. Byte by byte in docs/reference/model-file.md. Nothing in a file is
 * code, and a file verifies itself: its hash, then every size and shape, then the golden rows.
 */

import {
  CataloguedError,
  type Json,
  readTensorFile,
  sha256,
  type TensorFile,
  writeTensorFile,
} from "../foundation/index.js";
import type { AnyLearner, Model } from "../learners/index.js";
import { cardFromJson, cardToJson, rowsFromJson, rowsToJson } from "./card-json.js";
import { modelErrors } from "./errors.js";
import { countIn, type Fields, fieldsOf, listIn, refuseFile } from "./fields.js";
import { isLong, namesIn, nameTensors, withoutNames } from "./name-tensors.js";
import { restorerOf } from "./restore.js";

/** The newest format. In the first all dictionaries stand in the header; others still do. */
const FORMAT_VERSION = 2;
const FIRST_FORMAT = 1;
/** Every model file starts so, after the 8 bytes of the header's length. */
const OPENING = '{"__metadata__":{"sha256":"';
const HASH_START = 8 + OPENING.length;
const HASH_END = HASH_START + 64;
const NO_HASH = "0".repeat(64);

/** What is written beside the model. */
export interface WriteModelExtras {
  /** Numbers to be kept with the model, for example its test metrics. */
  readonly metrics?: Readonly<Record<string, Json>>;
}

/** A model that was read from a file. */
export interface StoredModel extends Model {
  /** What was written beside it. */
  readonly metrics: Readonly<Record<string, Json>>;
  /** SHA-256 over the file (with its own place filled with zeros), 64 hexadecimal digits. */
  readonly hash: string;
}

/** What reading a model may need. */
export interface ReadModelOptions {
  /** Learners beyond those of this package, for files that they wrote. */
  readonly learners?: readonly AnyLearner[];
}

/** SHA-256 over the file with the place of the hash filled with zeros. */
function hashOf(bytes: Uint8Array): string {
  // Not bytes.slice: of a Node Buffer that is a view.
  const blank = new Uint8Array(bytes);
  blank.set(new TextEncoder().encode(NO_HASH), HASH_START);
  return sha256(blank);
}

/**
 * Writes a model; equal models give equal bytes.
 * @param model any model
 * @param extras metrics to keep
 * @returns the file
 */
export function writeModel(model: Model, extras: WriteModelExtras = {}): Uint8Array {
  const { settings, tensors } = model.state();
  const { goldenRows, schema } = model.card;
  const long = new Set<number>();
  for (const [place, { dictionary = [] }] of schema.columns.entries()) {
    if (isLong(dictionary)) long.add(place);
  }
  const rows = Array.from({ length: goldenRows.rowCount }, (_, row) => goldenRows.row(row));
  const card = {
    format: long.size > 0 ? FORMAT_VERSION : FIRST_FORMAT,
    card: cardToJson(model.card, (place) => long.has(place)),
    metrics: extras.metrics ?? {},
    goldenRows: rowsToJson(goldenRows),
    goldenScores: rows.map((row) => model.predictRow(row)),
    settings,
  };
  const texts = [...long].flatMap((place) => {
    return nameTensors(place, schema.columns[place]!.dictionary!);
  });
  const bytes = writeTensorFile(
    [...Object.entries(tensors), ...texts],
    [
      ["sha256", NO_HASH],
      ["refrain", JSON.stringify(card)],
    ],
  );
  bytes.set(new TextEncoder().encode(hashOf(bytes)), HASH_START);
  return bytes;
}

/**
 * The hash that names a model: what `writeModel` put into the file.
 * @param bytes a model file
 * @returns 64 hexadecimal digits
 * @throws MODEL_FILE_BROKEN where the bytes do not fit it
 */
export function modelHash(bytes: Uint8Array): string {
  const opening = new TextDecoder().decode(bytes.subarray(8, HASH_START));
  if (opening !== OPENING || bytes.length < HASH_END)
    refuseFile("it does not start as a model file");
  const hash = new TextDecoder().decode(bytes.subarray(HASH_START, HASH_END));
  if (hashOf(bytes) !== hash) refuseFile("its bytes do not fit its hash");
  return hash;
}

function describedIn(file: TensorFile): Fields {
  const text = file.metadata.get("refrain");
  if (text === undefined) refuseFile("it has no description");
  try {
    return fieldsOf(JSON.parse(text), "its description");
  } catch (error) {
    if (error instanceof CataloguedError) throw error;
    return refuseFile("its description is not JSON", error);
  }
}

/** Every golden row must score as it did where the file was written, to the bit. */
function checkGolden(model: Model, scores: readonly unknown[]): void {
  const { goldenRows } = model.card;
  if (scores.length !== goldenRows.rowCount) refuseFile("its golden rows lack scores");
  for (let row = 0; row < goldenRows.rowCount; row++) {
    const found = model.predictRow(goldenRows.row(row));
    const expected = scores[row];
    if (typeof expected !== "number") refuseFile("a golden score is no number");
    if (found !== expected) throw modelErrors.MODEL_GOLDEN({ row, expected, found });
  }
}

function readDescribed(file: TensorFile, hash: string, options: ReadModelOptions): StoredModel {
  const fields = describedIn(file);
  const format = countIn(fields, "format");
  if (format !== FORMAT_VERSION && format !== FIRST_FORMAT) {
    throw modelErrors.MODEL_FILE_VERSION({ found: format, known: FORMAT_VERSION });
  }
  const bare = cardFromJson(fields.get("card"), (place, count) =>
    namesIn(file.tensors, place, count),
  );
  const goldenRows = rowsFromJson(listIn(fields, "goldenRows"), bare.schema);
  const card = Object.freeze({ ...bare, goldenRows });
  const settings = Object.fromEntries(fieldsOf(fields.get("settings"), "its settings"));
  const state = {
    settings: settings as Record<string, Json>,
    tensors:
      format === FIRST_FORMAT ? Object.fromEntries(file.tensors) : withoutNames(file.tensors),
  };
  const model = restorerOf(options.learners ?? [])(card, state);
  checkGolden(model, listIn(fields, "goldenScores"));
  const metrics = Object.fromEntries(fieldsOf(fields.get("metrics"), "its metrics"));
  return Object.freeze({ ...model, metrics: metrics as Record<string, Json>, hash });
}

/**
 * Reads a model file, and verifies it: hash, sizes, golden rows. Memory stays within a few times
 * the size of the file, whoever wrote it.
 * @param bytes the whole file
 * @param options learners beyond those of this package
 * @throws MODEL_FILE_BROKEN, TENSOR_FILE_BROKEN, MODEL_FILE_VERSION, MODEL_KIND_UNKNOWN,
 *   MODEL_STATE, ENCODER_STATE, MODEL_GOLDEN
 */
export function readModel(bytes: Uint8Array, options: ReadModelOptions = {}): StoredModel {
  const hash = modelHash(bytes);
  const file = readTensorFile(bytes);
  try {
    return readDescribed(file, hash, options);
  } catch (error) {
    // An enemy's file may be wrong in ways that no check names: that is a broken file, not our
    // fault.
    if (error instanceof CataloguedError) throw error;
    return refuseFile("its description makes no sense", error);
  }
}
