import { distance } from "fastest-levenshtein";
import { tables } from "../../../events/index.js";
import type { ColumnContext } from "../context.js";
import { examplesOf } from "../context.js";
import type { Finding } from "../report.js";
import type { ReadValue } from "../values.js";
import { columnFinding, counted, eachColumn, type Rule } from "./rule.js";

const mostCategories = 200;

/** Names of events as the contract knows them. */
const knownEvents: readonly string[] = Object.values(tables)
  .filter((table) => table.nature === "event")
  .map((table) => table.name);

/** Texts of a column that is a short list of names. */
function categories(column: ColumnContext): readonly ReadValue[] {
  const { complete, entries } = column.profile.values;
  const listed = complete && entries.length <= mostCategories && column.type === "text";
  return listed && column.personal === null
    ? column.values.filter((value) => value.kind === "string" && value.text !== "")
    : [];
}

/** Two spellings of one name, or one misspelt name of an event. */
export const nearSpelling: Rule = {
  code: "NEAR_SPELLING",
  finds: "names that differ by a letter or two, and misspelt names of events",
  find: (context) =>
    context.tables.flatMap((table) =>
      table.columns.flatMap((column) => {
        const found = misspelt(categories(column));
        return [...found].map(([value, right]): Finding => {
          const message =
            `${column.name} says ${JSON.stringify(value.text)} in ` +
            `${counted(value.count, "row")}; is ${JSON.stringify(right)} meant?`;
          return columnFinding(
            nearSpelling,
            { table, column },
            {
              count: value.count,
              severity: "warning",
              message,
              examples: examplesOf(column, [value]),
            },
          );
        });
      }),
    ),
};

/** Suspicious values with what they are near to; of two spellings the rarer is suspicious. */
function misspelt(values: readonly ReadValue[]): Map<ReadValue, string> {
  const found = new Map<ReadValue, string>();
  const folded = values.map((value) => fold(value.text));
  const eventful = folded.some((text) => knownEvents.includes(text));
  for (const [at, value] of values.entries()) {
    const own = folded[at]!;
    const event = eventful && !knownEvents.includes(own) ? nearest(own, knownEvents) : undefined;
    if (event !== undefined) {
      found.set(value, inCaseOf(value.text, event));
      continue;
    }
    // Another case of a commoner name is right but for its case; another rule says so.
    if (knownEvents.includes(own) || folded.indexOf(own) < at) continue;
    const commoner = values.slice(0, at).filter((_, other) => isNear(own, folded[other]!));
    if (commoner[0]) found.set(value, commoner[0].text);
  }
  return found;
}

function nearest(text: string, among: readonly string[]): string | undefined {
  return among.find((name) => isNear(text, name));
}

/** One letter, or two in long names; numbered things (`track 1`, `track 2`) are not near. */
function isNear(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  if (a === b || shorter < 4 || Math.abs(a.length - b.length) > 2) return false;
  if (a.replace(/\d/g, "") === b.replace(/\d/g, "")) return false;
  return distance(a, b) <= (shorter >= 9 ? 2 : shorter >= 5 ? 1 : 0) || isSwap(a, b);
}

/** Two neighbouring letters in the wrong order. */
function isSwap(a: string, b: string): boolean {
  if (a.length !== b.length || a.length < 4) return false;
  const at = [...a].findIndex((letter, index) => letter !== b[index]);
  return (
    at >= 0 && a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2)
  );
}

function fold(text: string): string {
  return text.trim().toLowerCase();
}

function inCaseOf(pattern: string, text: string): string {
  return pattern === pattern.toUpperCase() ? text.toUpperCase() : text;
}

/** One name in upper and lower case. */
export const caseVariants: Rule = {
  code: "CASE_VARIANTS",
  finds: "values that differ only in upper and lower case, or in blanks around them",
  find: (context) =>
    eachColumn(context, ({ table, column }) => {
      const groups = new Map<string, ReadValue[]>();
      for (const value of categories(column)) {
        const key = fold(value.text);
        groups.set(key, [...(groups.get(key) ?? []), value]);
      }
      const several = [...groups.values()].filter((group) => group.length > 1);
      const minor = several.flatMap((group) => group.slice(1));
      if (minor.length === 0) return undefined;
      const named = several.map((group) =>
        group.map((value) => JSON.stringify(value.text)).join(" / "),
      );
      return columnFinding(
        caseVariants,
        { table, column },
        {
          count: minor.reduce((sum, value) => sum + value.count, 0),
          severity: "warning",
          message:
            `${column.name} writes one name in several ways: ` + `${named.slice(0, 4).join("; ")}.`,
          examples: examplesOf(column, minor),
        },
      );
    }),
};

/** Names that hardly ever occur. */
export const rareValue: Rule = {
  code: "RARE_VALUE",
  finds: "names in a short list that stand in less than one row of a thousand",
  find: (context) =>
    eachColumn(context, ({ table, column }) => {
      const all = categories(column);
      const rare = all.filter((value) => value.count < table.rows / 1000);
      const short = all.length <= 50 && rare.length < all.length / 2;
      if (table.rows < 2000 || rare.length === 0 || !short) return undefined;
      const named = rare
        .slice(0, 5)
        .map((value) => `${JSON.stringify(value.text)} (${value.count})`);
      return columnFinding(
        rareValue,
        { table, column },
        {
          count: rare.reduce((sum, value) => sum + value.count, 0),
          severity: "info",
          message:
            `${column.name} has ${counted(rare.length, "value")} that hardly ever occur: ` +
            `${named.join(", ")}.`,
          examples: examplesOf(column, rare),
        },
      );
    }),
};
