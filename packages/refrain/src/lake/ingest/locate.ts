import type { Engine } from "../engine.js";
import { quotePath, quoteText } from "../sql-text.js";
import { typedSelect } from "./compile.js";
import type { Loadable } from "./load.js";
import { exactRelation } from "./relation.js";
import { keptTextBytes } from "./rewrite.js";

/** The rejected rows of some inputs. */
export interface Located {
  /** Parquet file that holds them, ordered by input and line. */
  readonly path: string;
  /** Rejected rows by reason, by input. */
  readonly reasons: ReadonlyMap<bigint, Readonly<Record<string, number>>>;
}

/** An input some of whose rows were not kept. */
export interface Suspect {
  readonly name: string;
  readonly loadable: Loadable;
  /** JSON lines of the lines that rewriting took out, where it did. */
  readonly brokenPath?: string;
}

/** The first 10 kB: that many characters of ASCII, fewer of others. */
const shortTextSql =
  `CASE WHEN strlen("~text") <= ${keptTextBytes} THEN "~text" ` +
  `WHEN strlen("~text") = length("~text") THEN left("~text", ${keptTextBytes}) ` +
  `ELSE left("~text", ${keptTextBytes / 4}) END`;

/**
 * Goes through inputs line by line with the predicate of the load and writes every rejected row
 * with file, line, reason, column and text, all of them into one file.
 */
export async function locateRejects(
  engine: Engine,
  suspects: readonly Suspect[],
  path: string,
): Promise<Located> {
  const rows = suspects.flatMap(rejectsSql).join(" UNION ALL ");
  await engine.run("SET preserve_insertion_order = true");
  try {
    await engine.run(
      `COPY (SELECT * EXCLUDE ("order") FROM (${rows}) ` +
        `ORDER BY "order", "line") TO ${quoteText(path)} (FORMAT parquet)`,
    );
  } finally {
    await engine.run("SET preserve_insertion_order = false");
  }
  const counts = await engine.rows(
    `SELECT CAST("input_id" AS VARCHAR) AS "input", "reason", count(*) AS "rows" ` +
      `FROM read_parquet(${quotePath(path)}) GROUP BY ALL ORDER BY 1, 2`,
  );
  const reasons = new Map<bigint, Record<string, number>>();
  for (const row of counts) {
    const input = BigInt(String(row["input"]));
    const ofInput = reasons.get(input) ?? {};
    ofInput[String(row["reason"])] = Number(row["rows"]);
    reasons.set(input, ofInput);
  }
  return { path, reasons };
}

function rejectsSql({ name, loadable, brokenPath }: Suspect, order: number): string[] {
  const { compile, readable } = loadable;
  const { inputId } = compile;
  const fixed = `${order} AS "order", ${inputId} AS "input_id", ${quoteText(name)} AS "file"`;
  const found =
    `SELECT ${fixed}, "~line" AS "line", NULL::BIGINT AS "offset", "reason", ` +
    `"at_fault" AS "column", ${shortTextSql} AS "text" ` +
    `FROM (${typedSelect(compile, exactRelation(readable))}) WHERE "reason" IS NOT NULL`;
  if (brokenPath === undefined) return [found];
  const broken =
    `SELECT ${fixed}, "line", "offset", "reason", NULL AS "column", "text" FROM ` +
    `read_json(${quotePath(brokenPath)}, format = 'newline_delimited', columns = ` +
    `{line: 'BIGINT', "offset": 'BIGINT', reason: 'VARCHAR', text: 'VARCHAR'})`;
  return [found, broken];
}
