import { join } from "node:path";
import type { Engine } from "../engine.js";
import { quoteText } from "../sql-text.js";
import { typedSelect } from "./compile.js";
import type { Loadable } from "./load.js";
import { exactRelation } from "./relation.js";
import { keptTextBytes } from "./rewrite.js";

/** Where an input's rejected rows were written, and how many of each reason there are. */
export interface Located {
  readonly path: string;
  readonly rejectedByReason: Readonly<Record<string, number>>;
  readonly rejected: number;
}

/** The first 10 kB: that many characters of ASCII, fewer of others. */
const shortTextSql =
  `CASE WHEN strlen("~text") <= ${keptTextBytes} THEN "~text" ` +
  `WHEN strlen("~text") = length("~text") THEN left("~text", ${keptTextBytes}) ` +
  `ELSE left("~text", ${keptTextBytes / 4}) END`;

/**
 * Goes through an input line by line with the predicate of the load and writes every rejected row
 * with file, line, reason, column and text.
 * @param brokenPath JSON lines of the lines that rewriting took out, where it did
 */
export async function locateRejects(
  engine: Engine,
  input: Loadable,
  options: { readonly name: string; readonly directory: string; readonly brokenPath?: string },
): Promise<Located> {
  const path = join(options.directory, `rejects-${input.compile.inputId}.parquet`);
  const name = quoteText(options.name);
  const found =
    `SELECT ${name} AS "file", "~line" AS "line", NULL::BIGINT AS "offset", "reason", ` +
    `"at_fault" AS "column", ${shortTextSql} AS "text" ` +
    `FROM (${typedSelect(input.compile, exactRelation(input.readable))}) ` +
    `WHERE "reason" IS NOT NULL`;
  const broken = options.brokenPath
    ? ` UNION ALL SELECT ${name}, "line", "offset", "reason", NULL, "text" FROM ` +
      `read_json(${quoteText(options.brokenPath)}, format = 'newline_delimited', columns = ` +
      `{line: 'BIGINT', "offset": 'BIGINT', reason: 'VARCHAR', text: 'VARCHAR'})`
    : "";
  await engine.run("SET preserve_insertion_order = true");
  try {
    await engine.run(
      `COPY (SELECT * FROM (${found}${broken}) ORDER BY "line") ` +
        `TO ${quoteText(path)} (FORMAT parquet)`,
    );
  } finally {
    await engine.run("SET preserve_insertion_order = false");
  }
  const rows = await engine.rows(
    `SELECT "reason", count(*) AS "rows" FROM read_parquet(${quoteText(path)}) ` +
      "GROUP BY 1 ORDER BY 1",
  );
  const rejectedByReason = Object.fromEntries(
    rows.map((row) => [String(row["reason"]), Number(row["rows"])]),
  );
  const rejected = rows.reduce((sum, row) => sum + Number(row["rows"]), 0);
  return { path, rejectedByReason, rejected };
}
