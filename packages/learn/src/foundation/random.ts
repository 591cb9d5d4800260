/**
 * Counter-based random numbers: a number is a function of (seed, purpose, fork, counter) alone, so
 * what one part of a program draws never moves another part's numbers, and the thread that draws
 * does not matter. Philox4x32-10; the key is the seed and a hash of the purpose, the counter's
 * upper half is the fork.
 * @source Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"
 */

import { log } from "./exp-log.js";

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** Upper 32 bits of the product of two unsigned 32-bit integers, as a signed integer. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = Math.imul(aLow, bLow) >>> 16;
  const middle = (Math.imul(aHigh, bLow) >>> 0) + low;
  const cross = (Math.imul(aLow, bHigh) >>> 0) + (middle & 0xffff);
  return (Math.imul(aHigh, bHigh) + Math.floor(middle / 65536) + Math.floor(cross / 65536)) | 0;
}

/**
 * One Philox4x32-10 block.
 * @param state four counter words, replaced by four random words
 * @param key0 first key word
 * @param key1 second key word
 */
export function philox(state: Int32Array, key0: number, key1: number): void {
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let k0 = key0 | 0;
  let k1 = key1 | 0;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, a);
    const low0 = Math.imul(MULTIPLIER_0, a);
    const high1 = multiplyHigh(MULTIPLIER_1, c);
    const low1 = Math.imul(MULTIPLIER_1, c);
    a = high1 ^ b ^ k0;
    b = low1;
    c = high0 ^ d ^ k1;
    d = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}

/** FNV-1a over the UTF-16 units of a text. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/**
 * The key of a stream: what `philox` is given beside the counter.
 * @param seed an integer, 0 … 2^53 - 1
 * @param purpose what the numbers are for
 */
export function streamKey(seed: number, purpose: string): readonly [number, number] {
  return [seed | 0, hashText(`${purpose}:${Math.floor(seed / 4294967296)}`)];
}

/** A stream of random numbers for one purpose; two streams of the same three values are equal. */
export class RandomStream {
  readonly #key0: number;
  readonly #key1: number;
  readonly #forkLow: number;
  readonly #forkHigh: number;
  readonly #block = new Int32Array(4);
  #counter = 0;
  #left = 0;
  #spareNormal = Number.NaN;

  /**
   * @param seed an integer, 0 … 2^53 - 1
   * @param purpose what the numbers are for, for example `bootstrap`
   * @param fork which of the purpose's parallel streams, 0 … 2^53 - 1
   */
  constructor(seed: number, purpose: string, fork = 0) {
    [this.#key0, this.#key1] = streamKey(seed, purpose);
    this.#forkLow = fork | 0;
    this.#forkHigh = Math.floor(fork / 4294967296) | 0;
  }

  /** The next 32 random bits as an integer 0 … 2^32 - 1. */
  bits(): number {
    if (this.#left === 0) {
      const block = this.#block;
      block[0] = this.#counter | 0;
      block[1] = Math.floor(this.#counter / 4294967296) | 0;
      block[2] = this.#forkLow;
      block[3] = this.#forkHigh;
      philox(block, this.#key0, this.#key1);
      this.#counter += 1;
      this.#left = 4;
    }
    this.#left -= 1;
    return this.#block[3 - this.#left]! >>> 0;
  }

  /** The next number, uniform on [0, 1), 53 bits. */
  uniform(): number {
    const high = this.bits() >>> 5;
    return (high * 67108864 + (this.bits() >>> 6)) / 9007199254740992;
  }

  /**
   * The next integer, uniform on 0 … count - 1.
   * @param count 1 … 2^32; the bias is below count / 2^53
   */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /**
   * The next standard normal number.
   * @source Marsaglia's polar method
   */
  normal(): number {
    const spare = this.#spareNormal;
    if (!Number.isNaN(spare)) {
      this.#spareNormal = Number.NaN;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const factor = Math.sqrt((-2 * log(s)) / s);
      this.#spareNormal = v * factor;
      return u * factor;
    }
  }

  /**
   * Puts the items in random order, in place (Fisher-Yates).
   * @param items what to shuffle
   */
  shuffle(items: Int32Array | Uint32Array | Float64Array): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = items[i]!;
      items[i] = items[j]!;
      items[j] = kept;
    }
  }
}
