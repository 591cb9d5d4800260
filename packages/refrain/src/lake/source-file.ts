import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Source, undatedDay } from "../events/index.js";
import {
  foundationErrors,
  type JobOptions,
  type Limits,
  resolveLimits,
} from "../foundation/index.js";
import type { Engine } from "./engine.js";
import { typedSelect } from "./ingest/compile.js";
import { inspectFile } from "./ingest/inspect.js";
import { planIngest } from "./ingest/options.js";
import { prepareFile } from "./ingest/prepare.js";
import { bulkRelation, exactRelation } from "./ingest/relation.js";
import { quotePath } from "./sql-text.js";
import { withEngine } from "./with-engine.js";

/** Which file to read, and how. */
export interface SourceFileOptions extends JobOptions {
  /** CSV, JSON lines or Parquet, plain or .gz. */
  readonly file: string;
  readonly source: Source;
  /** Spellings: the source's column → the file's. */
  readonly columns?: Readonly<Record<string, string>>;
  readonly limits?: Partial<Limits>;
}

/** One file as relations of an engine, in the file's order; line by line, every line is there. */
export interface SourceFile {
  readonly engine: Engine;
  /** Lines that are not blank, the header left out. */
  readonly rows: number;
  /** Columns of the source that the file has. */
  readonly columns: readonly string[];
  /** Columns of a delimited file that mean nothing to the source. */
  readonly strays: readonly string[];
  /**
   * A column of texts for each source column (null where empty), by the source's names; `~line`,
   * `~text`, and `~fault`, what is wrong with the whole line.
   */
  readonly texts: string;
  /**
   * The same columns read by all threads, without the place and the fault of a line. Holds `rows`
   * rows where no line is at fault as a whole; where it holds fewer, `texts` tells more.
   */
  readonly bulk: string;
  /**
   * The canonical columns as `ingest` types them; `reason`, why ingest would reject the row,
   * `~line`, `~text`.
   */
  readonly typed: string;
  /** Lines that no reader can take: `line`, `reason`, `text`; in neither of the others. */
  readonly broken: string;
}

/**
 * Reads one file as `ingest` would, without a lake: where repeats and the order of rows count, or
 * where the rows are no events. Undated rows are typed as of 1970-01-01.
 * @throws FILE_NOT_FOUND, FILE_EMPTY, NOT_TEXT, GZIP_DAMAGED, PARQUET_DAMAGED, COLUMN_UNKNOWN,
 *   COLUMN_MISSING, WRONG_DELIMITER, WRONG_FORMAT, INTERRUPTED, DISK_FULL
 */
export async function withSourceFile<Result>(
  { file, source, columns = {}, limits: given, signal }: SourceFileOptions,
  work: (read: SourceFile) => Promise<Result>,
): Promise<Result> {
  if (!existsSync(file)) throw foundationErrors.FILE_NOT_FOUND({ path: file });
  const limits = resolveLimits(given);
  const known = source.kinds.some((kind) => kind.undated) ? { date: undatedDay } : {};
  const plan = planIngest({ inputs: [file], source, lake: "", columns, limits, ...known });
  const directory = await mkdtemp(join(limits.tempDirectory, "refrain-file-"));
  const doing = `reading ${file}`;
  try {
    return await withEngine({ limits, doing, signal }, async (engine) => {
      await engine.run("SET preserve_insertion_order = true");
      const inspected = await inspectFile(file, join(directory, "copy"), signal);
      const options = { plan, buckets: 1, directory, signal };
      const { loadable, rows, brokenPath, layout } = await prepareFile(engine, inspected, options);
      const texts = exactRelation(loadable.readable);
      return await work({
        ...{ engine, rows, texts, bulk: bulkRelation(loadable.readable) },
        columns: loadable.compile.columns.map(({ name }) => name),
        strays: layout.columns.flatMap(({ have, column }) => (column ? [] : [have])),
        typed: typedSelect(loadable.compile, texts),
        broken: brokenSql(brokenPath),
      });
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function brokenSql(path: string | undefined): string {
  if (path === undefined) {
    return `SELECT 0::BIGINT AS "line", '' AS "reason", '' AS "text" WHERE false`;
  }
  return (
    `SELECT "line", "reason", "text" FROM read_json(${quotePath(path)}, ` +
    "format = 'newline_delimited', " +
    "columns = {line: 'BIGINT', reason: 'VARCHAR', text: 'VARCHAR'})"
  );
}
