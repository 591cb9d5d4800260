/** Fields of delimited lines, counted as texts.ts says. */

import {
  BLOCK, countBlock, COUNTER_COUNT, COUNTER_DELIMITER, COUNTER_FIELDS, COUNTER_LONGEST,
} from "./texts";

/** What is told instead of an address: a line is not as it was expected. */
export const REFUSED: usize = 0;
const NEWLINE: u8 = 10;

/**
 * Counts the fields of whole lines; blank lines are none. Up to 16 bytes behind them are read.
 * @param end behind the last line's end
 * @returns the address up to which lines were counted: `end`, or less where a column is full; 0
 * where a line has another number of fields, or too long a field
 */
export function countDelimited(counter: usize, start: usize, end: usize): usize {
  const columns = load<u32>(counter, COUNTER_COUNT);
  const delimiter = <u8>load<u32>(counter, COUNTER_DELIMITER);
  const longest = load<u32>(counter, COUNTER_LONGEST);
  const fields = <usize>load<u32>(counter, COUNTER_FIELDS);
  const delimiters = i8x16.splat(<i8>delimiter);
  const newlines = i8x16.splat(<i8>NEWLINE);
  let from = start;
  let blockStart = start;
  let row: usize = 0;
  let column: u32 = 0;
  let to = fields;
  let at = start;
  while (at < end) {
    const bytes = v128.load(at);
    let hits = i8x16.bitmask(v128.or(i8x16.eq(bytes, delimiters), i8x16.eq(bytes, newlines)));
    for (; hits != 0; hits &= hits - 1) {
      const stop = at + <usize>ctz(hits);
      if (stop >= end) break;
      const isEnd = load<u8>(stop) == NEWLINE;
      if (isEnd && column == 0 && stop == from) {
        from = stop + 1;
        continue;
      }
      if (column >= columns || <u32>(stop - from) > longest) return REFUSED;
      store<u32>(to, <u32>from);
      store<u32>(to, <u32>stop, 4);
      to += BLOCK << 3;
      column++;
      from = stop + 1;
      if (!isEnd) continue;
      if (column != columns) return REFUSED;
      column = 0;
      row++;
      to = fields + (row << 3);
      if (row < BLOCK) continue;
      if (!countBlock(counter, row, <u32>(from - blockStart))) return blockStart;
      blockStart = from;
      row = 0;
      to = fields;
    }
    at += 16;
  }
  if (row > 0 && !countBlock(counter, row, <u32>(end - blockStart))) return blockStart;
  return end;
}
