import type { TextCounter } from "@refrain/learn";
import { keptValues } from "./profile.js";
import { codeOf, codeOfOutline, sumUp } from "./profile-codes.js";
import type { RetainedValue, ScannedColumn } from "./profile-scan.js";
import { specialsOf } from "./specials.js";

/** Values whose hashes are looked at when the smallest are sought, four times what is kept. */
const soughtValues = 2_048;
const allHashes = 2 ** 52;

/**
 * What a profile keeps of a column's counted texts: rows by shape and log bucket, the values of
 * the smallest hashes, and the null-like ones. May take the texts in parts: a value that is not
 * among the smallest hashes so far never will be.
 */
export class ColumnTally {
  readonly #json: boolean;
  readonly #specials: ReadonlyMap<number, readonly string[]>;
  readonly #codes = new Map<number, number>();
  readonly #found = new Map<string, RetainedValue>();
  #kept = new Map<string, RetainedValue>();
  /** No value of a larger hash is kept. */
  #bound = allHashes;
  #isWide = false;

  constructor(json: boolean) {
    this.#json = json;
    this.#specials = specialsByStart(json);
  }

  /** Takes the texts of a column's table; `more` where others follow. */
  take(counter: TextCounter, column: number, more: boolean): void {
    this.#isWide ||= more;
    const memory = Buffer.from(counter.bytes.buffer);
    // Most texts have the code of the one before.
    let last = -1;
    let ofLast = 0;
    counter.visit(column, (start, length, rows, hash) => {
      const code = codeOf(memory, start, length);
      if (code === last) ofLast += rows;
      else {
        this.#add(last, ofLast);
        last = code;
        ofLast = rows;
      }
      const specials = this.#specials.get(length * 256 + memory[start]!);
      if (!specials) return;
      const value = memory.toString("utf8", start, start + length);
      if (specials.includes(value)) add(this.#found, { value, count: rows, hash });
    });
    this.#add(last, ofLast);
    this.#keep(counter, column);
    if (more) counter.bound(column, this.#bound);
    else {
      counter.visitOutlines(column, (length, first, rows) => {
        this.#add(codeOfOutline(length, first), rows);
      });
    }
  }

  #add(code: number, rows: number): void {
    if (rows > 0) this.#codes.set(code, (this.#codes.get(code) ?? 0) + rows);
  }

  #keep(counter: TextCounter, column: number): void {
    const share = Math.min(1, soughtValues / counter.distinct(column));
    let small = smallHashes(counter, column, Math.min(this.#bound, allHashes * share));
    if (small.length <= keptValues) small = smallHashes(counter, column, this.#bound);
    for (const one of small) add(this.#kept, one);
    const smallest = [...this.#kept.values()].sort(byHash).slice(0, keptValues + 1);
    this.#kept = new Map(smallest.map((one) => [one.value, one]));
    if (smallest.length > keptValues) this.#bound = smallest.at(-1)!.hash;
  }

  /** What was found. */
  found(): Omit<ScannedColumn, "name" | "present"> {
    const codes = [...this.#codes].map(([code, n]) => ({ code, n }));
    const { shapes, buckets } = sumUp(codes, this.#json);
    const values = [...this.#kept.values()];
    return {
      shapes,
      buckets,
      values: values.slice(0, keptValues),
      complete: !this.#isWide && values.length <= keptValues,
      specials: [...this.#found.values()].sort((a, b) => byBytes(a.value, b.value)),
    };
  }
}

/** Values whose hashes are not above a bound. */
function smallHashes(counter: TextCounter, column: number, bound: number): RetainedValue[] {
  const memory = Buffer.from(counter.bytes.buffer);
  const small: RetainedValue[] = [];
  counter.visit(column, (start, length, count, hash) => {
    if (hash > bound) return;
    small.push({ value: memory.toString("utf8", start, start + length), count, hash });
  });
  return small;
}

function add(values: Map<string, RetainedValue>, one: RetainedValue): void {
  const count = one.count + (values.get(one.value)?.count ?? 0);
  values.set(one.value, { ...one, count });
}

function byHash(a: RetainedValue, b: RetainedValue): number {
  return a.hash - b.hash || byBytes(a.value, b.value);
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Null-like and placeholder texts by their length and first byte. */
function specialsByStart(json: boolean): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const text of specialsOf(json)) {
    const bytes = Buffer.from(text);
    const key = bytes.length * 256 + bytes[0]!;
    found.set(key, [...(found.get(key) ?? []), text]);
  }
  return found;
}
