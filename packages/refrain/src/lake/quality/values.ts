import type { ColumnProfile, Place, ValueCount } from "./profile.js";

/** A value as people read it. */
export interface ReadValue {
  /** The text of a string, else the JSON text. */
  readonly text: string;
  readonly kind: "string" | "number" | "boolean" | "list" | "object";
  readonly count: number;
  readonly places: readonly Place[];
}

/** Reads a value of a profile; in delimited files everything is a string. */
export function readValue(entry: ValueCount, json: boolean): ReadValue {
  const rest = { count: entry.count, places: entry.places ?? [] };
  if (!json) return { text: entry.value, kind: "string", ...rest };
  const first = entry.value[0] ?? "";
  if (first === '"') return { text: unquote(entry.value), kind: "string", ...rest };
  const kinds = { t: "boolean", f: "boolean", "[": "list", "{": "object" } as const;
  const kind = first in kinds ? kinds[first as keyof typeof kinds] : "number";
  return { text: entry.value, kind, ...rest };
}

/** The content of a JSON string, also of one that was cut. */
function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1);
  }
}

/** All retained values of a column, most frequent first. */
export function readValues(column: ColumnProfile, json: boolean): ReadValue[] {
  return column.values.entries
    .map((entry) => readValue(entry, json))
    .sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
}

/** Null-like and placeholder values of a column, exact, most frequent first. */
export function readSpecials(column: ColumnProfile, json: boolean): ReadValue[] {
  return Object.values(column.specials)
    .map((entry) => readValue(entry, json))
    .sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
}

/** Number of distinct values: exact, or estimated from the greatest kept hash. */
export function distinctOf({ values }: ColumnProfile): { count: number; exact: boolean } {
  const kept = values.entries.length;
  if (values.complete) return { count: kept, exact: true };
  const greatest = values.entries.at(-1)?.hash ?? 0;
  return { count: Math.round(((kept - 1) * 2 ** 52) / Math.max(1, greatest)), exact: false };
}

/** Rows that hold a value, by JSON kind: `string`, `number`, `boolean`, `list`, `object`. */
export function kindCounts(column: ColumnProfile, json: boolean): Record<string, number> {
  const names: Record<string, string> = {
    s: "string",
    n: "number",
    b: "boolean",
    l: "list",
    o: "object",
  };
  const counts: Record<string, number> = {};
  for (const [shape, count] of Object.entries(column.shapes)) {
    const kind = json ? (names[shape.slice(shape.indexOf(":") + 1)] ?? "string") : "string";
    counts[kind] = (counts[kind] ?? 0) + count;
  }
  return counts;
}

/** Rows that hold a value. */
export function presentRows(column: ColumnProfile): number {
  return Object.values(column.shapes).reduce((sum, count) => sum + count, 0);
}

/** Digits as 9, letters as a, the rest as it is: `9999-99-99`, `aaa 9`. */
export function patternOf(text: string): string {
  return text
    .replace(/\p{Lu}/gu, "A")
    .replace(/[\p{Ll}\p{Lo}\p{Lt}]/gu, "a")
    .replace(/\d/g, "9");
}
