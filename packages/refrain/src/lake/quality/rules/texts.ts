import type { ColumnContext } from "../context.js";
import { examplesOf } from "../context.js";
import { looksDamaged } from "../encoding.js";
import { presentRows, type ReadValue } from "../values.js";
import { columnFinding, counted, eachColumn, type Rule } from "./rule.js";

/** Blanks around values. */
export const blanksAround: Rule = {
  code: "BLANKS_AROUND",
  finds: "values that begin or end with blanks",
  find: (context) =>
    eachColumn(context, ({ table, column }) => {
      const padded = strings(column).filter(
        ({ text }) => text !== text.trim() && text.trim() !== "",
      );
      if (padded.length === 0) return undefined;
      const count = countOf(column, padded);
      return columnFinding(
        blanksAround,
        { table, column },
        {
          count,
          severity: "warning",
          message: `${column.name} has blanks around ${about(column)}${counted(count, "value")}.`,
          examples: examplesOf(column, padded),
        },
      );
    }),
};

/** Texts that went through a wrong encoding. */
export const encodingDamage: Rule = {
  code: "ENCODING_DAMAGE",
  finds: "texts damaged by a wrong encoding: replacement characters, mojibake",
  find: (context) =>
    eachColumn(context, ({ table, column }) => {
      const damaged = strings(column).filter(({ text }) => looksDamaged(text));
      if (damaged.length === 0) return undefined;
      const count = countOf(column, damaged);
      return columnFinding(
        encodingDamage,
        { table, column },
        {
          count,
          severity: "warning",
          message:
            `${column.name} was read or written in a wrong encoding in ` +
            `${about(column)}${counted(count, "row")}.`,
          examples: examplesOf(column, damaged),
        },
      );
    }),
};

/** Data about people. */
export const personalData: Rule = {
  code: "PERSONAL_DATA",
  finds: "names, streets, e-mail addresses, telephone numbers, network addresses, queries",
  find: (context) =>
    eachColumn(context, ({ table, column }) => {
      const count = presentRows(column.profile);
      if (column.personal === null || count === 0) return undefined;
      return columnFinding(
        personalData,
        { table, column },
        {
          count,
          severity: "info",
          message: `${column.name} is personal data (${column.personal}); it is masked here.`,
          examples: examplesOf(column, column.values),
        },
      );
    }),
};

function strings(column: ColumnContext): readonly ReadValue[] {
  return column.values.filter((value) => value.kind === "string" || value.kind === "list");
}

/** Rows with these values: exact while all values are known, else by their share of the known. */
function countOf(column: ColumnContext, found: readonly ReadValue[]): number {
  const own = found.reduce((sum, value) => sum + value.count, 0);
  if (column.profile.values.complete) return own;
  const known = column.values.reduce((sum, value) => sum + value.count, 0);
  return Math.max(own, Math.round((own / known) * presentRows(column.profile)));
}

function about(column: ColumnContext): string {
  return column.profile.values.complete ? "" : "about ";
}
