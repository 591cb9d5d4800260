import { type Frame, groupCodes, type Numbers } from "@refrain/learn";
import { strata, strataOf } from "./strata.js";

/** Usage of users, by day or of one day. */
export interface ComparedRows {
  /** The five published features, and perhaps others. */
  readonly features: Frame;
  /** Names of users, one a row. */
  readonly users: readonly string[];
  /** The day of each row, `YYYY-MM-DD`; absent where all are of one, or nobody knows. */
  readonly days?: readonly string[];
}

/** Below so many plays of one artist, equal counts are everyday chance. */
export const leastPlays = 20;
/** Counts within this share of each other are near; small ones must be equal. */
const near = 0.02;
/** Users around are counted within this share, to know what chance would give. */
const around = 0.25;

interface Point {
  readonly row: number;
  /** Plays, album, track, artist. */
  readonly counts: readonly number[];
}

/** Counts that are compared. */
export const comparedColumns = [
  "totUsage",
  "MaxSingleAlbumUse",
  "MaxSingleTrackUse",
  "MaxSingleArtistUse",
];

/**
 * Who is like whom: users of one day and make (whose music, and which of the counts are the same
 * number) whose counts are within a share of each other.
 */
export class Lookalikes {
  readonly #users: readonly string[];
  readonly #columns: readonly Numbers[];
  readonly #keyOf: (row: number) => number | undefined;
  /** By make, in the order of the most plays of one artist. */
  readonly #points = new Map<number, Point[]>();

  constructor({ features, users, days }: ComparedRows) {
    this.#users = users;
    this.#columns = comparedColumns.map((name) => features.numbers(name));
    const makes = strataOf(features);
    const dayOf = days && groupCodes(days);
    const artist = this.#columns.at(-1)!;
    this.#keyOf = (row) => {
      if (artist[row]! < leastPlays) return undefined;
      const [a, b, c, d] = this.counts(row) as [number, number, number, number];
      const ofAlbum = b === a ? 0 : 1;
      const ofTrack = c === a ? 0 : c === b ? 1 : 2;
      const ofArtist = d === a ? 0 : d === b ? 1 : d === c ? 2 : 3;
      const dayAndMake = (dayOf?.[row] ?? 0) * strata.length + makes[row]!;
      return dayAndMake * 24 + ofAlbum * 12 + ofTrack * 4 + ofArtist;
    };
    for (let row = 0; row < features.rowCount; row += 1) {
      const key = this.#keyOf(row);
      if (key === undefined) continue;
      const group = this.#points.get(key) ?? [];
      if (group.length === 0) this.#points.set(key, group);
      group.push({ row, counts: this.counts(row) });
    }
    for (const group of this.#points.values()) group.sort((a, b) => a.counts[3]! - b.counts[3]!);
  }

  /** Plays, most of one album, of one track, of one artist. */
  counts(row: number): number[] {
    return this.#columns.map((column) => column[row]!);
  }

  /** Whether a row has plays enough to be compared. */
  has(row: number): boolean {
    return this.#keyOf(row) !== undefined;
  }

  /** Rows of other users near one, and the row itself. @param share within which counts are near */
  close(row: number, share = near): number[] {
    return this.#within(row, share);
  }

  /** Rows of other users around one, near or not, and the row itself. */
  around(row: number): number[] {
    return this.#within(row, around);
  }

  /** Share of the users around a row that chance puts near it. @param width as of `close` */
  share(row: number, width = near): number {
    // Counts rise together, and some are one number: no more than two of them tell apart.
    const values = (share: number, count: number): number => 1 + 2 * Math.floor(share * count);
    return [...new Set(this.counts(row))]
      .map((count) => values(width, count) / values(around, count))
      .sort((a, b) => a - b)
      .slice(0, 2)
      .reduce((product, one) => product * one, 1);
  }

  #within(row: number, share: number): number[] {
    const points = this.#points.get(this.#keyOf(row)!)!;
    const counts = this.counts(row);
    const rows: number[] = [];
    for (let at = lowerBound(points, counts[3]! * (1 - share)); at < points.length; at += 1) {
      const point = points[at]!;
      if (point.counts[3]! > counts[3]! * (1 + share)) break;
      if (!areWithin(point.counts, counts, share)) continue;
      if (point.row === row || this.#users[point.row] !== this.#users[row]) rows.push(point.row);
    }
    return rows;
  }
}

/** Whether each number is within a share of another. */
export function areWithin(a: readonly number[], b: readonly number[], share: number): boolean {
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

/** The middle one of some numbers in their order. */
export function middle(values: readonly number[]): number {
  return Float64Array.from(values).sort()[values.length >> 1]!;
}
