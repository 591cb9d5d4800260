/**
 * Values of JSON lines, counted as texts.ts says: each as its JSON text. Only plain lines are
 * taken: one object of known keys, each once, with strings without backslashes, numbers as they
 * would be written again, true, false and null. Anything else is refused and left to a parser.
 *
 *     keys u32 their number · u32 -, then each: u32 address of its text with quotes and colon · u32
 *          bytes of all
 */

import {
  BLOCK, countBlock, COUNTER_FIELDS, COUNTER_KEYS, COUNTER_LONGEST, sameText,
} from "./texts";

const REFUSED: usize = 0;
const NEWLINE: u8 = 10;
const QUOTE: u8 = 0x22;
const ZERO: u8 = 0x30;

/** What stands in a field for null; a key that is not there leaves 0. */
const NULL: u64 = 0x0000000100000001;

// @ts-ignore: decorator
@inline
function skipBlanks(at: usize): usize {
  if (load<u8>(at) > 0x20) return at;
  while (load<u8>(at) == 0x20 || load<u8>(at) == 9) at++;
  return at;
}

// @ts-ignore: decorator
@inline
function isDigit(byte: u8): bool {
  return <u8>(byte - ZERO) < 10;
}

/** Where digits end. */
// @ts-ignore: decorator
@inline
function digitsEnd(at: usize): usize {
  const zeros = i8x16.splat(<i8>ZERO);
  const nines = i8x16.splat(9);
  while (true) {
    const others = i8x16.bitmask(i8x16.gt_u(i8x16.sub(v128.load(at), zeros), nines));
    if (others != 0) return at + <usize>ctz(others);
    at += 16;
  }
}

/** Where a string's closing quote stands; 0 where it has a backslash or a control character. */
function stringEnd(at: usize): usize {
  const quotes = i8x16.splat(<i8>QUOTE);
  const escapes = i8x16.splat(0x5c);
  const controls = i8x16.splat(0x1f);
  while (true) {
    const bytes = v128.load(at);
    const odd = v128.or(i8x16.eq(bytes, escapes), i8x16.le_u(bytes, controls));
    const hits = i8x16.bitmask(v128.or(i8x16.eq(bytes, quotes), odd));
    if (hits != 0) {
      const stop = at + <usize>ctz(hits);
      return load<u8>(stop) == QUOTE ? stop : 0;
    }
    at += 16;
  }
}

/**
 * Where a number ends; 0 where it might be written in another way: exponents, more digits than a
 * double tells apart, zeros at the end, very small ones.
 */
function numberEnd(at: usize): usize {
  const isNegative = load<u8>(at) == 0x2d;
  if (isNegative) at++;
  const first = at;
  at = digitsEnd(at);
  const whole = <u32>(at - first);
  const isZero = load<u8>(first) == ZERO;
  if (whole == 0 || (isZero && whole > 1)) return 0;
  const next = load<u8>(at) | 0x20;
  if (next == 0x65) return 0;
  if (load<u8>(at) != 0x2e) return whole > 18 || (isNegative && isZero) ? 0 : at;
  const point = ++at;
  let leading: u32 = 0;
  if (isZero) while (load<u8>(at) == ZERO && isDigit(load<u8>(at, 1))) { at++; leading++; }
  at = digitsEnd(at);
  const part = <u32>(at - point);
  if (part == 0 || whole + part > 15 || leading > 2) return 0;
  if (part > 1 && load<u8>(at - 1) == ZERO) return 0;
  return (load<u8>(at) | 0x20) == 0x65 ? 0 : at;
}

/** Where true, false or null ends, 0 where it is none of them. */
function wordEnd(at: usize): usize {
  const four = load<u32>(at);
  if (four == 0x65757274 || four == 0x6c6c756e) return at + 4;
  return four == 0x736c6166 && load<u8>(at, 4) == 0x65 ? at + 5 : 0;
}

/** Whether a text of some bytes stands at an address. */
// @ts-ignore: decorator
@inline
function standsAt(at: usize, text: usize, bytes: u32): bool {
  const equal = i8x16.bitmask(i8x16.eq(v128.load(at), v128.load(text)));
  if (bytes <= 16) return (~equal & ((1 << bytes) - 1)) == 0;
  return equal == 0xffff && sameText(at + 16, text + 16, bytes - 16);
}

/** Number of the key with quotes that stands here; their number without one. */
function keyAt(keys: usize, at: usize): u32 {
  const count = load<u32>(keys);
  for (let k: u32 = 0; k < count; k++) {
    const key = keys + 8 + (<usize>k << 3);
    if (standsAt(at, <usize>load<u32>(key), load<u32>(key, 4) - 1)) return k;
  }
  return count;
}

/** Writes the fields of a line. @returns where it ends, at its newline, or 0 */
function readLine(keys: usize, at: usize, row: usize, longest: u32): usize {
  const count = load<u32>(keys);
  let expected: u32 = 0;
  let seen: u64 = 0;
  if (load<u8>(at) != 0x7b) return 0;
  at = skipBlanks(at + 1);
  let more = true;
  while (more) {
    let key = expected;
    let known = keys + 8 + (<usize>key << 3);
    if (key < count && standsAt(at, <usize>load<u32>(known), load<u32>(known, 4))) {
      at += <usize>load<u32>(known, 4);
    } else {
      key = keyAt(keys, at);
      if (key == count) return 0;
      known = keys + 8 + (<usize>key << 3);
      at = skipBlanks(at + <usize>(load<u32>(known, 4) - 1));
      if (load<u8>(at++) != 0x3a) return 0;
    }
    if ((seen & (<u64>1 << key)) != 0) return 0;
    seen |= <u64>1 << key;
    expected = key + 1;
    const start = skipBlanks(at);
    const first = load<u8>(start);
    if (first == QUOTE) {
      at = stringEnd(start + 1);
      if (at == 0) return 0;
      at++;
    } else {
      at = first == 0x2d || isDigit(first) ? numberEnd(start) : wordEnd(start);
      if (at == 0) return 0;
    }
    const field = row + <usize>key * (BLOCK << 3);
    if (first == 0x6e) store<u64>(field, NULL);
    else {
      if (<u32>(at - start) > longest) return 0;
      store<u32>(field, <u32>start);
      store<u32>(field, <u32>at, 4);
    }
    at = skipBlanks(at);
    const next = load<u8>(at);
    more = next == 0x2c;
    if (!more && next != 0x7d) return 0;
    at = skipBlanks(at + 1);
  }
  for (let key: u32 = 0, all = <u32>popcnt(seen) == count; !all && key < count; key++) {
    const isThere = (seen & (<u64>1 << key)) != 0;
    if (!isThere) store<u64>(row + <usize>key * (BLOCK << 3), 0);
  }
  return load<u8>(at) == NEWLINE ? at : 0;
}

/**
 * Counts the values of whole lines; empty lines are none. Up to 32 bytes behind them are read.
 * @param end behind the last line's end
 * @returns the address up to which lines were counted: `end`, or less where a column is full; 0
 * where a line is not plain
 */
export function countJson(counter: usize, start: usize, end: usize): usize {
  const keys = <usize>load<u32>(counter, COUNTER_KEYS);
  const fields = <usize>load<u32>(counter, COUNTER_FIELDS);
  const longest = load<u32>(counter, COUNTER_LONGEST);
  let blockStart = start;
  let row: usize = 0;
  for (let at = start; at < end; ) {
    if (load<u8>(at) == NEWLINE) {
      at++;
      continue;
    }
    const stop = readLine(keys, at, fields + (row << 3), longest);
    if (stop == 0 || stop >= end) return REFUSED;
    at = stop + 1;
    row++;
    if (row < BLOCK) continue;
    if (!countBlock(counter, row, <u32>(at - blockStart))) return blockStart;
    blockStart = at;
    row = 0;
  }
  if (row > 0 && !countBlock(counter, row, <u32>(end - blockStart))) return blockStart;
  return end;
}
