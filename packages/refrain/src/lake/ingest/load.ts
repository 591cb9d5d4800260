import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Engine, SqlRow } from "../engine.js";
import { quoteName, quotePath, quoteText } from "../sql-text.js";
import {
  bulkSelect,
  type CompileOptions,
  decodePlace,
  isEventKind,
  onlyPlace,
  placeSql,
  rejectedPlace,
  sampledCell,
  sampledPlace,
  storedColumns,
  typedSelect,
} from "./compile.js";
import { bulkRelation, bulkTogether, exactRelation, type Readable } from "./relation.js";

/** A file ready to be loaded. */
export interface Loadable {
  readonly readable: Readable;
  readonly compile: CompileOptions;
  /** Rows of the file; so many at most can be kept. */
  readonly rows: number;
  /** Read line by line: slower, and true to every line. */
  readonly exact: boolean;
}

/** A Parquet file that a load wrote into the run's folder. */
export interface WrittenFile {
  readonly path: string;
  readonly table: string;
  readonly month?: string;
  readonly bucket?: number;
  /** How many buckets that one is of. */
  readonly buckets?: number;
  readonly rows: number;
  readonly bytes: number;
  readonly columns: readonly string[];
  readonly firstAt?: string;
  readonly lastAt?: string;
  /** Whether it may hold a row with a time of day. */
  readonly timed: boolean;
}

/**
 * Texts of a column in a row group beyond which they get no dictionary: to look a text up among
 * more of them takes longer than to write it (docs/decisions/0088).
 */
const mostWords = 4_000;

/** What one load wrote, and how many rows of each input were kept and sampled out. */
export interface Loaded {
  readonly files: readonly WrittenFile[];
  readonly kept: ReadonlyMap<bigint, number>;
  readonly sampledOut: ReadonlyMap<bigint, number>;
}

/**
 * Loads files of one kind and one set of columns into partitions below `directory`. Rejected rows
 * land in a partition of their own and are dropped; they are located afterwards.
 */
export async function loadFiles(
  engine: Engine,
  inputs: readonly Loadable[],
  directory: string,
): Promise<Loaded> {
  const first = inputs[0]!.compile;
  const columns = [...storedColumns(first), "input_id"];
  const sampled = first.sampleUsers < 1 && columns.includes("user_id");
  const names = columns.map((name) => storedSql(name, sampled)).join(", ");
  const rows = runsOfOneShape(inputs).map(rowsSql).join(" UNION ALL ");
  // Entities keep the order of their file: of two rows with one key the last one counts.
  const ordered = !isEventKind(first.kind);
  await engine.run(`SET preserve_insertion_order = ${ordered || inputs.some((one) => one.exact)}`);
  try {
    const options = `FORMAT parquet, RETURN_STATS true, DICTIONARY_SIZE_LIMIT ${mostWords}`;
    const place = samePlace(inputs);
    const folder = join(directory, `place=${place}`);
    if (place !== undefined) await mkdir(folder, { recursive: true });
    const written = await engine.rows(
      place === undefined
        ? `COPY (SELECT ${names}, ${placeSql(first)} AS "place" FROM (${rows})) ` +
            `TO ${quoteText(directory)} (${options}, PARTITION_BY ("place"))`
        : `COPY (SELECT ${names} FROM (${rows}) WHERE "cell" >= 0) ` +
            `TO ${quoteText(join(folder, "data_0.parquet"))} (${options})`,
    );
    return await gather(engine, written, { directory, inputs });
  } finally {
    await engine.run("SET preserve_insertion_order = false");
  }
}

/** The one place of all kept rows, where it is known: parting them costs a tenth of a load. */
function samePlace(inputs: readonly Loadable[]): number | undefined {
  const places = new Set(inputs.map(({ compile }) => onlyPlace(compile)));
  return places.size === 1 ? [...places][0] : undefined;
}

/** Inputs in their order, those together that one statement can read. */
function runsOfOneShape(inputs: readonly Loadable[]): Loadable[][] {
  const runs: Loadable[][] = [];
  let last: string | undefined;
  for (const input of inputs) {
    const shape = shapeOf(input);
    if (shape !== undefined && shape === last) runs.at(-1)!.push(input);
    else runs.push([input]);
    last = shape;
  }
  return runs;
}

/** The statement without what is the file's own; undefined where a file is read alone. */
function shapeOf({ readable, compile, exact }: Loadable): string | undefined {
  if (exact || readable.layout.format === "parquet") return undefined;
  return bulkSelect({ ...compile, together: true }, bulkRelation({ ...readable, path: "" }));
}

function rowsSql(inputs: readonly Loadable[]): string {
  const { readable, compile, exact } = inputs[0]!;
  if (exact) return typedSelect(compile, exactRelation(readable));
  if (inputs.length === 1) return bulkSelect(compile, bulkRelation(readable));
  const files = inputs.map((one) => {
    const { date: day, inputId: input } = one.compile;
    return { readable: one.readable, facts: { day, input } };
  });
  return bulkSelect({ ...compile, together: true }, bulkTogether(files));
}

function storedSql(name: string, sampled: boolean): string {
  const quoted = quoteName(name);
  return sampled && name !== "input_id"
    ? `CASE WHEN "cell" <> ${sampledCell} THEN ${quoted} END AS ${quoted}`
    : quoted;
}

interface Written {
  readonly directory: string;
  readonly inputs: readonly Loadable[];
}

/** What the engine says of each file that it wrote, and how many rows of each input there are. */
async function gather(
  engine: Engine,
  written: readonly SqlRow[],
  { directory, inputs }: Written,
): Promise<Loaded> {
  const { compile } = inputs[0]!;
  const columns = [...storedColumns(compile), "input_id"];
  const isEvent = isEventKind(compile.kind);
  const files: WrittenFile[] = [];
  let kept = 0;
  let sampledOut = 0;
  for (const row of written) {
    const path = String(row["filename"]);
    const place = Number(/[\\/]place=(\d+)[\\/]/.exec(path)?.[1]);
    const rows = Number(row["count"]);
    if (place === sampledPlace) sampledOut += rows;
    if (place === sampledPlace || place === rejectedPlace || rows === 0) continue;
    kept += rows;
    const bytes = Number(row["file_size_bytes"]);
    const statistics = row["column_statistics"] as Statistics;
    const timed = isEvent && statistics['"timed"']?.["max"] !== "0";
    const span = isEvent ? spanOf(statistics) : {};
    files.push({ path, ...decodePlace(place, compile), rows, bytes, columns, ...span, timed });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const [input] = inputs;
  if (inputs.length === 1) {
    const of = (rows: number): ReadonlyMap<bigint, number> =>
      new Map([[input!.compile.inputId, rows]]);
    return { files, kept: of(kept), sampledOut: of(sampledOut) };
  }
  const most = inputs.reduce((sum, one) => sum + one.rows, 0);
  if (kept === most) {
    const all = new Map(inputs.map((one) => [one.compile.inputId, one.rows]));
    return { files, kept: all, sampledOut: new Map() };
  }
  return { files, ...(await countInputs(engine, directory)) };
}

type Statistics = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** First and last time of a file, by what its footer says. */
function spanOf(statistics: Statistics): { firstAt: string; lastAt: string } {
  const of = (name: string): string => (statistics['"event_at"']?.[name] ?? "").replace(" ", "T");
  return { firstAt: of("min"), lastAt: of("max") };
}

/** Counts rows by input in the files that were written. */
async function countInputs(
  engine: Engine,
  directory: string,
): Promise<Pick<Loaded, "kept" | "sampledOut">> {
  const pattern = `${quotePath(directory).slice(0, -1)}/**/*.parquet'`;
  const rows = await engine.rows(
    `SELECT "place", CAST("input_id" AS VARCHAR) AS "input", count(*) AS "rows" ` +
      `FROM read_parquet(${pattern}, hive_partitioning = true, ` +
      "hive_types_autocast = true) GROUP BY ALL",
  );
  const kept = new Map<bigint, number>();
  const sampledOut = new Map<bigint, number>();
  for (const row of rows) {
    const place = Number(row["place"]);
    if (place === rejectedPlace) continue;
    const counts = place === sampledPlace ? sampledOut : kept;
    const input = BigInt(String(row["input"]));
    counts.set(input, (counts.get(input) ?? 0) + Number(row["rows"]));
  }
  return { kept, sampledOut };
}
