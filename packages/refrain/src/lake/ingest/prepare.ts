import { rm } from "node:fs/promises";
import { join } from "node:path";
import { dateInName, type SourceColumn } from "../../events/index.js";
import type { Engine } from "../engine.js";
import { lakeErrors } from "../errors.js";
import { quotePath } from "../sql-text.js";
import { type CompileOptions, isEventKind } from "./compile.js";
import { type Inspected, needsRewrite } from "./inspect.js";
import type { Layout } from "./layout.js";
import type { Loadable } from "./load.js";
import type { IngestPlan } from "./options.js";
import { layoutOf } from "./recognise.js";
import type { Readable } from "./relation.js";
import { rewriteFile } from "./rewrite.js";

/** A file that is understood and can be loaded. */
export interface Prepared {
  readonly file: Inspected;
  readonly layout: Layout;
  readonly loadable: Loadable;
  /** Rows of the file: lines that are not blank, the header left out. */
  readonly rows: number;
  /** Lines that rewriting took out. */
  readonly brokenLines: number;
  /** JSON lines of them, where there are some. */
  readonly brokenPath?: string;
  /** Copies that may be removed once the file is loaded and located. */
  readonly copies: readonly string[];
}

interface PrepareOptions {
  readonly plan: IngestPlan;
  readonly buckets: number;
  /** Folder for copies. */
  readonly directory: string;
  readonly signal?: AbortSignal | undefined;
}

/** The number that stands for an input in the Parquet files: first 15 hex digits of its hash. */
export function inputIdOf(contentHash: string): bigint {
  return BigInt(`0x${contentHash.slice(0, 15)}`);
}

/**
 * Finds out how a file is to be read, and rewrites it where the bulk reader could not.
 * @throws KIND_UNKNOWN, COLUMN_MISSING, WRONG_DELIMITER, WRONG_FORMAT, DATE_MISSING,
 * PARQUET_DAMAGED
 */
export async function prepareFile(
  engine: Engine,
  file: Inspected,
  options: PrepareOptions,
): Promise<Prepared> {
  const { plan, directory, signal } = options;
  const parquet = file.isParquet ? await parquetFacts(engine, file) : undefined;
  const found = layoutOf(
    file,
    plan,
    parquet?.columns.map((column) => column.name),
  );
  const layout = { ...found, quoted: found.quoted && file.facts.hasQuotes };
  const copies = file.readPath === file.path ? [] : [file.readPath];
  let path = file.readPath;
  let brokenLines = 0;
  let brokenPath: string | undefined;
  if (
    layout.format !== "parquet" &&
    needsRewrite(file, { format: layout.format, quoted: layout.quoted })
  ) {
    path = join(directory, `${file.contentHash.slice(0, 15)}.clean`);
    const broken = join(directory, `${file.contentHash.slice(0, 15)}.broken`);
    const paths = { copyPath: path, brokenPath: broken };
    brokenLines = await rewriteFile(file, layout, { ...paths, signal });
    if (brokenLines > 0) brokenPath = broken;
    copies.push(path, broken);
  }
  const skipLines = layout.header ? headerLine(file) : 0;
  const readable: Readable = {
    path,
    layout,
    skipLines,
    nested: new Set(parquet?.columns.filter((one) => one.nested).map((one) => one.name)),
    ...(file.facts.closed || file.isParquet ? {} : { openLine: lineCount(file) }),
  };
  const compile = compileOptions(file, layout, options);
  const rows = parquet?.rows ?? file.facts.lines - (layout.header ? 1 : 0);
  return {
    // The head has done its work, and a group may hold many files.
    file: { ...file, facts: { ...file.facts, head: Buffer.alloc(0) } },
    layout,
    loadable: { readable, compile, rows, exact: false },
    rows,
    brokenLines,
    ...(brokenPath === undefined ? {} : { brokenPath }),
    copies,
  };
}

function compileOptions(file: Inspected, layout: Layout, options: PrepareOptions): CompileOptions {
  const { plan, buckets } = options;
  const { kind } = layout;
  const columns = layout.columns.flatMap(({ column }): SourceColumn[] => (column ? [column] : []));
  const date = kind.dated ? (plan.date ?? dateInName(file.name)) : plan.date;
  const hasTime = columns.some((column) => column.to === "event_at");
  if (isEventKind(kind) && !hasTime && date === undefined && !kind.undated) {
    throw lakeErrors.DATE_MISSING({ file: file.name });
  }
  return {
    kind,
    columns,
    date,
    timeZone: plan.timeZone,
    buckets,
    sampleUsers: plan.sampleUsers,
    inputId: inputIdOf(file.contentHash),
  };
}

/** The header may stand below blank lines. */
function headerLine({ facts }: Inspected): number {
  const lines = facts.head.toString("latin1").split("\n");
  return lines.findIndex((line) => line.replace("\r", "") !== "") + 1;
}

function lineCount({ facts }: Inspected): number {
  return facts.crlfLines + facts.lfLines + (facts.closed ? 0 : 1);
}

interface ParquetFacts {
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly nested: boolean }[];
}

async function parquetFacts(engine: Engine, file: Inspected): Promise<ParquetFacts> {
  const from = `read_parquet(${quotePath(file.readPath)})`;
  try {
    const columns = await engine.rows(`DESCRIBE SELECT * FROM ${from}`);
    const [count] = await engine.rows(`SELECT count(*) AS "rows" FROM ${from}`);
    return {
      rows: Number(count?.["rows"]),
      columns: columns.map((column) => ({
        name: String(column["column_name"]),
        nested: /[[(]/.test(String(column["column_type"]).replace(/^DECIMAL\(.*\)$/, "")),
      })),
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw lakeErrors.PARQUET_DAMAGED({ file: file.name, message }, error);
  }
}

/** Removes the copies of a file. */
export async function removeCopies(prepared: Prepared): Promise<void> {
  for (const copy of prepared.copies) await rm(copy, { force: true });
}
