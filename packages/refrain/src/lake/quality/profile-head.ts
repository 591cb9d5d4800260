import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import type { Place, RawFormat } from "./profile.js";

/** How many lines are looked at one by one, for examples and for a guess of distinct counts. */
export const headLines = 16_384;
const headCharacters = 32_000_000;
const keptPlaces = 3;
const likelyCompression = 6;

/** What the first lines of a file show. */
export interface Head {
  /** Keys or column names in order of appearance. */
  readonly names: readonly string[];
  /** Whether the whole file was seen. */
  readonly whole: boolean;
  /** Rows that were seen. */
  readonly rows: number;
  /** Rows that the file may hold, guessed from its size. */
  readonly likelyRows: number;
  /** Lines that are no rows. */
  readonly unreadable: readonly Place[];
  readonly columns: ReadonlyMap<string, HeadColumn>;
}

/** A column among the first lines. */
export interface HeadColumn {
  /** First places of a value by its canonical text (see `canonical`). */
  readonly places: ReadonlyMap<string, readonly Place[]>;
  readonly missing: readonly Place[];
  /** Distinct values after half of the lines, and after all of them. */
  readonly distinctAtHalf: number;
}

interface GrowingColumn {
  readonly places: Map<string, Place[]>;
  readonly missing: Place[];
  distinctAtHalf: number;
}

/** Reads the first lines of a plain or gzipped text file. */
export async function readHead(path: string, name: string, format: RawFormat): Promise<Head> {
  if (format.kind === "parquet") {
    const nothing = { names: [], rows: 0, likelyRows: 0, unreadable: [], columns: new Map() };
    return { ...nothing, whole: false };
  }
  const reader = new HeadReader(name, format);
  const file = createReadStream(path);
  const gunzip = path.endsWith(".gz") ? createGunzip() : undefined;
  file.on("error", (error) => gunzip?.destroy(error));
  const input = gunzip ? file.pipe(gunzip) : file;
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  let whole = true;
  try {
    for await (const line of lines) {
      if (!reader.accepts(line)) {
        whole = false;
        break;
      }
    }
  } finally {
    lines.close();
    file.destroy();
    gunzip?.destroy();
  }
  const bytes = (await stat(path)).size * (gunzip ? likelyCompression : 1);
  return reader.head(whole, bytes);
}

class HeadReader {
  readonly #file: string;
  readonly #format: Exclude<RawFormat, { kind: "parquet" }>;
  readonly #names: string[] = [];
  readonly #columns = new Map<string, GrowingColumn>();
  readonly #unreadable: Place[] = [];
  #line = 0;
  #characters = 0;
  #rows = 0;

  constructor(file: string, format: Exclude<RawFormat, { kind: "parquet" }>) {
    this.#file = file;
    this.#format = format;
    if (format.kind === "delimited" && !format.header) this.#name(format.columns ?? []);
  }

  /** Takes a line; false when enough was seen. */
  accepts(line: string): boolean {
    if (this.#line >= headLines || this.#characters > headCharacters) return false;
    this.#line++;
    this.#characters += line.length;
    if (line.trim() === "") return true;
    if (this.#format.kind === "json-lines") this.#json(line);
    else this.#delimited(line, this.#format);
    return true;
  }

  head(whole: boolean, bytes: number): Head {
    const rows = this.#rows;
    const likelyRows = whole ? rows : (rows * bytes) / Math.max(1, this.#characters);
    const read = { names: this.#names, unreadable: this.#unreadable, columns: this.#columns };
    return { ...read, whole, rows, likelyRows };
  }

  #json(line: string): void {
    const object = parseObject(this.#line === 1 ? line.replace(/^\uFEFF/, "") : line);
    if (!object) {
      this.#refuse();
      return;
    }
    this.#name(Object.keys(object));
    this.#row((name) => {
      const value = Object.hasOwn(object, name) ? object[name] : null;
      return value === null ? null : JSON.stringify(value);
    });
  }

  #delimited(line: string, format: Extract<RawFormat, { kind: "delimited" }>): void {
    if (format.header && this.#names.length === 0) {
      this.#name(headerNames(line, format.delimiter, format.quote));
      return;
    }
    const fields = splitFields(line, format.delimiter, format.quote ?? "");
    if (fields.length !== this.#names.length) {
      this.#refuse();
      return;
    }
    const byName = new Map(this.#names.map((name, at) => [name, fields[at] ?? ""]));
    this.#row((name) => byName.get(name) || null);
  }

  #row(textOf: (name: string) => string | null): void {
    this.#rows++;
    const place = { file: this.#file, line: this.#line };
    for (const [name, column] of this.#columns) {
      const value = textOf(name);
      if (value === null) {
        if (column.missing.length < keptPlaces) column.missing.push(place);
        continue;
      }
      const seen = column.places.get(value);
      if (!seen) column.places.set(value, [place]);
      else if (seen.length < keptPlaces) seen.push(place);
      if (this.#line <= headLines / 2) column.distinctAtHalf = column.places.size;
    }
  }

  #name(names: readonly string[]): void {
    for (const name of names) {
      if (this.#columns.has(name)) continue;
      this.#names.push(name);
      const missing = this.#rows > 0 ? [{ file: this.#file, line: 1 }] : [];
      this.#columns.set(name, { places: new Map(), missing, distinctAtHalf: 0 });
    }
  }

  #refuse(): void {
    if (this.#unreadable.length < keptPlaces) {
      this.#unreadable.push({ file: this.#file, line: this.#line });
    }
  }
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const object = typeof value === "object" && value !== null && !Array.isArray(value);
    return object ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Fields of a line; a doubled quote inside a quoted field is one quote. */
export function splitFields(line: string, delimiter: string, quote: string): string[] {
  if (quote === "" || !line.includes(quote)) return line.split(delimiter);
  const fields: string[] = [];
  let at = 0;
  while (at <= line.length) {
    if (line.startsWith(quote, at)) {
      let end = line.indexOf(quote, at + 1);
      while (end >= 0 && line[end + 1] === quote) end = line.indexOf(quote, end + 2);
      const stop = end < 0 ? line.length : end;
      fields.push(line.slice(at + 1, stop).replaceAll(quote + quote, quote));
      at = stop + 1 + delimiter.length;
      if (stop + 1 >= line.length) break;
    } else {
      const stop = line.indexOf(delimiter, at);
      fields.push(line.slice(at, stop < 0 ? line.length : stop));
      if (stop < 0) break;
      at = stop + delimiter.length;
    }
  }
  return fields;
}

/** The text under which `HeadColumn.places` knows a value of the engine. */
export function canonical(value: string, json: boolean): string {
  if (!json) return value;
  try {
    return JSON.stringify(JSON.parse(value));
  } catch {
    return value;
  }
}

/** Names for the fields of a header line: blank ones are numbered, repeated ones told apart. */
export function headerNames(line: string, delimiter: string, quote = ""): string[] {
  const seen = new Map<string, number>();
  return line
    .replace(/^\uFEFF/, "")
    .replace(/\r$/, "")
    .split(delimiter)
    .map((field, at) => {
      const bare =
        quote !== "" && field.startsWith(quote) && field.endsWith(quote) && field.length > 1
          ? field.slice(1, -1)
          : field;
      const name = bare.trim() === "" ? `column ${at + 1}` : bare.trim();
      const times = (seen.get(name) ?? 0) + 1;
      seen.set(name, times);
      return times === 1 ? name : `${name} ${times}`;
    });
}
