/**
 * Shape and log bucket of a value in one integer, so that they are counted as one: (length × 256 +
 * first character) × 131,072 + bucket. The SQL of profile-sql.ts computes the same numbers.
 */
import { bucketsPerOctave } from "./profile.js";

export const shapeBase = 256;
export const longestShape = 65_535;
export const bucketOffset = 40_000;
export const bucketBase = 131_072;

/** Rows of a code; without one where the value is missing. */
export interface CountedCode {
  readonly code: number | undefined;
  readonly n: number;
}

/** Rows that have a value, by shape and by log bucket, both in alphabetical order. */
export function sumUp(
  codes: readonly CountedCode[],
  json: boolean,
): { present: number; shapes: Record<string, number>; buckets: Record<string, number> } {
  const shapes = new Map<string, number>();
  const buckets = new Map<string, number>();
  let present = 0;
  for (const { code, n } of codes) {
    if (code === undefined) continue;
    const { shape, bucket } = decodeCode(code, json);
    present += n;
    shapes.set(shape, (shapes.get(shape) ?? 0) + n);
    if (bucket !== undefined) buckets.set(bucket, (buckets.get(bucket) ?? 0) + n);
  }
  const sorted = (counts: Map<string, number>): Record<string, number> =>
    Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { present, shapes: sorted(shapes), buckets: sorted(buckets) };
}

/** Names of the shape and, for numbers, of the log bucket in a code. */
function decodeCode(code: number, json: boolean): { shape: string; bucket?: string } {
  const shape = decodeShape(Math.floor(code / bucketBase), json);
  const bucket = code % bucketBase;
  if (bucket === 0) return { shape };
  const signed = bucket - bucketBase / 2;
  if (signed === 0) return { shape, bucket: "0" };
  return { shape, bucket: `${signed > 0 ? "p" : "n"}${Math.abs(signed) - bucketOffset}` };
}

function decodeShape(code: number, json: boolean): string {
  const bytes = Math.floor(code / shapeBase);
  const first = firstClass(code % shapeBase, json);
  return `${lengthName(first === "s" && json ? bytes - 2 : bytes)}:${first}`;
}

/** Lengths up to 64 stand alone, longer ones by powers of two: `128+`. */
function lengthName(bytes: number): string {
  return bytes <= 64 ? String(bytes) : `${2 ** Math.floor(Math.log2(bytes))}+`;
}

function firstClass(code: number, json: boolean): string {
  const character = String.fromCharCode(code);
  if (json) {
    const kinds: Record<string, string> = { '"': "s", t: "b", f: "b", "[": "l", "{": "o" };
    return kinds[character] ?? "n";
  }
  if (/[0-9]/.test(character)) return "9";
  if (/[a-zA-Z]/.test(character) || code >= 192) return "a";
  return character === " " || character === "\t" ? " " : "-";
}

const minus = 0x2d;
const nine = 0x39;
const longestNumber = 24;
/** Whole numbers of so many digits are doubles. */
const exactDigits = 15;

/** The code of a text in UTF-8. */
export function codeOf(memory: Uint8Array, start: number, length: number): number {
  const first = memory[start]!;
  const character = first < 0x80 ? first : pastAscii(first, memory[start + 1]!);
  const shape = Math.min(length, longestShape) * shapeBase + character;
  const isNumber = first >= minus && first <= nine && length <= longestNumber;
  return shape * bucketBase + (isNumber ? bucketOf(numberIn(memory, start, length)) : 0);
}

/** The code of a text that is no number, by its length in bytes and its first byte, below 128. */
export function codeOfOutline(length: number, first: number): number {
  return (length * shapeBase + first) * bucketBase;
}

/** Code point of a character beyond ASCII, 255 for those above it. */
function pastAscii(first: number, second: number): number {
  const point = ((first & 0x1f) << 6) | (second & 0x3f);
  return first < 0xe0 ? Math.min(point, shapeBase - 1) : shapeBase - 1;
}

function bucketOf(x: number): number {
  const size = Math.abs(x);
  if (!(size < 1e300)) return 0;
  if (size === 0) return bucketBase / 2;
  const bucket = bucketOffset + Math.floor(Math.log2(size) * bucketsPerOctave);
  return bucketBase / 2 + (x > 0 ? bucket : -bucket);
}

/** The number that a text is, NaN where it is none; as the engine reads it. */
function numberIn(memory: Uint8Array, start: number, length: number): number {
  const first = memory[start] === minus ? start + 1 : start;
  const end = start + length;
  let whole = 0;
  for (let at = first; at < end; at++) {
    const digit = memory[at]! - 48;
    if (digit < 0 || digit > 9 || end - first > exactDigits)
      return partedNumber(memory, start, end);
    whole = whole * 10 + digit;
  }
  if (first === end) return Number.NaN;
  return first === start ? whole : -whole;
}

/** With a point or an exponent; digits may be parted by `_`, and blanks may follow. */
function partedNumber(memory: Uint8Array, start: number, end: number): number {
  const text = Buffer.from(memory.buffer, start, end - start)
    .toString("latin1")
    .trimEnd();
  const pattern = /^-?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)([eE][+-]?\d+(_\d+)*)?$/;
  return pattern.test(text) ? Number(text.replaceAll("_", "")) : Number.NaN;
}
