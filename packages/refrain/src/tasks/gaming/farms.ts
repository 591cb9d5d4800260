import { gammaLower, type Numbers } from "@refrain/learn";
import type { UsageDays } from "./data.js";
import { strataOf } from "./strata.js";

/** Users whose days are nearly the same: accounts in lockstep. */
export interface Farm {
  readonly users: readonly string[];
  readonly rows: readonly number[];
  /** Usual counts of its users: plays, most of one album, of one track, of one artist. */
  readonly usual: readonly number[];
  /** Users that chance would put so near each other. */
  readonly expected: number;
}

/** Farms, the largest first. */
export interface Farms {
  readonly list: readonly Farm[];
  /** Place in the list of each row that belongs to one. */
  readonly of: ReadonlyMap<number, number>;
}

/** Counts within this share of each other are near; small ones must be equal. */
const near = 0.02;
/** Users around are counted within this share, to know what chance would give. */
const around = 0.25;
/** Below so many plays of one artist, equal counts are everyday chance. */
const leastPlays = 20;
const leastUsers = 3;
/** A group is a farm where chance makes one such group in so many files, all seeds counted. */
const filesForOneByChance = 20;

interface Point {
  readonly row: number;
  /** Plays, album, track, artist. */
  readonly counts: readonly number[];
}

const columns = ["totUsage", "MaxSingleAlbumUse", "MaxSingleTrackUse", "MaxSingleArtistUse"];

/**
 * Groups of near-identical users around suspicious rows. What is near by chance is known from how
 * many users of the same make stand around: where many listeners have such counts, many agree.
 * @param seeds rows to start from
 */
export function farmsOf(days: UsageDays, seeds: Iterable<number>): Farms {
  const groups = groupPoints(days);
  const list = [...seeds].filter((row) => groups.keyOf(row) !== undefined);
  const parent = new Map<number, number>();
  const rootOf = (row: number): number => {
    let root = row;
    while (parent.get(root) !== root) root = parent.get(root)!;
    return root;
  };
  const expected = new Map<number, number>();
  for (const seed of list) {
    const points = groups.points.get(groups.keyOf(seed)!)!;
    const { close, chance } = neighbourhood(points, seed, days);
    const isChance = (users: number): boolean =>
      users < leastUsers ||
      gammaLower(users - 1, Math.max(chance, 1e-9)) * list.length * filesForOneByChance > 1;
    // Days that stand there twice are one user's.
    if (isChance(close.length) || isChance(new Set(close.map((row) => days.users[row])).size)) {
      continue;
    }
    for (const row of close) if (!parent.has(row)) parent.set(row, row);
    for (const row of close) parent.set(rootOf(row), rootOf(seed));
    expected.set(seed, chance + 1);
  }
  const members = new Map<number, number[]>();
  for (const row of [...parent.keys()].sort((a, b) => a - b)) {
    const root = rootOf(row);
    members.set(root, [...(members.get(root) ?? []), row]);
  }
  const farms = [...members.values()].map((rows): Farm => {
    const chances = rows.flatMap((row) => expected.get(row) ?? []);
    return {
      users: [...new Set(rows.map((row) => days.users[row]!))],
      rows,
      usual: columns.map((name) => middle(rows.map((row) => days.features.numbers(name)[row]!))),
      expected: Math.max(...chances),
    };
  });
  farms.sort((a, b) => b.rows.length - a.rows.length || a.rows[0]! - b.rows[0]!);
  const of = new Map(farms.flatMap(({ rows }, at) => rows.map((row) => [row, at] as const)));
  return { list: farms, of };
}

/** Rows of one make: whose music, and which of the counts are the same number. */
function groupPoints({ features }: UsageDays) {
  const values = columns.map((name) => features.numbers(name));
  const [plays, album, track, artist] = values as [Numbers, Numbers, Numbers, Numbers];
  const makes = strataOf(features);
  const keyOf = (row: number): number | undefined => {
    const [a, b, c, d] = [plays[row]!, album[row]!, track[row]!, artist[row]!];
    if (d < leastPlays) return undefined;
    const ofAlbum = b === a ? 0 : 1;
    const ofTrack = c === a ? 0 : c === b ? 1 : 2;
    const ofArtist = d === a ? 0 : d === b ? 1 : d === c ? 2 : 3;
    return makes[row]! * 24 + ofAlbum * 12 + ofTrack * 4 + ofArtist;
  };
  const points = new Map<number, Point[]>();
  for (let row = 0; row < features.rowCount; row += 1) {
    const key = keyOf(row);
    if (key === undefined) continue;
    const group = points.get(key) ?? [];
    if (group.length === 0) points.set(key, group);
    group.push({ row, counts: values.map((column) => column[row]!) });
  }
  for (const group of points.values()) group.sort((a, b) => a.counts[3]! - b.counts[3]!);
  return { keyOf, points };
}

/** Rows of other users near a seed, itself among them, and how many chance would put there. */
function neighbourhood(points: readonly Point[], seed: number, { users, features }: UsageDays) {
  const counts = columns.map((name) => features.numbers(name)[seed]!);
  const within = (share: number): number[] => {
    const rows: number[] = [];
    for (let at = lowerBound(points, counts[3]! * (1 - share)); at < points.length; at += 1) {
      const point = points[at]!;
      if (point.counts[3]! > counts[3]! * (1 + share)) break;
      if (!isWithin(point.counts, counts, share)) continue;
      if (point.row === seed || users[point.row] !== users[seed]) rows.push(point.row);
    }
    return rows;
  };
  const close = within(near);
  if (close.length < leastUsers) return { close, chance: Number.POSITIVE_INFINITY };
  const others = within(around).length - close.length;
  // Counts rise together, and some are one number: no more than two of them tell apart.
  const values = (width: number, count: number): number => 1 + 2 * Math.floor(width * count);
  const share = [...new Set(counts)]
    .map((count) => values(near, count) / values(around, count))
    .sort((a, b) => a - b)
    .slice(0, 2)
    .reduce((product, one) => product * one, 1);
  return { close, chance: (others * share) / (1 - share) };
}

function isWithin(a: readonly number[], b: readonly number[], share: number): boolean {
  for (let at = 0; at < b.length; at += 1) {
    if (Math.abs(a[at]! - b[at]!) > share * b[at]!) return false;
  }
  return true;
}

function lowerBound(points: readonly Point[], value: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middlePlace = (low + high) >> 1;
    if (points[middlePlace]!.counts[3]! < value) low = middlePlace + 1;
    else high = middlePlace;
  }
  return low;
}

function middle(values: readonly number[]): number {
  return Float64Array.from(values).sort()[values.length >> 1]!;
}
