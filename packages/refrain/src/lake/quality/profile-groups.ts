import type { HeadOutline } from "./profile-head.js";

/** A file of fewer rows than this is counted too fast for a plan to pay. */
const fewestRows = 1_024;
/** How many times more combinations than values of its widest column a group may have. */
const mostGrowth = 1.2;
/** How many rows a combination must have on average. */
const rowsEach = 4;
/** Columns of so few values stand together whatever they hold, up to so many combinations. */
const fewValues = 8;
const fewCombinations = 64;

/**
 * Which columns are counted together, as one grouping set: those whose values go with each other,
 * such as the name and the artist of a track. To count (track, name, artist) and to sum up is
 * cheaper than to count each. Guessed from the first rows; a wrong guess costs time, never
 * exactness.
 * @param names columns of which every value is counted
 * @returns each name once, in groups
 */
export function planGroups(head: HeadOutline, names: readonly string[]): string[][] {
  if (head.whole || head.rows < fewestRows) return names.map((name) => [name]);
  const groups: Group[] = [];
  const byValues = [...names].sort((a, b) => valuesOf(head, b) - valuesOf(head, a));
  for (const name of byValues) {
    const codes = head.codes.get(name);
    if (!codes || !joins(groups, name, { codes, head })) {
      groups.push({
        names: [name],
        codes: codes ?? new Int32Array(0),
        values: valuesOf(head, name),
        widest: valuesOf(head, name),
      });
    }
  }
  return groups.map((group) => group.names);
}

interface Group {
  names: string[];
  /** Which combination each of the first rows has. */
  codes: Int32Array;
  values: number;
  /** Values of the widest column. */
  readonly widest: number;
}

function valuesOf(head: HeadOutline, name: string): number {
  return likelyValues(head, head.distinct.get(name) ?? 0);
}

function joins(
  groups: readonly Group[],
  name: string,
  { codes, head }: { readonly codes: Int32Array; readonly head: HeadOutline },
): boolean {
  for (const group of groups) {
    if (group.codes.length !== codes.length) continue;
    const joint = combine(group.codes, codes, head.rows);
    const values = likelyValues(head, joint.distinct);
    const few = group.widest <= fewValues && joint.distinct <= fewCombinations;
    // To sum up costs as much as to count where nearly every row is a combination of its own.
    if (values * rowsEach > head.likelyRows) continue;
    if (!few && values > group.widest * mostGrowth) continue;
    group.names.push(name);
    group.codes = joint.codes;
    group.values = values;
    return true;
  }
  return false;
}

function combine(
  one: Int32Array,
  other: Int32Array,
  rows: number,
): { codes: Int32Array; distinct: number } {
  const seen = new Map<number, number>();
  const codes = new Int32Array(one.length).fill(-1);
  for (let row = 0; row < rows; row++) {
    const key = (one[row]! + 1) * (rows + 1) + other[row]! + 1;
    const code = seen.get(key) ?? seen.size;
    seen.set(key, code);
    codes[row] = code;
  }
  return { codes, distinct: seen.size };
}

/**
 * How many values a column may have of which the first rows show some: the N of which n draws
 * give d distinct ones, d = N (1 - exp(-n / N)).
 */
export function likelyValues(head: HeadOutline, distinct: number): number {
  const drawn = (n: number): number => n * (1 - Math.exp(-head.rows / n));
  let [low, high] = [Math.max(1, distinct), Math.max(1, distinct, head.likelyRows)];
  for (let step = 0; step < 40; step++) {
    const between = Math.sqrt(low * high);
    if (drawn(between) < distinct) low = between;
    else high = between;
  }
  return low;
}
