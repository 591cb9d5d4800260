import { sources } from "../../../events/index.js";
import { examplesOf, missingExamples, whereGiven } from "../context.js";
import type { Finding } from "../report.js";
import { isNullLike } from "../specials.js";
import { presentRows } from "../values.js";
import { columnFinding, counted, eachColumn, percent, type Rule } from "./rule.js";

/** Rows without a value; an error where the row is lost without it. */
export const nulls: Rule = {
  code: "NULLS",
  finds: "values that are missing: null, or nothing between two delimiters",
  find: (context) =>
    eachColumn(context, ({ table, column }) => {
      const { missing, absent, rows } = whereGiven(table, column);
      const { missingPlaces } = column.profile;
      const count = missing - absent;
      if (count <= 0 || rows === 0) return undefined;
      const whole = missing === rows;
      const of = percent(count / rows);
      const message = column.needed
        ? `${counted(count, "row")} (${of}) have no ${column.name}; such rows cannot be used.`
        : `${column.name} is missing in ${counted(count, "row")} (${of}).`;
      return columnFinding(
        nulls,
        { table, column },
        {
          count,
          of: rows,
          severity: column.needed ? "error" : whole ? "info" : "warning",
          message,
          examples: missingExamples(missingPlaces),
        },
      );
    }),
};

/** Words that say "nothing" where a null should be. */
export const nullLike: Rule = {
  code: "NULL_LIKE",
  finds: 'texts that mean "nothing": empty, blank, null, NaN, N/A, ?, unknown',
  find: (context) =>
    eachColumn(context, ({ table, column }) => {
      const words = [...column.specials, ...column.values].filter(
        (value, at, all) =>
          value.kind === "string" &&
          isNullLike(value.text) &&
          all.findIndex((other) => other.text === value.text) === at,
      );
      const lists = column.specials.filter((value) => /^(?:\[\]|\{\})$/.test(value.text));
      const found = [...words, ...lists];
      const count = found.reduce((sum, value) => sum + value.count, 0);
      if (count === 0 || count === presentRows(column.profile)) return undefined;
      const named = found
        .map((value) => JSON.stringify(value.text))
        .slice(0, 4)
        .join(", ");
      return columnFinding(
        nullLike,
        { table, column },
        {
          count,
          severity: column.needed ? "error" : "warning",
          message:
            `${column.name} holds ${named} in ${counted(count, "row")} where nothing is ` +
            `meant.`,
          examples: examplesOf(column, found),
        },
      );
    }),
};

/** Keys of JSON lines that only some rows have. */
export const strayColumn: Rule = {
  code: "STRAY_COLUMN",
  finds: "keys that stand in less than half of the rows",
  find: (context) =>
    eachColumn(context, ({ table, column }) => {
      const { rows, absent } = whereGiven(table, column);
      const having = rows - absent;
      if (absent === 0 || having >= rows / 2) return undefined;
      const unknown = column.known ? "" : " The source does not know it, and it is not kept.";
      return columnFinding(
        strayColumn,
        { table, column },
        {
          count: having,
          of: rows,
          severity: "warning",
          message:
            `The key ${column.name} stands in ${having} of ${counted(rows, "row")} ` +
            `only.${unknown}`,
          examples: examplesOf(column, [...column.specials, ...column.values]),
        },
      );
    }),
};

/** Keys of JSON lines that some rows lack. */
export const absentKey: Rule = {
  code: "ABSENT_KEY",
  finds: "rows without a key that most rows have",
  find: (context) =>
    eachColumn(context, ({ table, column }) => {
      const { rows, absent } = whereGiven(table, column);
      const { missingPlaces } = column.profile;
      if (absent === 0 || rows - absent < rows / 2) return undefined;
      return columnFinding(
        absentKey,
        { table, column },
        {
          count: absent,
          of: rows,
          severity: column.needed ? "error" : "warning",
          message: `The key ${column.name} is absent from ${counted(absent, "row")}.`,
          examples: missingExamples(missingPlaces),
        },
      );
    }),
};

/** Columns that the source does not know. */
export const unknownColumn: Rule = {
  code: "UNKNOWN_COLUMN",
  finds: "columns that the source does not know; they are profiled, and not kept",
  find: (context) =>
    eachColumn(context, ({ table, column }) => {
      const having = table.rows - column.profile.absent;
      if (column.known || having < table.rows / 2 || table.rows === 0) return undefined;
      return columnFinding(
        unknownColumn,
        { table, column },
        {
          count: having,
          severity: "info",
          message: `${column.name} is no column of ${table.source} ${table.kind}; it is not kept.`,
          examples: examplesOf(column, column.values),
        },
      );
    }),
};

/** Columns of the source that the delivery lacks. */
export const missingColumn: Rule = {
  code: "MISSING_COLUMN",
  finds: "columns that the source describes and no file has",
  find: (context) =>
    context.tables.flatMap((table): Finding[] => {
      const mapped = Object.values(table.profile.sourceNames);
      const names = [...table.columns.map((column) => column.name), ...mapped];
      const has = new Set(names.map((name) => name.toLowerCase()));
      const lacking = (table.sourceKind?.columns ?? []).filter(
        ({ name, aliases = [], headerOnly }) =>
          headerOnly !== true &&
          ![name, ...aliases].some((spelling) => has.has(spelling.toLowerCase())),
      );
      return lacking.map(({ name }) => ({
        code: missingColumn.code,
        table: table.kind,
        column: name,
        count: table.rows,
        share: 1,
        severity: "info",
        message: `No file of ${table.kind} has a column ${name}; what needs it is unavailable.`,
        examples: [],
      }));
    }),
};

/** Kinds of input that were not delivered. */
export const missingTable: Rule = {
  code: "MISSING_TABLE",
  finds: "kinds of input that the source describes and the delivery lacks",
  find: (context) =>
    [...new Set(context.tables.map((table) => table.source))].flatMap((source): Finding[] => {
      const has = new Set(context.tables.map((table) => table.kind));
      const described = sources[source];
      if (!described || described.anyName === true) return [];
      return described.kinds
        .filter((kind) => !has.has(kind.name))
        .map((kind) => ({
          code: missingTable.code,
          table: kind.name,
          column: null,
          count: 0,
          share: null,
          severity: "info",
          message: `No file of ${kind.name} was delivered; what needs it is unavailable.`,
          examples: [],
        }));
    }),
};

/** Columns that only some of the files have. */
export const columnInPart: Rule = {
  code: "COLUMN_IN_PART",
  finds: "columns that some files of a kind have and others lack",
  find: (context) =>
    eachColumn(context, ({ table, column }) => {
      const without = table.fileProfiles.filter(
        (profile) => profile.rows > 0 && !Object.hasOwn(profile.columns, column.name),
      );
      if (without.length === 0 || without.length === table.fileProfiles.length) return undefined;
      const count = without.reduce((sum, profile) => sum + profile.rows, 0);
      const other = table.columns.find(
        ({ name, targets }) =>
          name !== column.name &&
          targets[0] !== undefined &&
          targets[0].column === column.targets[0]?.column &&
          without.every((profile) => Object.hasOwn(profile.columns, name)),
      );
      const files = `${counted(without.length, "file")} of ${table.fileProfiles.length}`;
      const instead = other === undefined ? "lack it" : `call it ${other.name}`;
      const message = `${column.name} stands in some files of ${table.kind}; ${files} ${instead}.`;
      return columnFinding(
        columnInPart,
        { table, column },
        {
          count,
          severity: other === undefined ? "warning" : "info",
          message,
          examples: without
            .slice(0, 3)
            .map((profile) => ({ file: profile.files[0] ?? null, line: null, value: null })),
        },
      );
    }),
};
