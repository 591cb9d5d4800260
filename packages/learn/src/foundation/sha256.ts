/**
 * SHA-256 in plain TypeScript: synchronous, and the same in Node and the browser (Web Crypto is
 * asynchronous, and absent outside secure contexts).
 * @source FIPS 180-4, section 6.2
 */

const K = roundConstants();

/** The first 32 bits of the fractional parts of the roots of the first primes. */
function fractionBits(root: (prime: number) => number, count: number): Int32Array {
  const words = new Int32Array(count);
  for (let found = 0, candidate = 2; found < count; candidate++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) {
      if (candidate % divisor === 0) prime = false;
    }
    if (!prime) continue;
    const value = root(candidate);
    words[found++] = Math.floor((value - Math.floor(value)) * 4294967296) | 0;
  }
  return words;
}

/** Cube root by Newton's steps: Math.cbrt may differ between engines. */
function cubeRoot(value: number): number {
  let root = value;
  for (let step = 0; step < 60; step++) root -= (root * root * root - value) / (3 * root * root);
  return root;
}

function roundConstants(): Int32Array {
  return fractionBits(cubeRoot, 64);
}

/** Running hash of bytes that come in pieces. */
export class Sha256 {
  readonly #state = fractionBits(Math.sqrt, 8);
  readonly #block = new Uint8Array(64);
  readonly #words = new Int32Array(64);
  #held = 0;
  #total = 0;

  /** Adds bytes. */
  update(bytes: Uint8Array): this {
    this.#total += bytes.length;
    let at = 0;
    if (this.#held > 0) {
      at = Math.min(64 - this.#held, bytes.length);
      this.#block.set(bytes.subarray(0, at), this.#held);
      this.#held += at;
      if (this.#held < 64) return this;
      this.#compress(this.#block, 0);
      this.#held = 0;
    }
    for (; at + 64 <= bytes.length; at += 64) this.#compress(bytes, at);
    this.#block.set(bytes.subarray(at));
    this.#held = bytes.length - at;
    return this;
  }

  /** The hash of everything added; the object must not be used afterwards. */
  digest(): Uint8Array {
    const total = this.#total;
    const padding = new Uint8Array(((119 - (total % 64)) % 64) + 9);
    padding[0] = 0x80;
    const view = new DataView(padding.buffer);
    view.setUint32(padding.length - 8, Math.floor(total / 536870912));
    view.setUint32(padding.length - 4, (total * 8) >>> 0);
    this.update(padding);
    const out = new Uint8Array(32);
    const outView = new DataView(out.buffer);
    for (let i = 0; i < 8; i++) outView.setInt32(4 * i, this.#state[i]!);
    return out;
  }

  /** Expands the block at `at` into the 64 words of the schedule. */
  #schedule(bytes: Uint8Array, at: number): Int32Array {
    const w = this.#words;
    for (let i = 0, p = at; i < 16; i++, p += 4) {
      w[i] = (bytes[p]! << 24) | (bytes[p + 1]! << 16) | (bytes[p + 2]! << 8) | bytes[p + 3]!;
    }
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15]!;
      const y = w[i - 2]!;
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
    }
    return w;
  }

  #compress(bytes: Uint8Array, at: number): void {
    const w = this.#schedule(bytes, at);
    const state = this.#state;
    let [a, b, c, d] = [state[0]!, state[1]!, state[2]!, state[3]!];
    let [e, f, g, h] = [state[4]!, state[5]!, state[6]!, state[7]!];
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    state[0] = (state[0]! + a) | 0;
    state[1] = (state[1]! + b) | 0;
    state[2] = (state[2]! + c) | 0;
    state[3] = (state[3]! + d) | 0;
    state[4] = (state[4]! + e) | 0;
    state[5] = (state[5]! + f) | 0;
    state[6] = (state[6]! + g) | 0;
    state[7] = (state[7]! + h) | 0;
  }
}

/**
 * SHA-256 of bytes or of a text's UTF-8.
 * @returns 64 hexadecimal digits
 */
export function sha256(data: Uint8Array | string): string {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  return toHex(new Sha256().update(bytes).digest());
}

/** Bytes as hexadecimal digits, two a byte. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
