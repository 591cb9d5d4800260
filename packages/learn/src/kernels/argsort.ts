/**
 * Order of doubles by a radix sort on their bits: stable, six passes of 11 bits, two buffers of one
 * index a value. -0 and 0 are equal; NaN sorts as the largest.
 */

const RADIX_BITS = 11;
const RADIX = 1 << RADIX_BITS;
const PASSES = 6;

/** Words whose unsigned order is the order of the doubles. */
function sortableWords(values: Float64Array): { low: Uint32Array; high: Uint32Array } {
  const count = values.length;
  const low = new Uint32Array(count);
  const high = new Uint32Array(count);
  const bits = new Float64Array(1);
  const words = new Uint32Array(bits.buffer);
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) {
      low[i] = 0xffffffff;
      high[i] = 0xffffffff;
      continue;
    }
    bits[0] = value + 0;
    const negative = words[1]! >>> 31 === 1 && value !== 0;
    low[i] = negative ? ~words[0]! : words[0]!;
    high[i] = negative ? ~words[1]! : value === 0 ? 0x80000000 : words[1]! | 0x80000000;
  }
  return { low, high };
}

function digitAt(low: number, high: number, pass: number): number {
  const shift = pass * RADIX_BITS;
  if (shift >= 32) return (high >>> (shift - 32)) & (RADIX - 1);
  const below = low >>> shift;
  return (shift + RADIX_BITS > 32 ? below | (high << (32 - shift)) : below) & (RADIX - 1);
}

/** Scatters `from` into `to` by one digit; false (and nothing written) when all digits agree. */
function scatter(
  words: { low: Uint32Array; high: Uint32Array },
  from: Uint32Array,
  to: Uint32Array,
  pass: number,
): boolean {
  const { low, high } = words;
  const starts = new Uint32Array(RADIX);
  const count = from.length;
  for (let i = 0; i < count; i++) {
    const digit = digitAt(low[i]!, high[i]!, pass);
    starts[digit] = starts[digit]! + 1;
  }
  let start = 0;
  for (let digit = 0; digit < RADIX; digit++) {
    const size = starts[digit]!;
    if (size === count) return false;
    starts[digit] = start;
    start += size;
  }
  for (let i = 0; i < count; i++) {
    const item = from[i]!;
    const digit = digitAt(low[item]!, high[item]!, pass);
    const place = starts[digit]!;
    to[place] = item;
    starts[digit] = place + 1;
  }
  return true;
}

/**
 * Positions of the values in ascending order; equal values keep their order.
 * @param values at most 2^32 - 1 numbers
 * @returns a permutation of 0 … length - 1
 */
export function argsort(values: Float64Array): Uint32Array {
  const count = values.length;
  let order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  if (count < 2) return order;
  const words = sortableWords(values);
  let other = new Uint32Array(count);
  for (let pass = 0; pass < PASSES; pass++) {
    if (scatter(words, order, other, pass)) [order, other] = [other, order];
  }
  return order;
}
