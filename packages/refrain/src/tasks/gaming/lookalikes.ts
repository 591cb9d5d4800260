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
  /** Rows by day and make, in the order of the most plays of one artist. */
  readonly #groups = new Map<number, number[]>();

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
      const group = this.#groups.get(key) ?? [];
      if (group.length === 0) this.#groups.set(key, group);
      group.push(row);
    }
    for (const group of this.#groups.values()) group.sort((a, b) => artist[a]! - artist[b]!);
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

  /** Whether each count of a row is within a share of another's. @param times as high as that */
  isWithin(row: number, of: number, share: number, times = 1): boolean {
    for (const column of this.#columns) {
      const wanted = times * column[of]!;
      if (Math.abs(column[row]! - wanted) > share * wanted) return false;
    }
    return true;
  }

  #within(row: number, share: number): number[] {
    const group = this.#groups.get(this.#keyOf(row)!)!;
    const artist = this.#columns.at(-1)!;
    const rows: number[] = [];
    for (let at = lowerBound(group, artist, artist[row]! * (1 - share)); at < group.length; at++) {
      const other = group[at]!;
      if (artist[other]! > artist[row]! * (1 + share)) break;
      if (!this.isWithin(other, row, share)) continue;
      if (other === row || this.#users[other] !== this.#users[row]) rows.push(other);
    }
    return rows;
  }
}

/** Place of the first of some rows, in the order of their values, with so high a value. */
function lowerBound(rows: readonly number[], values: Numbers, value: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middlePlace = (low + high) >> 1;
    if (values[rows[middlePlace]!]! < value) low = middlePlace + 1;
    else high = middlePlace;
  }
  return low;
}

/** The middle one of some numbers in their order. */
export function middle(values: readonly number[]): number {
  return Float64Array.from(values).sort()[values.length >> 1]!;
}
