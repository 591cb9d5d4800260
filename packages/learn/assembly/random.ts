/** Random words that are functions of their arguments alone, so that no thread order matters. */

/** Mixes the bits of a word. @source MurmurHash3's finaliser, Appleby 2011 */
// @ts-ignore: decorator
@inline
export function mix(word: u32): u32 {
  let x = word;
  x ^= x >>> 16;
  x *= 0x85ebca6b;
  x ^= x >>> 13;
  x *= 0xc2b2ae35;
  return x ^ (x >>> 16);
}

/** Mixes the bits of four words as mix() does. */
// @ts-ignore: decorator
@inline
export function mix4(words: v128): v128 {
  let x = v128.xor(words, i32x4.shr_u(words, 16));
  x = i32x4.mul(x, i32x4.splat(0x85ebca6b));
  x = v128.xor(x, i32x4.shr_u(x, 13));
  x = i32x4.mul(x, i32x4.splat(0xc2b2ae35));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/** A random word for an item of a stream. */
// @ts-ignore: decorator
@inline
export function randomWord(salt: u32, item: u32): u32 {
  return mix(item * 0x9e3779b1 + salt);
}

/** A stream's salt from the seed, a purpose and a number. */
export function saltOf(seedLow: u32, seedHigh: u32, purpose: u32, number: u32): u32 {
  return mix(mix(mix(seedLow + 0x9e3779b9) ^ seedHigh) + mix(purpose * 0x632be5ab + number));
}
