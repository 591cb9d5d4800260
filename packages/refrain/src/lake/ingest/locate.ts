import { closeSync, openSync, writeSync } from "node:fs";
import { rm } from "node:fs/promises";
import { asDiskFull } from "../../foundation/index.js";
import type { Engine } from "../engine.js";
import { quotePath, quoteText } from "../sql-text.js";
import { typedSelect } from "./compile.js";
import { type LinePlace, placeLines } from "./line-places.js";
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
  /** The file's bytes after gunzip; absent for Parquet, whose rows have no place. */
  readonly plainPath?: string;
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
 * with file, line, reason, column and text, all of them into one file; where each line stands in
 * its file is found by one more pass over its bytes.
 * @throws INTERRUPTED, DISK_FULL
 */
export async function locateRejects(
  engine: Engine,
  suspects: readonly Suspect[],
  { path, signal }: { readonly path: string; readonly signal?: AbortSignal | undefined },
): Promise<Located> {
  const rows = suspects.flatMap(rejectsSql).join(" UNION ALL ");
  const found = `${path}.found`;
  const places = `${path}.places`;
  await engine.run("SET preserve_insertion_order = true");
  try {
    await engine.run(`COPY (${rows}) TO ${quoteText(found)} (FORMAT parquet)`);
    await writePlaces(engine, suspects, { found, places, signal });
    await engine.run(
      `COPY (SELECT "input_id", "file", "line", "offset", "bytes", "reason", "column", "text" ` +
        `FROM read_parquet(${quotePath(found)}) LEFT JOIN ${placesSql(places)} ` +
        `USING ("order", "line") ORDER BY "order", "line") ` +
        `TO ${quoteText(path)} (FORMAT parquet)`,
    );
  } finally {
    await engine.run("SET preserve_insertion_order = false");
    await Promise.all([rm(found, { force: true }), rm(places, { force: true })]);
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

interface Places {
  /** The rejected rows as they were found. */
  readonly found: string;
  /** Receives number of the suspect, line, offset and bytes. */
  readonly places: string;
  readonly signal?: AbortSignal | undefined;
}

/** Characters that are written at once. */
const writtenAtOnce = 1 << 16;

async function writePlaces(
  engine: Engine,
  suspects: readonly Suspect[],
  { found, places, signal }: Places,
): Promise<void> {
  const file = openSync(places, "w");
  let text = "";
  try {
    for (const [order, { plainPath }] of suspects.entries()) {
      if (plainPath === undefined) continue;
      const [wanted] = await engine.columns(
        `SELECT "line" FROM read_parquet(${quotePath(found)}) WHERE "order" = ${order} ` +
          `ORDER BY "line"`,
      );
      const lines = wanted?.kind === "number" ? wanted.values : [];
      const onPlace = ({ line, offset, bytes }: LinePlace): void => {
        text += `${order},${line},${offset},${bytes}\n`;
        if (text.length < writtenAtOnce) return;
        writeSync(file, text);
        text = "";
      };
      if (lines.length > 0) await placeLines(plainPath, lines, { onPlace, signal });
    }
    writeSync(file, text);
  } catch (error) {
    throw asDiskFull(error, places);
  } finally {
    closeSync(file);
  }
}

function placesSql(places: string): string {
  return (
    `read_csv(${quotePath(places)}, delim = ',', header = false, auto_detect = false, columns = ` +
    `{'order': 'INTEGER', 'line': 'BIGINT', 'offset': 'BIGINT', 'bytes': 'BIGINT'})`
  );
}

function rejectsSql({ name, loadable, brokenPath }: Suspect, order: number): string[] {
  const { compile, readable } = loadable;
  const { inputId } = compile;
  const fixed = `${order} AS "order", ${inputId} AS "input_id", ${quoteText(name)} AS "file"`;
  const found =
    `SELECT ${fixed}, "~line" AS "line", "reason", "at_fault" AS "column", ` +
    `${shortTextSql} AS "text" ` +
    `FROM (${typedSelect(compile, exactRelation(readable))}) WHERE "reason" IS NOT NULL`;
  if (brokenPath === undefined) return [found];
  const broken =
    `SELECT ${fixed}, "line", "reason", NULL AS "column", "text" FROM ` +
    `read_json(${quotePath(brokenPath)}, format = 'newline_delimited', columns = ` +
    `{line: 'BIGINT', reason: 'VARCHAR', text: 'VARCHAR'})`;
  return [found, broken];
}
