import type { ColumnContext, TableContext } from "../context.js";
import { examplesOf } from "../context.js";
import { dateForm, mostlyDates } from "../date-forms.js";
import { kindCounts, patternOf, presentRows, type ReadValue } from "../values.js";
import { columnFinding, counted, eachColumn, percent, type Rule } from "./rule.js";

/** JSON values of several types in one column. */
export const mixedTypes: Rule = {
  code: "MIXED_TYPES",
  finds: "values of several types (string, number, boolean, list) in one column",
  find: (context) =>
    eachColumn(context, ({ table, column }) => {
      const json = table.profile.format !== "delimited";
      const counts = Object.entries(kindCounts(column.profile, json)).sort((a, b) => b[1] - a[1]);
      if (counts.length < 2) return undefined;
      const minor = counts.slice(1);
      const count = minor.reduce((sum, [, rows]) => sum + rows, 0);
      const foreign = [...column.specials, ...column.values].filter(
        (value, at, all) =>
          value.kind !== counts[0]?.[0] &&
          all.findIndex((other) => other.text === value.text && other.kind === value.kind) === at,
      );
      const named = counts.map(([kind, rows]) => `${kind} in ${rows.toLocaleString("en-US")}`);
      return columnFinding(
        mixedTypes,
        { table, column },
        {
          count,
          severity: "warning",
          message: `${column.name} holds values of ${counts.length} types: ${named.join(", ")}.`,
          examples: examplesOf(column, foreign),
        },
      );
    }),
};

/** Texts where numbers are expected. */
export const notNumeric: Rule = {
  code: "NOT_NUMERIC",
  finds: "texts in a column of numbers",
  find: (context) =>
    eachColumn(context, ({ table, column }) => {
      const present = presentRows(column.profile);
      const numbers = Object.values(column.profile.numbers).reduce((sum, rows) => sum + rows, 0);
      const json = table.profile.format !== "delimited";
      const expected = column.targets.some(({ contract }) =>
        /^(?:integer|real)$/.test(contract.type),
      );
      const mostly = numbers >= 0.9 * present && !column.isId;
      const bare = json ? (kindCounts(column.profile, true)["string"] ?? 0) : present - numbers;
      if (bare === 0 || present === 0 || !(expected || (mostly && !json))) return undefined;
      const texts = [...column.values].filter(
        (value) => value.kind === "string" && (json || !isNumber(value.text)),
      );
      const asText = json && texts.length > 0 && texts.every((value) => isNumber(value.text));
      return columnFinding(
        notNumeric,
        { table, column },
        {
          count: bare,
          severity: "warning",
          message: asText
            ? `${column.name} writes ${counted(bare, "number")} as texts.`
            : `${column.name} is no number in ${counted(bare, "row")} ` +
              `(${percent(bare / present)}).`,
          examples: examplesOf(column, texts),
        },
      );
    }),
};

/** Dates written in several ways. */
export const mixedDates: Rule = {
  code: "MIXED_DATES",
  finds: "dates and times written in several forms, such as a year alone among full dates",
  find: (context) =>
    eachColumn(context, ({ table, column }) => {
      const texts = column.values.filter((value) => value.kind === "string" || isYear(value.text));
      const dated = column.type === "date" || column.type === "timestamp";
      if (!dated && !mostlyDates(texts.map((value) => value.text))) return undefined;
      const { counts, exact } = formCounts(column, texts);
      const forms = [...counts].sort((a, b) => b[1] - a[1]);
      if (forms.length < 2) return undefined;
      const [main] = forms[0]!;
      const count = forms.slice(1).reduce((sum, [, rows]) => sum + rows, 0);
      const named = forms.map(
        ([form, rows]) => `${form} in ${Math.round(rows).toLocaleString("en-US")}`,
      );
      const about = exact ? "" : "about ";
      return columnFinding(
        mixedDates,
        { table, column },
        {
          count: Math.round(count),
          severity: "warning",
          message:
            `${column.name} is written in ${forms.length} forms: ` + `${about}${named.join(", ")}.`,
          examples: examplesOf(
            column,
            texts.filter((value) => formOf(value.text) !== main),
          ),
        },
      );
    }),
};

/**
 * Rows by form. Lengths are counted exactly, so where all known values of one length have one
 * form, that form's count is exact too.
 */
function formCounts(
  column: ColumnContext,
  texts: readonly ReadValue[],
): { counts: Map<string, number>; exact: boolean } {
  const counts = new Map<string, number>();
  const add = (form: string, rows: number): void => {
    counts.set(form, (counts.get(form) ?? 0) + rows);
  };
  if (column.profile.values.complete) {
    for (const value of texts) add(formOf(value.text), value.count);
    return { counts, exact: true };
  }
  let exact = true;
  for (const [shape, rows] of Object.entries(column.profile.shapes)) {
    const length = Number(shape.slice(0, shape.indexOf(":")));
    const alike = texts.filter(({ text }) => Buffer.byteLength(text) === length);
    const total = alike.reduce((sum, value) => sum + value.count, 0);
    for (const value of alike) add(formOf(value.text), (rows * value.count) / total);
    if (alike.length === 0) add(`texts of ${length} characters`, rows);
    exact &&= new Set(alike.map(({ text }) => formOf(text))).size === 1;
  }
  return { counts, exact };
}

function formOf(text: string): string {
  return dateForm(text) ?? `the form ${patternOf(text).slice(0, 24)}`;
}

function isYear(text: string): boolean {
  return /^(?:1[89]|20|21)\d\d$/.test(text);
}

function isNumber(text: string): boolean {
  return /^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text);
}

/** Lines that are no rows at all. */
export const unreadableLines: Rule = {
  code: "UNREADABLE_LINES",
  finds: "lines that are no rows: broken JSON, or another number of fields",
  find: (context) =>
    context.tables.flatMap((table: TableContext) => {
      const { count, places } = table.profile.unreadable;
      if (count === 0) return [];
      return [
        {
          code: unreadableLines.code,
          table: table.kind,
          column: null,
          count,
          share: count / table.profile.rows,
          severity: count > 0.05 * table.profile.rows ? ("error" as const) : ("warning" as const),
          message: `${counted(count, "line")} of ${table.kind} are no rows and were refused.`,
          examples: places.map((place) => ({ ...place, value: null })),
        },
      ];
    }),
};
