/**
 * Which rows make a sequence: those of one group, in the order of the table, up to and including
 * the row that is looked at, never a later one; of long ones the last steps. Without groups each
 * row is a sequence of its own.
 */

import type { Pacer } from "../../foundation/index.js";

/** Rows between two polls for a stop. */
const ROWS_BETWEEN_POLLS = 65_536;

/** Sequences over rows that stand group by group. */
export interface Sequences {
  /** Rows of the table, those of a group one after the other; undefined where all stay. */
  readonly rows: Uint32Array | undefined;
  /** Of each example, the place of its last row. */
  readonly ends: Uint32Array;
  /** Of each example, how many rows it has, ≥ 1. */
  readonly lengths: Int32Array;
  /** Steps of the longest. */
  readonly longest: number;
}

/** Which examples are wanted. */
export interface SequenceWish {
  /** Steps that are kept of a sequence. */
  readonly maxSteps: number;
  /** Whether only the last row of each group is an example. */
  readonly lastOnly: boolean;
}

function ownRows(rowCount: number): Sequences {
  const ends = Uint32Array.from({ length: rowCount }, (_, row) => row);
  return { rows: undefined, ends, lengths: new Int32Array(rowCount).fill(1), longest: 1 };
}

/** Numbers groups in the order in which they appear. */
async function numberGroups(groups: Int32Array, pacer: Pacer) {
  const numbers = new Map<number, number>();
  const numberOf = new Int32Array(groups.length);
  let [last, number] = [Number.NaN, 0];
  for (let row = 0; row < groups.length; row++) {
    if (row % ROWS_BETWEEN_POLLS === 0) await pacer.pause();
    const group = groups[row]!;
    if (group !== last) {
      last = group;
      number = numbers.get(group) ?? numbers.size;
      numbers.set(group, number);
    }
    numberOf[row] = number;
  }
  return { numberOf, count: numbers.size };
}

/**
 * Cuts a table into sequences.
 * @param groups one a row; undefined = each row alone
 */
export async function sequencesOf(
  rowCount: number,
  groups: Int32Array | undefined,
  { maxSteps, lastOnly }: SequenceWish,
  pacer: Pacer,
): Promise<Sequences> {
  if (groups === undefined) return ownRows(rowCount);
  const { numberOf, count } = await numberGroups(groups, pacer);
  const starts = new Uint32Array(count + 1);
  for (const number of numberOf) starts[number + 1]! += 1;
  for (let number = 0; number < count; number++) starts[number + 1]! += starts[number]!;
  const next = starts.slice(0, count);
  const rows = new Uint32Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    if (row % ROWS_BETWEEN_POLLS === 0) await pacer.pause();
    rows[next[numberOf[row]!]!++] = row;
  }
  const examples = lastOnly ? count : rowCount;
  const ends = new Uint32Array(examples);
  const lengths = new Int32Array(examples);
  let [at, longest] = [0, 0];
  for (let number = 0; number < count; number++) {
    if (number % ROWS_BETWEEN_POLLS === 0) await pacer.pause();
    const end = starts[number + 1]!;
    longest = Math.max(longest, Math.min(maxSteps, end - starts[number]!));
    for (let place = lastOnly ? end - 1 : starts[number]!; place < end; place++) {
      ends[at] = place;
      lengths[at++] = Math.min(maxSteps, place - starts[number]! + 1);
    }
  }
  const asTheyStand = rows.every((row, place) => row === place);
  return { rows: asTheyStand ? undefined : rows, ends, lengths, longest };
}

/** Numbers of examples, the longest first, otherwise in their order. */
export function byLength(lengths: Int32Array, longest: number): Uint32Array {
  const starts = new Uint32Array(longest + 2);
  for (const length of lengths) starts[longest - length + 1]! += 1;
  for (let place = 0; place < longest; place++) starts[place + 1]! += starts[place]!;
  const order = new Uint32Array(lengths.length);
  for (let id = 0; id < lengths.length; id++) order[starts[longest - lengths[id]!]!++] = id;
  return order;
}
