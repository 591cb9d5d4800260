import { Sha256, toHex } from "../foundation/index.js";
import { type Column, lengthOf } from "./column.js";

const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;

/**
 * Four running 32-bit lanes over 32-bit words, as XXH32's main loop. Fast (a data set is hashed at
 * every fit) and good against accidents, not against a forger: the hash of a table tells data sets
 * apart, it certifies none.
 */
class Lanes {
  #a = PRIME_1 | 0;
  #b = PRIME_2 | 0;
  #c = PRIME_3 | 0;
  #d = 0;

  /** Adds words, four at a time; what is left over goes into the first lanes. */
  words(words: Int32Array | Uint32Array): void {
    let [a, b, c, d] = [this.#a, this.#b, this.#c, this.#d];
    const whole = words.length & ~3;
    for (let i = 0; i < whole; i += 4) {
      a = mix(a, words[i]!);
      b = mix(b, words[i + 1]!);
      c = mix(c, words[i + 2]!);
      d = mix(d, words[i + 3]!);
    }
    if (whole < words.length) a = mix(a, words[whole]!);
    if (whole + 1 < words.length) b = mix(b, words[whole + 1]!);
    if (whole + 2 < words.length) c = mix(c, words[whole + 2]!);
    [this.#a, this.#b, this.#c, this.#d] = [a, b, c, d];
  }

  /** The lanes as 16 bytes. */
  bytes(): Uint8Array {
    return new Uint8Array(new Int32Array([this.#a, this.#b, this.#c, this.#d]).buffer);
  }
}

function mix(lane: number, word: number): number {
  const sum = (lane + Math.imul(word, PRIME_2)) | 0;
  return Math.imul((sum << 13) | (sum >>> 19), PRIME_1);
}

/** Values are copied block by block, so that NaN has one pattern whatever made it. */
const BLOCK = 4096;

function hashNumbers(values: Float64Array | Float32Array): Uint8Array {
  const lanes = new Lanes();
  const block = new Float64Array(BLOCK);
  const words = new Uint32Array(block.buffer);
  for (let start = 0; start < values.length; start += BLOCK) {
    const count = Math.min(BLOCK, values.length - start);
    block.set(values.subarray(start, start + count));
    for (let i = 0; i < count; i++) {
      if (Number.isNaN(block[i])) {
        words[2 * i] = 0;
        words[2 * i + 1] = 0x7ff80000;
      }
    }
    lanes.words(words.subarray(0, 2 * count));
  }
  return lanes.bytes();
}

function hashCodes(codes: Int32Array): Uint8Array {
  const lanes = new Lanes();
  lanes.words(codes);
  return lanes.bytes();
}

const fingerprints = new WeakMap<Column, Uint8Array>();

/**
 * The 16 bytes that stand for a column's values; computed once a column, since columns never
 * change.
 * @param column any column
 */
export function fingerprint(column: Column): Uint8Array {
  const known = fingerprints.get(column);
  if (known !== undefined) return known;
  const found = column.kind === "category" ? hashCodes(column.codes) : hashNumbers(column.values);
  fingerprints.set(column, found);
  return found;
}

/**
 * Hash of a table; see Frame.hash. SHA-256 over the description of the columns and the lanes of
 * their values.
 * @returns 64 hexadecimal digits
 */
export function hashColumns(columns: readonly Column[], rowCount: number): string {
  const sum = new Sha256();
  const encoder = new TextEncoder();
  sum.update(encoder.encode(`frame 1 ${rowCount} ${columns.length}\n`));
  for (const column of columns) {
    const { kind, name } = column;
    const dictionary = kind === "category" ? column.dictionary : [];
    sum.update(encoder.encode(`${JSON.stringify([kind, name, dictionary, lengthOf(column)])}\n`));
    sum.update(fingerprint(column));
  }
  return toHex(sum.digest());
}
