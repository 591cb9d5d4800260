import { tables } from "../../../events/index.js";
import { examplesOf } from "../context.js";
import { shown } from "../masking.js";
import { columnFinding, counted, eachColumn, type Rule } from "./rule.js";

const fewestRows = 20;

/** A truth value that is never the other one. */
export const oneSidedBoolean: Rule = {
  code: "ONE_SIDED_BOOLEAN",
  finds: "yes-or-no columns that hold only one of the two",
  find: (context) =>
    eachColumn(context, ({ table, column }) => {
      const only = column.values.length === 1 && column.profile.values.complete;
      if (column.type !== "boolean" || !only || table.rows < fewestRows) return undefined;
      const [value] = column.values;
      const yes = /^(?:true|t|1|yes|y)$/i.test(value?.text ?? "");
      const missing = column.profile.missing;
      const rest = missing > 0 ? `; it is missing in ${counted(missing, "row")}` : "";
      return columnFinding(
        oneSidedBoolean,
        { table, column },
        {
          count: value?.count ?? 0,
          severity: "warning",
          message:
            `${column.name} is ${value?.text} wherever it is given and never ` +
            `${yes ? "false" : "true"}${rest}.`,
          examples: examplesOf(column, column.values),
        },
      );
    }),
};

/** One value in every row. */
export const constantColumn: Rule = {
  code: "CONSTANT_COLUMN",
  finds: "columns that hold one value in every row",
  find: (context) =>
    eachColumn(context, ({ table, column }) => {
      const { missing, values } = column.profile;
      const only = values.complete && values.entries.length === 1;
      if (!only || missing > 0 || column.type === "boolean" || table.rows < fewestRows) {
        return undefined;
      }
      const text = shown(column.values[0]?.text ?? "", column.personal);
      return columnFinding(
        constantColumn,
        { table, column },
        {
          count: table.rows,
          severity: "info",
          message: `${column.name} is ${JSON.stringify(text)} in every row.`,
          examples: examplesOf(column, column.values, 1),
        },
      );
    }),
};

/** Texts of an entity that take only a few values. */
export const fewValues: Rule = {
  code: "FEW_VALUES",
  finds: "texts of users, tracks, artists that take at most twelve values",
  find: (context) =>
    eachColumn(context, ({ table, column }) => {
      const { complete, entries } = column.profile.values;
      const entity = table.becomes.some((name) => tables[name]?.nature === "entity");
      const few = complete && entries.length >= 2 && entries.length <= 12;
      if (!entity || !few || column.type !== "text" || table.rows < entries.length * 4) {
        return undefined;
      }
      const texts = column.values.map((value) => shown(value.text, column.personal));
      return columnFinding(
        fewValues,
        { table, column },
        {
          count: entries.length,
          of: Number.NaN,
          severity: "info",
          message:
            `${column.name} takes only ${entries.length} values in ` +
            `${counted(table.rows, "row")}: ${texts.slice(0, 12).join(", ")}.`,
          examples: examplesOf(column, column.values),
        },
      );
    }),
};
