import { access } from "node:fs/promises";
import {
  CataloguedError,
  type Column,
  categoryColumn,
  Frame,
  groupCodes,
  numberColumn,
} from "@refrain/learn";
import { foundationErrors, type Limits } from "../foundation/index.js";
import { openDuckDb, quoteName, quoteText, type SqlColumn } from "../lake/index.js";
import { workflowErrors } from "./errors.js";

/** Which columns of a wide file are not features. */
export interface WideColumns {
  /** Names a row; text or number. */
  readonly id: string;
  /** 0 or 1, empty where it is not known. */
  readonly target?: string | undefined;
  /** When the row was true: numbers, dates or times. */
  readonly time?: string | undefined;
  /** Rows of one group stay on one side of a split; the id unless told. */
  readonly group?: string | undefined;
  /** Neither features nor anything else. */
  readonly drop?: readonly string[] | undefined;
}

/** A wide file: one row an example, features beside id and target. */
export interface WideTable {
  /** Features: numbers, and texts as categories. */
  readonly frame: Frame;
  readonly ids: readonly string[];
  /** 0, 1, or NaN where unknown; absent without `target`. */
  readonly target?: Float64Array;
  /** Numbers, days or µs; absent without `time`. */
  readonly time?: Float64Array;
  /** One number a row, equal for rows of one group. */
  readonly groups: Int32Array;
}

/**
 * Reads CSV (plain or .gz) or Parquet files of one shape, rows in their order.
 * @param files read one after the other
 * @param columns which columns are not features
 * @throws FILE_NOT_FOUND, TABLE_UNREADABLE, TABLE_EMPTY, TABLE_COLUMN_MISSING, TARGET_NOT_BINARY
 */
export async function readWideTable(
  files: readonly string[],
  columns: WideColumns,
  limits?: Partial<Limits>,
): Promise<WideTable> {
  const file = files.join(", ");
  for (const path of files) {
    await access(path).catch(() => {
      throw foundationErrors.FILE_NOT_FOUND({ path });
    });
  }
  const read = await readColumns(files, limits);
  const byName = new Map(read.map((column) => [column.name, column]));
  const wanted = [
    ["--id", columns.id],
    ["--target", columns.target],
    ["--time", columns.time],
    ["--group", columns.group],
    ...(columns.drop ?? []).map((name) => ["--drop", name] as const),
  ] as const;
  for (const [option, column] of wanted) {
    if (column === undefined || byName.has(column)) continue;
    throw workflowErrors.TABLE_COLUMN_MISSING({
      file,
      option,
      column,
      columns: [...byName.keys()],
    });
  }
  if (read.every((column) => column.values.length === 0))
    throw workflowErrors.TABLE_EMPTY({ file });
  const ids = texts(byName.get(columns.id)!);
  const others = new Set(wanted.map(([, name]) => name));
  const group = columns.group === undefined ? ids : texts(byName.get(columns.group)!);
  return {
    frame: new Frame(read.filter(({ name }) => !others.has(name)).map(asFeature), ids.length),
    ids,
    groups: groupCodes(group),
    ...(columns.target === undefined ? {} : { target: asTarget(byName.get(columns.target)!) }),
    ...(columns.time === undefined ? {} : { time: asTime(byName.get(columns.time)!) }),
  };
}

async function readColumns(
  files: readonly string[],
  limits: Partial<Limits> | undefined,
): Promise<SqlColumn[]> {
  const engine = await openDuckDb(limits);
  try {
    // Row order is part of the result: ids and scores stand in the order of the file.
    await engine.run("SET preserve_insertion_order = true");
    const scans = files.map((file) => {
      const reader = /\.parquet$/i.test(file)
        ? `read_parquet(${quoteText(file)})`
        : `read_csv(${quoteText(file)}, sample_size = -1)`;
      return `SELECT * FROM ${reader}`;
    });
    const all = scans.join(" UNION ALL BY NAME ");
    const shape = await engine.rows(`DESCRIBE ${all}`);
    const selected = shape.map((row) =>
      selectColumn(String(row["column_name"]), String(row["column_type"])),
    );
    return await engine.columns(`SELECT ${selected.join(", ")} FROM (${all})`);
  } catch (error) {
    if (!(error instanceof CataloguedError) || error.code !== "SQL_FAILED") throw error;
    const [message = ""] = String(error.details["message"]).split("\n");
    throw workflowErrors.TABLE_UNREADABLE({ file: files.join(", "), message }, error);
  } finally {
    engine.close();
  }
}

const plainType =
  /^(VARCHAR|BOOLEAN|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*|DATE|TIMESTAMP)$/;

/** Keeps numbers, booleans, dates and texts as they are; anything else becomes text. */
function selectColumn(name: string, type: string): string {
  const isPlain = plainType.test(type);
  return isPlain ? quoteName(name) : `CAST(${quoteName(name)} AS VARCHAR) AS ${quoteName(name)}`;
}

function asFeature(column: SqlColumn): Column {
  return column.kind === "number"
    ? numberColumn(column.name, column.values)
    : categoryColumn(column.name, column.values);
}

function texts(column: SqlColumn): string[] {
  return Array.from<number | string | null, string>(column.values, (value) =>
    value === null ? "" : String(value),
  );
}

function asTarget(column: SqlColumn): Float64Array {
  const refuse = (value: string): never => {
    throw workflowErrors.TARGET_NOT_BINARY({ column: column.name, value });
  };
  if (column.kind === "text")
    return refuse(`"${column.values.find((value) => value !== null) ?? ""}"`);
  const strange = column.values.find((value) => value !== 0 && value !== 1 && !Number.isNaN(value));
  return strange === undefined ? column.values : refuse(String(strange));
}

function asTime(column: SqlColumn): Float64Array {
  if (column.kind === "number") return column.values;
  // Texts that DuckDB did not take for times still sort: their rank is enough to split by.
  const ranks = new Map(
    [...new Set(column.values)].sort(compareTexts).map((text, rank) => [text, rank]),
  );
  return Float64Array.from(column.values, (text) =>
    text === null ? Number.NaN : ranks.get(text)!,
  );
}

function compareTexts(a: string | null, b: string | null): number {
  return (a ?? "") < (b ?? "") ? -1 : 1;
}
