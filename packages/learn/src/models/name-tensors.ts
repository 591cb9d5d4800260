/**
 * Long dictionaries in a model file: the texts' UTF-8 one behind the other, and where each ends, so
 * that a million names neither fill the header nor are parsed as JSON. What is read may come from
 * an enemy: every place is checked before a text is made, and memory stays within a few times the
 * bytes.
 */
import type { Tensor } from "../foundation/index.js";
import { refuseFile } from "./fields.js";

/** Dictionaries of so many texts stay in the header, where a person can read them. */
const INLINE = 1024;
/** Bytes that are turned into text at a time. */
const CHUNK = 1 << 20;

/** Whether a dictionary goes into tensors: it is long, and UTF-8 can hold all of its texts. */
export function isLong(texts: readonly string[]): boolean {
  return texts.length > INLINE && texts.every((text) => text.isWellFormed());
}

function tensorNames(place: number) {
  return { bytes: `names.${place}.bytes`, ends: `names.${place}.ends` };
}

/**
 * Texts as tensors.
 * @param place of their column
 * @param texts well-formed
 */
export function nameTensors(place: number, texts: readonly string[]): [string, Tensor][] {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  // A unit of UTF-16 takes three bytes at most.
  const room = new Uint8Array(3 * length);
  const ends = new Int32Array(texts.length);
  const encoder = new TextEncoder();
  let end = 0;
  for (const [at, text] of texts.entries()) {
    end += encoder.encodeInto(text, room.subarray(end)).written;
    ends[at] = end;
  }
  const { bytes, ends: endsName } = tensorNames(place);
  return [
    [bytes, { shape: [end], values: room.slice(0, end) }],
    [endsName, { shape: [ends.length], values: ends }],
  ];
}

/** Units of UTF-16 that each text has: a byte that goes on has none, one that begins four two. */
function unitsIn(bytes: Uint8Array, from: number, to: number): number {
  let units = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}

function checkEnds(bytes: Uint8Array, ends: Int32Array): void {
  let before = 0;
  for (const end of ends) {
    if (end < before || end > bytes.length) refuseFile(`a text ends at byte ${end}`);
    if (end < bytes.length && (bytes[end]! & 0xc0) === 0x80) refuseFile("a text ends in a letter");
    before = end;
  }
  if (before !== bytes.length) refuseFile(`there are texts of ${bytes.length - before} bytes more`);
}

/**
 * The texts of a column's tensors.
 * @param count how many there must be
 * @throws MODEL_FILE_BROKEN where there are none, and for bytes that are not UTF-8
 */
export function namesIn(
  tensors: ReadonlyMap<string, Tensor>,
  place: number,
  count: number,
): readonly string[] {
  const names = tensorNames(place);
  const bytes = tensors.get(names.bytes)?.values;
  const ends = tensors.get(names.ends)?.values;
  if (!(bytes instanceof Uint8Array && ends instanceof Int32Array) || ends.length !== count) {
    refuseFile(`column ${place} has not ${count} texts`);
  }
  checkEnds(bytes, ends);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const texts: string[] = [];
  for (let first = 0, from = 0; first < count; ) {
    let next = first + 1;
    while (next < count && ends[next]! - from <= CHUNK) next += 1;
    const chunk = decodeChunk(decoder, bytes.subarray(from, ends[next - 1]));
    for (let at = 0; first < next; first++) {
      const units = unitsIn(bytes, from, ends[first]!);
      texts.push(chunk.slice(at, at + units));
      at += units;
      from = ends[first]!;
    }
  }
  return texts;
}

function decodeChunk(decoder: TextDecoder, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    return refuseFile("its texts are not UTF-8", error);
  }
}

/** The tensors that are no texts of columns. */
export function withoutNames(tensors: ReadonlyMap<string, Tensor>): Record<string, Tensor> {
  return Object.fromEntries([...tensors].filter(([name]) => !/^names\.\d+\./.test(name)));
}
