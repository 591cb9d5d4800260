/**
 * Counts of the texts in columns: one table of distinct texts a column, looked up for a block of
 * rows at a time, so that the waits for memory of one row overlap with those of the next.
 *
 *     counter u32 columns · u32 their number · u32 delimiter · u32 longest text in bytes · u32 fields
 *             · u32 runs · u32 rows so far · u32 column that is full · u32 keys (json-lines.ts)
 *     column  u32 slots · u32 their number - 1 · u32 entries · u32 their number · u32 most entries ·
 *             u32 bytes · u32 bytes used · u32 most bytes · u32 rows without text · u32 of them
 *             without a place · u64 bound · u32 outlines · u32 -
 *     slot    u32 entry + 1, 0 where it is free
 *     entry   u64 hash · u32 bytes of the text · u32 rows · u64 and u64 the text, or u64 its address
 *     field   u32 start · u32 end; start = end without text, 0 and 0 without a place
 *
 *     outlines u32 rows of each length (9 … 72 bytes) and first byte (0 … 127)
 *
 * A column with a bound (of the upper 52 bits of hashes; at first it is above all) needs no counts
 * of the texts beyond it: of those with an outline, which is all that is left to know of a text that
 * is no number, only the rows by outline are counted.
 *
 * Fields stand column by column, BLOCK to a column; rows of a block that follow each other with the
 * same text are counted as one run. The hash is the one that DuckDB 1.5 has for texts: Load<8> steps
 * of `h = (h ^ bytes) * M`, then its murmur finish.
 *
 *     run     u64 hash · u32 what its first slot holds · u32 rows · u32 start · u32 bytes · u64 -
 */

/** Rows that are looked up at a time. */
export const BLOCK: usize = 256;
export const COUNTER_COLUMNS: usize = 0;
export const COUNTER_COUNT: usize = 4;
export const COUNTER_DELIMITER: usize = 8;
export const COUNTER_LONGEST: usize = 12;
export const COUNTER_FIELDS: usize = 16;
export const COUNTER_RUNS: usize = 20;
export const COUNTER_ROWS: usize = 24;
export const COUNTER_FULL: usize = 28;
export const COUNTER_KEYS: usize = 32;
const COLUMN: usize = 64;
const ENTRY: usize = 32;
const RUN: usize = 32;
/** Texts up to here stand in their entry. */
const SHORT: u32 = 16;
/** Texts of so many bytes may be told by their outline; shorter ones may be words for "nothing". */
const OUTLINED_FROM: u32 = 9;
const OUTLINED_TO: u32 = 72;
/** Texts up to here that begin with one of -./0123456789 may be numbers. */
const NUMBER: u32 = 24;

const SEED: u64 = 0xe17a1465;
const LENGTH: u64 = 0xc6a4a7935bd1e995;
const M: u64 = 0xd6e8feb86659fd93;

/** The first bytes (1 … 8) at an address; up to 7 bytes behind them are read. */
// @ts-ignore: decorator
@inline
function loadSome(at: usize, bytes: u32): u64 {
  return load<u64>(at) & (<u64>-1 >> <u64>(64 - (bytes << 3)));
}

/** Hash of a text, not empty. Most have up to 16 bytes: without a loop they cost half. */
// @ts-ignore: decorator
@inline
function hashText(start: usize, bytes: u32): u64 {
  let h = SEED ^ (<u64>bytes * LENGTH);
  if (bytes > SHORT) {
    const rest = bytes & 7;
    const end = start + <usize>(bytes - rest);
    for (; start < end; start += 8) h = (h ^ load<u64>(start)) * M;
    if (rest != 0) h = (h ^ loadSome(start, rest)) * M;
  } else if (bytes > 8) {
    h = (h ^ load<u64>(start)) * M;
    h = (h ^ loadSome(start + 8, bytes - 8)) * M;
  } else h = (h ^ loadSome(start, bytes)) * M;
  h = (h ^ (h >> 32)) * M;
  h = (h ^ (h >> 32)) * M;
  return h ^ (h >> 32);
}

/** Whether two texts of as many bytes are equal. */
export function sameText(a: usize, b: usize, bytes: u32): bool {
  const rest = bytes & 7;
  const end = a + <usize>(bytes - rest);
  for (; a < end; a += 8, b += 8) if (load<u64>(a) != load<u64>(b)) return false;
  return rest == 0 || loadSome(a, rest) == loadSome(b, rest);
}

/** Whether two texts of as many bytes are equal, which mostly differ at their end. */
// @ts-ignore: decorator
@inline
function isRepeated(a: usize, b: usize, bytes: u32): bool {
  if (bytes < 8) return loadSome(a, bytes) == loadSome(b, bytes);
  const last = <usize>(bytes - 8);
  return load<u64>(a + last) == load<u64>(b + last) && sameText(a, b, bytes);
}

/** Whether an entry is the text; of up to 8 bytes hash and length tell all. */
// @ts-ignore: decorator
@inline
function isEntry(entry: usize, hash: u64, start: usize, bytes: u32): bool {
  if (load<u64>(entry) != hash || load<u32>(entry, 8) != bytes) return false;
  if (bytes <= 8) return true;
  if (bytes > SHORT) return sameText(<usize>load<u64>(entry, 16), start, bytes);
  const last = loadSome(start + 8, bytes - 8);
  return load<u64>(entry, 16) == load<u64>(start) && load<u64>(entry, 24) == last;
}

/** Writes a text that is new to its column. */
function addEntry(column: usize, slot: usize, hash: u64, start: usize, bytes: u32): usize {
  const number = load<u32>(column, 12);
  const entry = <usize>load<u32>(column, 8) + <usize>number * ENTRY;
  store<u32>(column, number + 1, 12);
  store<u32>(slot, number + 1);
  store<u64>(entry, hash);
  store<u32>(entry, bytes, 8);
  store<u32>(entry, 0, 12);
  if (bytes <= SHORT) {
    store<u64>(entry, loadSome(start, min(bytes, 8)), 16);
    if (bytes > 8) store<u64>(entry, loadSome(start + 8, bytes - 8), 24);
    return entry;
  }
  const used = load<u32>(column, 24);
  const at = <usize>load<u32>(column, 20) + used;
  memory.copy(at, start, bytes);
  store<u32>(column, used + bytes, 24);
  store<u64>(entry, at, 16);
  return entry;
}

/** The entry of a text, looked for from its first slot on; a new one has no rows yet. */
function entryOf(column: usize, hash: u64, start: usize, bytes: u32): usize {
  const slots = <usize>load<u32>(column);
  const mask = load<u32>(column, 4);
  const entries = <usize>load<u32>(column, 8) - ENTRY;
  let place = <u32>hash & mask;
  while (true) {
    const slot = slots + (<usize>place << 2);
    const number = load<u32>(slot);
    if (number == 0) return addEntry(column, slot, hash, start, bytes);
    const entry = entries + <usize>number * ENTRY;
    if (isEntry(entry, hash, start, bytes)) return entry;
    place = (place + 1) & mask;
  }
}

// @ts-ignore: decorator
@inline
function addRows(entry: usize, rows: u32): void {
  store<u32>(entry, load<u32>(entry, 12) + rows, 12);
}

/** Writes the runs of a column of a block. @returns their end */
function writeRuns(column: usize, fields: usize, rows: usize, runs: usize): usize {
  const slots = <usize>load<u32>(column);
  const mask = load<u32>(column, 4);
  const end = fields + (rows << 3);
  let missing: u32 = 0;
  let absent: u32 = 0;
  let last: usize = 0;
  let lastBytes: u32 = 0;
  let next = runs;
  for (let field = fields; field < end; field += 8) {
    const start = <usize>load<u32>(field);
    const bytes = load<u32>(field, 4) - <u32>start;
    if (bytes == 0) {
      missing++;
      if (start == 0) absent++;
    } else if (bytes == lastBytes && isRepeated(start, last, bytes)) addRows(next - RUN, 1);
    else {
      const hash = hashText(start, bytes);
      store<u64>(next, hash);
      store<u32>(next, load<u32>(slots + (<usize>(<u32>hash & mask) << 2)), 8);
      store<u32>(next, 1, 12);
      store<u32>(next, <u32>start, 16);
      store<u32>(next, bytes, 20);
      last = start;
      lastBytes = bytes;
      next += RUN;
    }
  }
  store<u32>(column, load<u32>(column, 32) + missing, 32);
  store<u32>(column, load<u32>(column, 36) + absent, 36);
  return next;
}

/** Counts a column of a block. */
function countColumn(column: usize, fields: usize, rows: usize, runs: usize): void {
  const entries = <usize>load<u32>(column, 8) - ENTRY;
  const end = writeRuns(column, fields, rows, runs);
  for (let run = runs; run < end; run += RUN) {
    const hash = load<u64>(run);
    const number = load<u32>(run, 8);
    const start = <usize>load<u32>(run, 16);
    const bytes = load<u32>(run, 20);
    const entry = entries + <usize>number * ENTRY;
    const isThere = number != 0 && isEntry(entry, hash, start, bytes);
    addRows(isThere ? entry : entryOf(column, hash, start, bytes), load<u32>(run, 12));
  }
}

/** Whether a text of so many bytes has an outline. */
// @ts-ignore: decorator
@inline
function isOutlined(first: u8, bytes: u32): bool {
  if (bytes < OUTLINED_FROM || bytes > OUTLINED_TO || first >= 0x80) return false;
  return bytes > NUMBER || <u8>(first - 0x2d) > 0x39 - 0x2d;
}

/** Counts a column with a bound of a block. */
function countBounded(column: usize, fields: usize, rows: usize): void {
  const bound = load<u64>(column, 40);
  const outlines = <usize>load<u32>(column, 48);
  const end = fields + (rows << 3);
  for (let field = fields; field < end; field += 8) {
    const start = <usize>load<u32>(field);
    const bytes = load<u32>(field, 4) - <u32>start;
    if (bytes == 0) {
      store<u32>(column, load<u32>(column, 32) + 1, 32);
      if (start == 0) store<u32>(column, load<u32>(column, 36) + 1, 36);
      continue;
    }
    const hash = hashText(start, bytes);
    const first = load<u8>(start);
    if (hash >> 12 > bound && isOutlined(first, bytes)) {
      const outline = outlines + (<usize>((bytes - OUTLINED_FROM) << 7 | <u32>first) << 2);
      store<u32>(outline, load<u32>(outline) + 1);
    } else addRows(entryOf(column, hash, start, bytes), 1);
  }
}

/**
 * Counts a block.
 * @param bytes that its texts have at most
 * @returns whether every column had room; if not, nothing was counted and the column is told
 */
export function countBlock(counter: usize, rows: usize, bytes: u32): bool {
  const columns = <usize>load<u32>(counter, COUNTER_COLUMNS);
  const count = load<u32>(counter, COUNTER_COUNT);
  for (let at: u32 = 0; at < count; at++) {
    const column = columns + <usize>at * COLUMN;
    const isFull =
      load<u32>(column, 12) + <u32>rows > load<u32>(column, 16) ||
      load<u32>(column, 24) + bytes > load<u32>(column, 28);
    if (!isFull) continue;
    store<u32>(counter, at, COUNTER_FULL);
    return false;
  }
  const runs = <usize>load<u32>(counter, COUNTER_RUNS);
  let fields = <usize>load<u32>(counter, COUNTER_FIELDS);
  for (let at: u32 = 0; at < count; at++, fields += BLOCK << 3) {
    const column = columns + <usize>at * COLUMN;
    if (load<u64>(column, 40) == <u64>-1) countColumn(column, fields, rows, runs);
    else countBounded(column, fields, rows);
  }
  store<u32>(counter, load<u32>(counter, COUNTER_ROWS) + <u32>rows, COUNTER_ROWS);
  return true;
}

/** Fills a column's slots, whose number may have changed, from its entries. */
export function placeTexts(column: usize): void {
  const slots = <usize>load<u32>(column);
  const mask = load<u32>(column, 4);
  memory.fill(slots, 0, (<usize>mask + 1) << 2);
  let entry = <usize>load<u32>(column, 8);
  const count = load<u32>(column, 12);
  for (let number: u32 = 1; number <= count; number++, entry += ENTRY) {
    let place = load<u32>(entry) & mask;
    while (load<u32>(slots + (<usize>place << 2)) != 0) place = (place + 1) & mask;
    store<u32>(slots + (<usize>place << 2), number);
  }
}
