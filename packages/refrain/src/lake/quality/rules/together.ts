import { tables } from "../../../events/index.js";
import { quoteName } from "../../sql-text.js";
import { kindOf, type QualityContext } from "../context.js";
import type { Finding } from "../report.js";
import { typedView } from "../typed-tables.js";
import { numberColumns, typedFinding } from "./ranges.js";
import { counted, percent, type Rule } from "./rule.js";

const mostCategories = 12;
const fewestRows = 20;
/** Says how a time was written, and nothing of the rows. */
const madeByIngest = "timed";

/** Columns that are empty exactly where another column says a certain thing. */
export const nullByCategory: Rule = {
  code: "NULL_BY_CATEGORY",
  finds: "columns that are empty in one category and filled in the others",
  async find(context) {
    const findings = await byKindOfEvent(context);
    for (const [table, columns] of context.typed) {
      for (const category of await categoryColumns(context, table, columns)) {
        findings.push(...(await withinTable(context, { table, columns }, category)));
      }
    }
    return findings;
  },
};

/** Where rows of one kind of input go to several tables, the table is the category. */
async function byKindOfEvent(context: QualityContext): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { becomes, kind } of context.tables) {
    const present = becomes.filter((table) => context.typed.has(table));
    if (present.length < 2) continue;
    const names = [...new Set(present.flatMap((table) => context.typed.get(table) ?? []))];
    for (const column of names) {
      const having = present.filter((table) => context.typed.get(table)?.includes(column));
      const filled: { table: string; rows: number; missing: number }[] = [];
      for (const table of having) {
        const [row] = await context.engine.rows(
          `SELECT count(*) AS "rows", count(*) - count(${quoteName(column)}) AS "missing" ` +
            `FROM ${typedView(table)}`,
        );
        filled.push({ table, rows: Number(row?.["rows"]), missing: Number(row?.["missing"]) });
      }
      const empty = filled.filter(({ rows, missing }) => rows >= 5 && missing >= 0.95 * rows);
      const full = filled.filter(({ rows, missing }) => missing <= 0.3 * rows);
      if (empty.length === 0 || full.length === 0) continue;
      const count = empty.reduce((sum, { missing }) => sum + missing, 0);
      const all = empty.reduce((sum, { rows }) => sum + rows, 0);
      const where = empty.map(({ table }) => table).join(", ");
      findings.push({
        code: nullByCategory.code,
        table: kind,
        column,
        count,
        share: count / all,
        severity: "info",
        message:
          `${column} is missing in ${percent(count / all)} of the ${where} rows, and filled ` +
          `in ${full.map(({ table }) => table).join(", ")}.`,
        examples: empty.slice(0, 3).map(({ table }) => ({ file: null, line: null, value: table })),
      });
    }
  }
  return findings;
}

/** Texts and truth values of at most a dozen values. */
async function categoryColumns(
  context: QualityContext,
  table: string,
  columns: readonly string[],
): Promise<string[]> {
  const named = columns.filter(
    (column) =>
      column !== madeByIngest &&
      /^(?:text|boolean)$/.test(tables[table]?.columns[column]?.type ?? ""),
  );
  if (named.length === 0) return [];
  const counts = named.map(
    (column, at) => `approx_count_distinct(${quoteName(column)}) AS "d${at}"`,
  );
  const [row] = await context.engine.rows(`SELECT ${counts.join(", ")} FROM ${typedView(table)}`);
  return named.filter((_, at) => {
    const distinct = Number(row?.[`d${at}`] ?? 0);
    return distinct >= 2 && distinct <= mostCategories;
  });
}

async function withinTable(
  context: QualityContext,
  { table, columns }: { readonly table: string; readonly columns: readonly string[] },
  category: string,
): Promise<Finding[]> {
  const others = columns.filter((column) => column !== category);
  const missing = others.map(
    (column, at) => `(count(*) - count(${quoteName(column)})) AS "m${at}"`,
  );
  const rows = await context.engine.rows(
    `SELECT CAST(${quoteName(category)} AS VARCHAR) AS "c", count(*) AS "n", ` +
      `${missing.join(", ")} ` +
      `FROM ${typedView(table)} WHERE ${quoteName(category)} IS NOT NULL GROUP BY 1 ORDER BY 1`,
  );
  return others.flatMap((column, at): Finding[] => {
    const share = (row: (typeof rows)[number]): number => Number(row[`m${at}`]) / Number(row["n"]);
    const big = rows.filter((row) => Number(row["n"]) >= fewestRows);
    const empty = big.filter((row) => share(row) >= 0.95);
    const full = big.filter((row) => share(row) <= 0.3);
    if (empty.length === 0 || full.length === 0) return [];
    const count = empty.reduce((sum, row) => sum + Number(row[`m${at}`]), 0);
    const all = empty.reduce((sum, row) => sum + Number(row["n"]), 0);
    const where = empty.map((row) => `${category} = ${row["c"]}`);
    const message =
      `${column} is missing in ${percent(count / all)} of the rows of ${table} with ` +
      `${where.join(", ")}, and filled in others.`;
    const found = {
      code: nullByCategory.code,
      count,
      share: count / all,
      severity: "info" as const,
      message,
    };
    return [
      {
        ...typedFinding(context, { table, column }, found, []),
        examples: where.slice(0, 3).map((value) => ({ file: null, line: null, value })),
      },
    ];
  });
}

/** Numbers that are zero in the same rows. */
export const zeroTogether: Rule = {
  code: "ZERO_TOGETHER",
  finds: "numbers that are zero in the same rows, as if they had not been measured",
  async find(context) {
    const findings: Finding[] = [];
    for (const [table] of context.typed) {
      const columns = numberColumns(context).filter((one) => one.table === table);
      if (columns.length < 2) continue;
      const mask = columns
        .map(({ column }, at) => `(CASE WHEN ${quoteName(column)} = 0 THEN ${2 ** at} ELSE 0 END)`)
        .join(" + ");
      const rows = await context.engine.rows(
        `SELECT (${mask})::BIGINT AS "mask", count(*) AS "n" FROM ${typedView(table)} GROUP BY 1`,
      );
      const masks = rows.map((row) => ({ mask: BigInt(String(row["mask"])), n: Number(row["n"]) }));
      const group = zeroGroup(masks, columns.length);
      if (group.columns.length < 2) continue;
      const names = group.columns.map((at) => columns[at]!.column);
      findings.push({
        code: this.code,
        table: kindOf(context, table),
        column: names.join(", "),
        count: group.count,
        share: group.count / masks.reduce((sum, { n }) => sum + n, 0),
        severity: "warning",
        message:
          `${names.join(", ")} are zero together in ${counted(group.count, "row")}: they ` +
          `were not measured there, or mean nothing.`,
        examples: [],
      });
    }
    return findings;
  },
};

/** Columns of which each is zero in at least 80 % of the rows in which any of them is. */
function zeroGroup(masks: readonly { mask: bigint; n: number }[], columns: number) {
  const zeros = (at: number, with_?: number): number =>
    masks.reduce((sum, { mask, n }) => {
      const own = (mask >> BigInt(at)) & 1n;
      const other = with_ === undefined ? 1n : (mask >> BigInt(with_)) & 1n;
      return own === 1n && other === 1n ? sum + n : sum;
    }, 0);
  let best: number[] = [];
  for (let first = 0; first < columns; first++) {
    const own = zeros(first);
    if (own < 5) continue;
    const group = [first];
    for (let other = first + 1; other < columns; other++) {
      const both = zeros(first, other);
      if (both >= 0.8 * Math.max(own, zeros(other))) group.push(other);
    }
    if (group.length > best.length) best = group;
  }
  const all = best.reduce((mask, at) => mask | (1n << BigInt(at)), 0n);
  const count = masks.reduce((sum, { mask, n }) => ((mask & all) === all ? sum + n : sum), 0);
  return { columns: count >= 5 ? best : [], count };
}
