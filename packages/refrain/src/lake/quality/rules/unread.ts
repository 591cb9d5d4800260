import { tables } from "../../../events/index.js";
import { parseOf } from "../../ingest/parse.js";
import { quoteName, quoteText } from "../../sql-text.js";
import type { ColumnContext, QualityContext, TableContext } from "../context.js";
import { examplesOf } from "../context.js";
import type { Example, Finding } from "../report.js";
import { isNullLike } from "../specials.js";
import { typedView } from "../typed-tables.js";
import { presentRows, type ReadValue } from "../values.js";
import { columnFinding, counted, percent, type Rule } from "./rule.js";

/** Values that stood in the file and are null in the lake: no type could be made of them. */
export const unreadValues: Rule = {
  code: "UNREAD_VALUES",
  finds: "values that could not be read as the column's type; the row is kept without them",
  async find(context) {
    const findings: Finding[] = [];
    for (const table of context.tables) {
      for (const column of table.columns) {
        const finding = await unreadIn(context, table, column);
        if (finding) findings.push(finding);
      }
    }
    return findings;
  },
};

async function unreadIn(
  context: QualityContext,
  table: TableContext,
  column: ColumnContext,
): Promise<Finding | undefined> {
  const targets = column.targets.filter(({ table: name, column: typed }) =>
    context.typed.get(name)?.includes(typed),
  );
  const contract = targets[0]?.contract;
  if (contract === undefined || contract.type === "text" || contract.type === "texts") return;
  const empty = emptyRows(table, column);
  const count = (await typedNulls(context, targets)) - empty;
  if (count <= 0) return;
  const values = examplesOf(column, await unread(context, column));
  const examples =
    values.length > 0 || empty > 0 ? values : await keysWithout(context, targets[0]!);
  const dropped = table.inputs.some(({ rows }) => rows.kept < rows.read);
  const present = presentRows(column.profile);
  return columnFinding(
    unreadValues,
    { table, column },
    {
      count,
      of: present,
      severity: count > 0.05 * present ? "error" : "warning",
      message:
        `${column.name} cannot be read as ${contract.type} in ${dropped ? "at least " : ""}` +
        `${counted(count, "row")} (${percent(count / present)}); they are kept without it.`,
      examples,
    },
  );
}

/** Keys of rows without the column: examples where no value is at hand. */
async function keysWithout(
  { engine }: QualityContext,
  { table, column }: ColumnContext["targets"][number],
): Promise<Example[]> {
  const key = tables[table]?.key;
  if (key === undefined || tables[table]?.columns[key]?.personal === true) return [];
  const rows = await engine.rows(
    `SELECT CAST(${quoteName(key)} AS VARCHAR) AS "key" FROM ${typedView(table)} ` +
      `WHERE ${quoteName(column)} IS NULL ORDER BY 1 LIMIT 3`,
  );
  return rows.map((row) => ({ file: null, line: null, value: `${key} ${row["key"]}` }));
}

async function typedNulls(
  { engine }: QualityContext,
  targets: ColumnContext["targets"],
): Promise<number> {
  let sum = 0;
  for (const { table, column } of targets) {
    const [row] = await engine.rows(
      `SELECT count(*) - count(${quoteName(column)}) AS "n" FROM ${typedView(table)}`,
    );
    sum += Number(row?.["n"] ?? 0);
  }
  return sum;
}

/** Rows of the file in which nothing stood, or a word for nothing. */
function emptyRows({ rows }: TableContext, { profile, specials }: ColumnContext): number {
  const words = specials.filter(({ text }) => isNullLike(text));
  return words.reduce((sum, { count }) => sum + count, rows - presentRows(profile));
}

/** Those of the retained values that no type can be made of. */
async function unread({ engine }: QualityContext, column: ColumnContext): Promise<ReadValue[]> {
  const parse = parseOf(column.targets[0]!.contract, { timeZone: "UTC", times: 1, day: undefined });
  const texts = column.values.filter(({ text }) => !isNullLike(text));
  if (parse.sql === undefined || texts.length === 0) return [];
  const list = texts.map(({ text }, at) => `(${at}, ${quoteText(text)})`).join(", ");
  const rows = await engine.rows(
    `SELECT "at" FROM (VALUES ${list}) AS "texts"("at", "text") ` +
      `WHERE ${parse.sql('"text"')} IS NULL ORDER BY "at"`,
  );
  return rows.map((row) => texts[Number(row["at"])]!);
}
