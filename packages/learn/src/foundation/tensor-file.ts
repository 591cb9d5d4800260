/**
 * The safetensors container: 8 bytes of header length (little-endian), a JSON header, then the
 * tensors' little-endian bytes without gaps. What is read may come from an enemy: every length is
 * checked against the bytes at hand before anything is allocated, and names never become properties
 * of an object with a prototype.
 */

import { assert } from "./assert.js";
import { foundationErrors } from "./errors.js";
import type { Tensor, TensorValues } from "./tensor.js";

/** What a container holds. */
export interface TensorFile {
  /** Tensors by name, in the order of their bytes. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Texts by key. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** Bounds on what a reader takes. */
export interface TensorFileLimits {
  /** Bytes of the JSON header. */
  readonly headerBytes: number;
  /** Number of tensors. */
  readonly tensors: number;
}

/** Bounds of the readers: 16 MiB of header, 65,536 tensors. */
export const tensorFileLimits: TensorFileLimits = Object.freeze({
  headerBytes: 16 * 1024 * 1024,
  tensors: 65_536,
});

const METADATA = "__metadata__";
const MAX_DIMENSIONS = 8;

const types = {
  F64: { bytes: 8, make: (buffer: ArrayBuffer) => new Float64Array(buffer) },
  F32: { bytes: 4, make: (buffer: ArrayBuffer) => new Float32Array(buffer) },
  I32: { bytes: 4, make: (buffer: ArrayBuffer) => new Int32Array(buffer) },
  U8: { bytes: 1, make: (buffer: ArrayBuffer) => new Uint8Array(buffer) },
} as const;
type TypeName = keyof typeof types;

function typeOf(values: TensorValues): TypeName {
  if (values instanceof Float64Array) return "F64";
  if (values instanceof Float32Array) return "F32";
  return values instanceof Int32Array ? "I32" : "U8";
}

function refuse(reason: string, cause?: unknown): never {
  throw foundationErrors.TENSOR_FILE_BROKEN({ reason }, cause);
}

/** JSON text of an object with its keys in the order given, which plain objects do not promise. */
function objectText(
  entries: Iterable<readonly [string, string]>,
  valueText: (value: string) => string = (value) => value,
): string {
  const parts = Array.from(entries, ([key, value]) => `${JSON.stringify(key)}:${valueText(value)}`);
  return `{${parts.join(",")}}`;
}

/**
 * Writes a container; wide elements come first, so that every tensor is aligned, and names decide
 * between equals, so that equal content gives equal bytes.
 * @param tensors by name; the product of each shape is the number of values
 * @param metadata texts by key, written in the order given
 */
export function writeTensorFile(
  tensors: Iterable<readonly [string, Tensor]>,
  metadata: Iterable<readonly [string, string]> = [],
): Uint8Array {
  const entries = [...tensors].sort(
    ([nameA, a], [nameB, b]) =>
      b.values.BYTES_PER_ELEMENT - a.values.BYTES_PER_ELEMENT || (nameA < nameB ? -1 : 1),
  );
  let end = 0;
  const described = entries.map(([name, { shape, values }]) => {
    const size = shape.reduce((product, length) => product * length, 1);
    assert(size === values.length, `tensor ${name} of shape ${shape} has ${values.length} values`);
    const start = end;
    end += values.byteLength;
    const description = { dtype: typeOf(values), shape, data_offsets: [start, end] };
    return [name, JSON.stringify(description)] as const;
  });
  const json = objectText([[METADATA, objectText(metadata, JSON.stringify)], ...described]);
  const header = new TextEncoder().encode(json);
  const headerBytes = Math.ceil(header.length / 8) * 8;
  const out = new Uint8Array(8 + headerBytes + end);
  new DataView(out.buffer).setUint32(0, headerBytes, true);
  out.set(header, 8);
  out.fill(0x20, 8 + header.length, 8 + headerBytes);
  let at = 8 + headerBytes;
  for (const [, { values }] of entries) {
    out.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return out;
}

type Fields = ReadonlyMap<string, unknown>;

/** The properties of a parsed JSON object, as a map: a key `__proto__` is a key like any other. */
function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    refuse(`${what} is no JSON object`);
  }
  return new Map(Object.entries(value));
}

function parseHeader(
  bytes: Uint8Array,
  limits: TensorFileLimits,
): { fields: Fields; data: number } {
  if (bytes.length < 10) refuse(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 4294967296;
  if (length > limits.headerBytes) refuse(`its header of ${length} bytes is too long`);
  if (8 + length > bytes.length) refuse("it ends inside its header");
  if (bytes[8] !== 0x7b) refuse("its header does not start with a brace");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length));
    return { fields: fieldsOf(JSON.parse(text), "its header"), data: 8 + length };
  } catch (error) {
    return refuse("its header is not JSON in UTF-8", error);
  }
}

function readMetadata(value: unknown): Map<string, string> {
  const metadata = new Map<string, string>();
  if (value === undefined) return metadata;
  for (const [key, text] of fieldsOf(value, "its metadata")) {
    if (typeof text !== "string") refuse("its metadata holds more than texts");
    metadata.set(key, text);
  }
  return metadata;
}

interface Extent {
  readonly name: string;
  readonly type: TypeName;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function readExtent(name: string, value: unknown): Extent {
  const fields = fieldsOf(value, "the description of a tensor");
  const type = fields.get("dtype");
  const shape = fields.get("shape");
  const offsets = fields.get("data_offsets");
  if (typeof type !== "string" || !Object.hasOwn(types, type)) refuse("a tensor's type is unknown");
  if (!Array.isArray(shape) || shape.length > MAX_DIMENSIONS || !shape.every(isCount)) {
    refuse("a tensor's shape is no list of sizes");
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    refuse("a tensor's place is no pair of offsets");
  }
  const [start, end] = offsets as [number, number];
  const size = (shape as number[]).reduce((product, length) => product * length, 1);
  if (size * types[type as TypeName].bytes !== end - start) {
    refuse("a tensor's shape does not fit its bytes");
  }
  return { name, type: type as TypeName, shape: Object.freeze([...shape]), start, end };
}

/**
 * Reads a container; every tensor is a copy, so that the bytes may be reused.
 * @param bytes the whole file
 * @param limits bounds on header and number of tensors
 * @throws TENSOR_FILE_BROKEN for anything but a whole container without gaps or overlaps
 */
export function readTensorFile(
  bytes: Uint8Array,
  limits: TensorFileLimits = tensorFileLimits,
): TensorFile {
  const { fields, data } = parseHeader(bytes, limits);
  if (fields.size - 1 > limits.tensors) refuse(`it describes ${fields.size} tensors`);
  const metadata = readMetadata(fields.get(METADATA));
  const extents = [...fields]
    .filter(([name]) => name !== METADATA)
    .map(([name, value]) => readExtent(name, value))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let expected = 0;
  for (const { start, end } of extents) {
    if (start !== expected) refuse("its tensors overlap or leave gaps");
    expected = end;
  }
  if (data + expected !== bytes.length) {
    refuse(`it has ${bytes.length - data} bytes of tensors where ${expected} are described`);
  }
  const tensors = new Map<string, Tensor>();
  for (const { name, type, shape, start, end } of extents) {
    // Not bytes.slice: of a Node Buffer that is a view.
    const copy = new Uint8Array(bytes.subarray(data + start, data + end));
    tensors.set(name, Object.freeze({ shape, values: types[type].make(copy.buffer) }));
  }
  return { tensors, metadata };
}
