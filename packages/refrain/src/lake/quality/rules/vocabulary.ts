import { tables } from "../../../events/index.js";
import { quoteName } from "../../sql-text.js";
import { kindOf, type QualityContext, rawOf } from "../context.js";
import { shown } from "../masking.js";
import type { Finding } from "../report.js";
import { typedView } from "../typed-tables.js";
import { percent, type Rule } from "./rule.js";

interface WordColumn {
  readonly table: string;
  readonly column: string;
}

/** Words of two tables that should be the same words. */
export const vocabularyGap: Rule = {
  code: "VOCABULARY_GAP",
  finds: "lists of one kind of words in two tables that hardly share them, such as genres",
  async find(context) {
    const columns = wordColumns(context);
    const findings: Finding[] = [];
    for (const [at, a] of columns.entries()) {
      for (const b of columns.slice(at + 1)) {
        if (a.table === b.table || !sameKind(a.column, b.column)) continue;
        const finding = await compareWords(context, a, b);
        if (finding) findings.push(finding);
      }
    }
    return findings;
  },
};

/** Lists of words. */
function wordColumns(context: QualityContext): WordColumn[] {
  return [...context.typed].flatMap(([table, columns]) =>
    columns
      .filter((column) => tables[table]?.columns[column]?.type === "texts")
      .map((column) => ({ table, column })),
  );
}

/** `favourite_genres` and `genres` speak of the same. */
function sameKind(a: string, b: string): boolean {
  const last = (name: string): string => name.split("_").at(-1) ?? name;
  return last(a) === last(b);
}

async function compareWords(
  context: QualityContext,
  a: WordColumn,
  b: WordColumn,
): Promise<Finding | undefined> {
  const words = ({ table, column }: WordColumn): string =>
    `(SELECT DISTINCT lower(trim("w")) AS "w" FROM (SELECT unnest(${quoteName(column)}) AS "w" ` +
    `FROM ${typedView(table)}) WHERE "w" IS NOT NULL)`;
  const [row] = await context.engine.rows(
    `SELECT (SELECT count(*) FROM ${words(a)}) AS "a", (SELECT count(*) FROM ${words(b)}) ` +
      `AS "b", ` +
      `(SELECT count(*) FROM ${words(a)} JOIN ${words(b)} USING ("w")) AS "both"`,
  );
  const [inA, inB, both] = ["a", "b", "both"].map((key) => Number(row?.[key] ?? 0));
  const [small, large] = inA! <= inB! ? [a, b] : [b, a];
  const [few, many] = [Math.min(inA!, inB!), Math.max(inA!, inB!)];
  const shared = few > 0 ? both! / few : 1;
  if (few === 0 || (shared >= 0.9 && many < 3 * few)) return undefined;
  const lost = await context.engine.rows(
    `SELECT "w" FROM ${words(shared < 1 ? small : large)} WHERE "w" NOT IN ` +
      `(SELECT "w" FROM ${words(shared < 1 ? large : small)}) ORDER BY 1 LIMIT 3`,
  );
  const name = ({ table, column }: WordColumn): string =>
    rawOf(context, table, column)?.column.name ?? column;
  const count = many - both!;
  const message =
    `${kindOf(context, large.table)}.${name(large)} has ${many.toLocaleString("en-US")} ` +
    `words and ${kindOf(context, small.table)}.${name(small)} ` +
    `${few.toLocaleString("en-US")}; they share ${both!.toLocaleString("en-US")} ` +
    `(${percent(shared)} of the smaller list).`;
  return {
    code: vocabularyGap.code,
    table: `${kindOf(context, small.table)}, ${kindOf(context, large.table)}`,
    column: [...new Set([name(small), name(large)])].join(", "),
    count,
    share: count / many,
    severity: shared < 0.8 ? "warning" : "info",
    message,
    examples: lost.map((one) => ({ file: null, line: null, value: shown(String(one["w"]), null) })),
  };
}
