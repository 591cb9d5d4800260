import {
  type ColumnProfile,
  keptValues,
  type Place,
  type Profile,
  type ValueCount,
  type ValuePlaces,
} from "./profile.js";

const keptPlaces = 3;

/**
 * The profile of both inputs together: every number is what one profile of both would have
 * found. The order of the arguments matters only for examples and for the order of columns.
 * Where the hashers differ and values had to be left out, those of the first stand, incomplete.
 */
export function mergeProfiles(a: Profile, b: Profile): Profile {
  const sameHasher = a.hasher === b.hasher;
  const names = new Set([...Object.keys(a.columns), ...Object.keys(b.columns)]);
  const merged = [...names].map((name): [string, ColumnProfile] => [
    name,
    mergeColumns(columnOf(a, name), columnOf(b, name), sameHasher),
  ]);
  return {
    version: a.version,
    table: a.table,
    format: a.format,
    hasher: a.hasher,
    files: [...a.files, ...b.files],
    sourceNames: { ...b.sourceNames, ...a.sourceNames },
    rows: a.rows + b.rows,
    unreadable: {
      count: a.unreadable.count + b.unreadable.count,
      places: firstPlaces(a.unreadable.places, b.unreadable.places),
    },
    columns: Object.fromEntries(merged),
  };
}

function columnOf(profile: Profile, name: string): ColumnProfile {
  const column = Object.hasOwn(profile.columns, name) ? profile.columns[name] : undefined;
  if (column) return column;
  const rows = profile.rows - profile.unreadable.count;
  return {
    missing: rows,
    absent: profile.format === "json-lines" ? rows : 0,
    missingPlaces: [],
    shapes: {},
    numbers: {},
    values: { complete: true, entries: [] },
    ends: [],
    specials: {},
  };
}

function mergeColumns(a: ColumnProfile, b: ColumnProfile, sameHasher: boolean): ColumnProfile {
  return {
    missing: a.missing + b.missing,
    absent: a.absent + b.absent,
    missingPlaces: firstPlaces(a.missingPlaces, b.missingPlaces),
    shapes: addCounts(a.shapes, b.shapes),
    numbers: addCounts(a.numbers, b.numbers),
    values: mergeValues(a.values, b.values, sameHasher),
    ends: mergeEnds(a.ends, b.ends),
    specials: Object.fromEntries(
      addValues(Object.values(a.specials), Object.values(b.specials), keptPlaces)
        .sort((x, y) => (x.value < y.value ? -1 : 1))
        .map((found) => [found.value, found]),
    ),
  };
}

/** The engine compares texts by their UTF-8 bytes, JavaScript by UTF-16 units. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function mergeValues(
  a: ColumnProfile["values"],
  b: ColumnProfile["values"],
  sameHasher: boolean,
): ColumnProfile["values"] {
  const all = addValues(a.entries, b.entries, 1);
  const complete = a.complete && b.complete && all.length <= keptValues;
  if (!complete && !sameHasher) return { complete: false, entries: a.entries };
  all.sort((x, y) => x.hash - y.hash || byBytes(x.value, y.value));
  return { complete, entries: all.slice(0, keptValues) };
}

function addValues(
  a: readonly ValueCount[],
  b: readonly ValueCount[],
  mostPlaces: number,
): ValueCount[] {
  const sums = new Map(a.map((found) => [found.value, found]));
  for (const found of b) {
    const before = sums.get(found.value);
    if (!before) {
      sums.set(found.value, found);
      continue;
    }
    const places = [...(before.places ?? []), ...(found.places ?? [])].slice(0, mostPlaces);
    const count = before.count + found.count;
    sums.set(found.value, { ...before, count, ...(places.length > 0 ? { places } : {}) });
  }
  return [...sums.values()];
}

function addCounts(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const sums: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}

/** The three least and the three greatest numbers of both. */
function mergeEnds(a: readonly ValuePlaces[], b: readonly ValuePlaces[]): ValuePlaces[] {
  const own = new Set(a.map((end) => end.value));
  const all = [...a, ...b.filter((end) => !own.has(end.value))].sort(
    (x, y) => Number(x.value) - Number(y.value),
  );
  return all.filter((_, at) => at < keptPlaces || at >= all.length - keptPlaces);
}

function firstPlaces(a: readonly Place[], b: readonly Place[]): Place[] {
  return [...a, ...b].slice(0, keptPlaces);
}
