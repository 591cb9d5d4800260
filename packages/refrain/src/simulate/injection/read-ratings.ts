import { createReadStream, existsSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { sources } from "../../events/index.js";
import { foundationErrors, type JobOptions } from "../../foundation/index.js";
import { simulateErrors } from "../errors.js";
import { buildRatings, type RatingScale, type Ratings } from "./ratings.js";

/** A line that was left out. */
export interface RejectedRating {
  /** Line in the file, the first is 1. */
  readonly line: number;
  /** Why: MISSING_FIELD, NOT_A_NUMBER or OUTSIDE_SCALE. */
  readonly reason: "MISSING_FIELD" | "NOT_A_NUMBER" | "OUTSIDE_SCALE";
  /** The line, at most 200 characters. */
  readonly text: string;
}

/** What a ratings file held. */
export interface RatingsFile {
  /** The ratings. */
  readonly ratings: Ratings;
  /** Lines with something on them, without a header. */
  readonly rows: number;
  /** Rows that repeat a user and item; the last one counts. */
  readonly duplicates: number;
  /** Rows left out, by reason. */
  readonly rejectedByReason: Readonly<Record<string, number>>;
  /** The first hundred of them. */
  readonly rejected: readonly RejectedRating[];
}

/** How to read a ratings file. */
export interface ReadRatingsOptions extends JobOptions {
  /** Lowest and highest rating; found in the file where absent. */
  readonly scale?: { readonly low: number; readonly high: number };
  /** Name of the header's column for `user`, `item`, `rating` or `at`. */
  readonly columns?: Readonly<Record<string, string>>;
}

const shownRejects = 100;

/**
 * Reads ratings (user, item, rating[, time]), plain or .gz, parted by tab, comma, `::`, semicolon,
 * bar or blank, with or without a header.
 * @throws FILE_NOT_FOUND, RATINGS_DAMAGED, RATINGS_SHAPE, RATINGS_COLUMNS, RATINGS_EMPTY,
 *   INTERRUPTED
 */
export async function readRatings(
  file: string,
  options: ReadRatingsOptions = {},
): Promise<RatingsFile> {
  if (!existsSync(file)) throw foundationErrors.FILE_NOT_FOUND({ path: file });
  const table = new RatingTable(file, options);
  await eachLine(file, options, (line, number) => table.take(line, number));
  return table.finish();
}

/**
 * Gives each line of a text file, plain or .gz, to a function.
 * @throws FILE_NOT_FOUND, RATINGS_DAMAGED, INTERRUPTED
 */
export async function eachLine(
  file: string,
  job: JobOptions,
  take: (line: string, number: number) => void,
): Promise<void> {
  if (!existsSync(file)) throw foundationErrors.FILE_NOT_FOUND({ path: file });
  const decoder = new TextDecoder();
  let [rest, number] = ["", 0];
  // What ends the reading first; the pipeline may tell of being stopped instead.
  let cause: unknown;
  const read = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) {
      if (job.signal?.aborted) throw foundationErrors.INTERRUPTED({ doing: `reading ${file}` });
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop()!;
      for (const line of lines) take(clean(line, number), ++number);
    }
    rest += decoder.decode();
    if (rest !== "") take(clean(rest, number), ++number);
  };
  const sink = (chunks: AsyncIterable<Buffer>): Promise<void> =>
    read(chunks).catch((error: unknown) => {
      cause = error;
      throw error;
    });
  const from = createReadStream(file, { highWaterMark: 1 << 20 });
  try {
    await (file.endsWith(".gz") ? pipeline(from, createGunzip(), sink) : pipeline(from, sink));
  } catch (stopped) {
    const error = cause ?? stopped;
    const isZip = error instanceof Error && "code" in error && /^Z_/.test(String(error.code));
    if (!isZip) throw error;
    throw simulateErrors.RATINGS_DAMAGED({ file, reason: (error as Error).message }, error);
  }
}

function clean(line: string, before: number): string {
  const whole = line.endsWith("\r") ? line.slice(0, -1) : line;
  return before === 0 ? whole.replace(/^\uFEFF/, "") : whole;
}

/** Splits at a delimiter; fields in double quotes may hold it. */
export function splitFields(line: string, delimiter: string): string[] {
  if (!line.includes('"')) {
    const fields = delimiter === " " ? line.trim().split(/\s+/) : line.split(delimiter);
    return fields.map((field) => field.trim());
  }
  const fields: string[] = [];
  let [field, inside] = ["", false];
  for (let k = 0; k < line.length; k++) {
    if (line[k] === '"') {
      if (inside && line[k + 1] === '"') field += line[++k];
      else inside = !inside;
    } else if (!inside && line.startsWith(delimiter, k)) {
      fields.push(field.trim());
      field = "";
      k += delimiter.length - 1;
    } else field += line[k];
  }
  return [...fields, field.trim()];
}

const kind = sources["ratings"]!.kinds[0]!;
const wanted = ["user", "item", "rating", "at"] as const;

/** The delimiter of a line of at least so many fields; undefined where none parts it. */
export function findDelimiter(line: string, least: number): string | undefined {
  return (kind.delimiters ?? []).find((one) => splitFields(line, one).length >= least);
}

/** Names of texts in the order in which they are met. */
class Names {
  readonly list: string[] = [];
  readonly #places = new Map<string, number>();

  place(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.list.length);
    return this.list.push(text) - 1;
  }
}

class RatingTable {
  readonly #users = new Names();
  readonly #items = new Names();
  readonly #rows = { user: [] as number[], item: [] as number[], value: [] as number[] };
  readonly #at: number[] = [];
  readonly #rejected: RejectedRating[] = [];
  readonly #counts: Record<string, number> = {};
  #count = 0;
  #delimiter: string | undefined;
  /** Places of user, item, rating, time in a line. */
  #places: readonly number[] = [0, 1, 2, 3];

  readonly #file: string;
  readonly #options: ReadRatingsOptions;

  constructor(file: string, options: ReadRatingsOptions) {
    this.#file = file;
    this.#options = options;
  }

  take(line: string, number: number): void {
    if (line.trim() === "") return;
    if (this.#delimiter === undefined) {
      const found = findDelimiter(line, 3);
      if (found === undefined) {
        throw simulateErrors.RATINGS_SHAPE({ file: this.#file, line: line.slice(0, 80) });
      }
      this.#delimiter = found;
      if (this.#readHeader(splitFields(line, found))) return;
    }
    this.#count += 1;
    const fields = splitFields(line, this.#delimiter);
    const [user, item, rating, at] = this.#places.map((place) => fields[place]);
    if (!user || !item || !rating) {
      this.#reject("MISSING_FIELD", number, line);
      return;
    }
    const value = Number(rating);
    if (!Number.isFinite(value)) {
      this.#reject("NOT_A_NUMBER", number, line);
      return;
    }
    const { scale } = this.#options;
    if (scale && (value < scale.low || value > scale.high)) {
      this.#reject("OUTSIDE_SCALE", number, line);
      return;
    }
    this.#rows.user.push(this.#users.place(user));
    this.#rows.item.push(this.#items.place(item));
    this.#rows.value.push(value);
    this.#at.push(timeOf(at));
  }

  /** Whether the line is a header; then its columns are found by name. */
  #readHeader(fields: readonly string[]): boolean {
    const names = fields.map((field) => field.toLowerCase());
    const given = this.#options.columns ?? {};
    const places = wanted.map((name) => {
      const column = kind.columns.find((one) => one.name === name)!;
      const known = given[name] ? [given[name]] : [name, ...(column.aliases ?? [])];
      return known.map((one) => names.indexOf(one.toLowerCase())).find((place) => place >= 0) ?? -1;
    });
    const isKnown = places.slice(0, 3).every((place) => place >= 0);
    if (isKnown) this.#places = places;
    else if (!Number.isFinite(Number(fields[2]))) {
      // Taken in the usual order, a file of something else would accuse people.
      const found = fields.join(", ").slice(0, 80);
      throw simulateErrors.RATINGS_COLUMNS({ file: this.#file, found });
    }
    return isKnown;
  }

  #reject(reason: RejectedRating["reason"], line: number, text: string): void {
    this.#counts[reason] = (this.#counts[reason] ?? 0) + 1;
    if (this.#rejected.length >= shownRejects) return;
    this.#rejected.push({ line, reason, text: text.slice(0, 200) });
  }

  finish(): RatingsFile {
    const { user, item, value } = this.#rows;
    if (user.length === 0) {
      const rejected = this.#count;
      throw simulateErrors.RATINGS_EMPTY({ file: this.#file, rejected });
    }
    const values = Float64Array.from(value);
    const ratings = buildRatings(
      {
        userIds: this.#users.list,
        itemIds: this.#items.list,
        scale: scaleOf(values, this.#options.scale),
      },
      {
        user: Int32Array.from(user),
        item: Int32Array.from(item),
        value: values,
        at: Float64Array.from(this.#at),
      },
    );
    return {
      ratings,
      rows: this.#count,
      duplicates: user.length - ratings.item.length,
      rejectedByReason: this.#counts,
      rejected: this.#rejected,
    };
  }
}

/** Seconds or milliseconds since 1970, or a date in words; NaN where it is none. */
function timeOf(text: string | undefined): number {
  if (text === undefined || text === "") return Number.NaN;
  const number = Number(text);
  if (Number.isNaN(number)) return Date.parse(text);
  return Math.abs(number) < 1e11 ? number * 1000 : number;
}

/** The scale of the ratings that are there: their ends, and the smallest step if they have one. */
export function scaleOf(
  values: Float64Array,
  told?: { readonly low: number; readonly high: number },
): RatingScale {
  const distinct = new Set<number>();
  for (let k = 0; k < values.length && distinct.size <= 101; k++) distinct.add(values[k]!);
  const sorted = [...distinct].sort((a, b) => a - b);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const gaps = sorted.slice(1).map((value, k) => value - sorted[k]!);
  const step = distinct.size > 101 || gaps.length === 0 ? 0 : Math.min(...gaps);
  return { low: told?.low ?? low, high: told?.high ?? high, step };
}
