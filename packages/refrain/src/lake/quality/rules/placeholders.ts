import type { ColumnContext } from "../context.js";
import { examplesOf } from "../context.js";
import { isPlaceholder } from "../specials.js";
import { presentRows, type ReadValue } from "../values.js";
import { columnFinding, counted, eachColumn, percent, type Rule } from "./rule.js";

/** Numbers and dates that people write where there is none. */
export const placeholder: Rule = {
  code: "PLACEHOLDER",
  finds: "numbers and dates that stand for nothing: -1 as an id, 9999, 0000-00-00",
  find: (context) =>
    eachColumn(context, ({ table, column }) => {
      const all = [...column.specials, ...column.values].filter(
        (value, at, list) => list.findIndex((other) => other.text === value.text) === at,
      );
      const found = all.filter((value) => isPlaceholder(value.text) && standsOut(column, value));
      const count = found.reduce((sum, value) => sum + value.count, 0);
      if (count === 0) return undefined;
      const named = found
        .map((value) => value.text)
        .slice(0, 3)
        .join(", ");
      const what = column.isId ? "no id" : "no value of the column";
      return columnFinding(
        placeholder,
        { table, column },
        {
          count,
          severity: column.needed && column.isId ? "error" : "warning",
          message:
            `${column.name} is ${named} in ${counted(count, "row")} ` +
            `(${percent(count / Math.max(1, table.rows))}): ${what}, it stands for a ` +
            `missing one.`,
          examples: examplesOf(column, found),
        },
      );
    }),
};

/** Whether a placeholder is foreign to the column it stands in. */
function standsOut(column: ColumnContext, value: ReadValue): boolean {
  if (!/^-?\d+(\.\d+)?$/.test(value.text)) return isForeignDate(column, value);
  const number = Number(value.text);
  const numbers = Object.values(column.profile.numbers).reduce((sum, count) => sum + count, 0);
  const present = presentRows(column.profile);
  // Foreign where the others are no numbers at all, such as ids of letters.
  if (numbers < present / 2) return number < 0;
  return number < 0 ? isOnlyNegative(column, value) : isFarAbove(column, value);
}

function isOnlyNegative(column: ColumnContext, value: ReadValue): boolean {
  const negatives = Object.entries(column.profile.numbers).filter(([bucket]) =>
    bucket.startsWith("n"),
  );
  return negatives.reduce((sum, [, count]) => sum + count, 0) === value.count;
}

/** 9999 among numbers that never come near it; an id may well be 9999. */
function isFarAbove(column: ColumnContext, value: ReadValue): boolean {
  if (column.isId || value.count < 2) return false;
  const own = Math.floor(Math.log2(Number(value.text)) * 16);
  const below = Object.keys(column.profile.numbers)
    .filter((bucket) => bucket.startsWith("p"))
    .map((bucket) => Number(bucket.slice(1)));
  return below.length > 1 && below.every((bucket) => bucket === own || bucket < own - 32);
}

/** Days that start a calendar, far more often than any other day. */
function isForeignDate(column: ColumnContext, value: ReadValue): boolean {
  if (/^(?:0000|9999)/.test(value.text)) return true;
  const next = column.values.find((other) => other.text !== value.text)?.count ?? 0;
  return value.count >= 3 && value.count > 5 * next && column.values.length > 5;
}
