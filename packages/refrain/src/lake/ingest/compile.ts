/**
 * A kind of file compiled to SQL. The raw relation (one text column a source column) comes from
 * the bulk reader or from the exact one that goes line by line; what follows is the same for both:
 * clean texts `t:name`, parsed values `v:name`, the row with its reason if it is rejected, and its
 * place: table, month and bucket in one number, because the engine parts rows by a number faster
 * than by texts (docs/decisions/0031).
 */
import {
  type ColumnContract,
  type SourceColumn,
  type SourceKind,
  tables,
  undatedDay,
} from "../../events/index.js";
import { bucketSql } from "../buckets.js";
import { quoteName, quoteText } from "../sql-text.js";
import { type Parse, parseOf } from "./parse.js";

/** What the statements of one file depend on. */
export interface CompileOptions {
  readonly kind: SourceKind;
  /** Source columns that the file has. */
  readonly columns: readonly SourceColumn[];
  /** `YYYY-MM-DD` of the file. */
  readonly date: string | undefined;
  readonly timeZone: string;
  readonly buckets: number;
  readonly sampleUsers: number;
  /** Number that stands for the input in the Parquet files. */
  readonly inputId: bigint;
  /**
   * Several files are read by one statement: `date` and `inputId` are one of theirs, and rows say
   * theirs in `~day` and `~input`.
   */
  readonly together?: boolean;
}

/** Places that are no part of the lake. */
export const rejectedPlace = 0;
export const sampledPlace = 1;
const firstPlace = 2;
/** What `cell` is for rows that are sampled out. */
export const sampledCell = sampledPlace - firstPlace;

const firstYear = 1970;
/** Months up to the last year that a time may have. */
const months = (2100 - firstYear) * 12;

/** Where a row goes. */
export interface Place {
  readonly table: string;
  /** `YYYY-MM` of events, and which of how many buckets. */
  readonly month?: string;
  readonly bucket?: number;
  readonly buckets?: number;
}

/** What a number in the column `place` means. */
export function decodePlace(place: number, { kind, buckets }: CompileOptions): Place {
  const cell = place - firstPlace;
  const table = routeTables(kind)[Math.floor(cell / (months * buckets))]!;
  if (!isEventKind(kind)) return { table };
  const month = Math.floor(cell / buckets) % months;
  const year = firstYear + Math.floor(month / 12);
  const name = `${year}-${String((month % 12) + 1).padStart(2, "0")}`;
  return { table, month: name, bucket: cell % buckets, buckets };
}

/** The place of every row that is kept, where the file's own date, or its kind, tells. */
export function onlyPlace(options: CompileOptions): number | undefined {
  const { kind, columns, date, buckets, sampleUsers } = options;
  if (routeTables(kind).length > 1 || sampleUsers < 1) return undefined;
  if (!isEventKind(kind)) return firstPlace;
  if (buckets > 1 || date === undefined || columns.some(({ to }) => to === "event_at")) {
    return undefined;
  }
  const [year, month] = date.split("-").map(Number);
  return (year! - firstYear) * 12 + month! - 1 + firstPlace;
}

/** Columns that ingest makes where no column of the source gives them. */
const ofEveryEvent: readonly string[] = [
  "user_id",
  "event_at",
  "event_date",
  "timed",
  "arrived_at",
];

/** The canonical tables that rows of a kind may go to. */
export function routeTables(kind: SourceKind): string[] {
  return "table" in kind.route
    ? [kind.route.table]
    : [...new Set(Object.values(kind.route.tables))];
}

/** Whether the kind holds events, which are partitioned by month and bucket. */
export function isEventKind(kind: SourceKind): boolean {
  return tables[routeTables(kind)[0]!]!.nature === "event";
}

/** Columns of the Parquet files that this file's rows become, in the contract's order. */
export function storedColumns(options: CompileOptions): string[] {
  const given = new Set(options.columns.map((column) => column.to));
  const isEvent = isEventKind(options.kind);
  return Object.keys(contractColumns(options.kind)).filter(
    (name) => given.has(name) || (isEvent && ofEveryEvent.includes(name)),
  );
}

function contractColumns(kind: SourceKind): Readonly<Record<string, ColumnContract>> {
  return Object.assign({}, ...routeTables(kind).map((name) => tables[name]!.columns));
}

/** A canonical column that source columns give. */
interface Given {
  readonly name: string;
  readonly contract: ColumnContract;
  /** Source columns, the first one with a text counts. */
  readonly from: readonly SourceColumn[];
  readonly parse: Parse;
}

/**
 * Rows with every stored column and `input_id`, beside them `reason`, `at_fault` (the source's
 * column), `~line`, `~text`, and `cell` (see `placeSql`).
 * @param raw relation with one text column a source column, by the source's names, and `~line`,
 * `~text`, `~fault` (what is wrong with the whole line)
 */
export function typedSelect(options: CompileOptions, raw: string): string {
  const given = givenColumns(options);
  const row = [
    ...rowColumns(options, given),
    ...reasonColumns(options, given),
    `"route"`,
    'NULL::INTEGER AS "bucket"',
    carried,
  ];
  const rows = `SELECT ${row.join(", ")} FROM (${parsedSelect(options, given, raw)})`;
  const stored = storedColumns(options);
  const cell = cellSql(options, [`"reason" IS NOT NULL`]);
  return (
    `SELECT ${stored.map(quoteName).join(", ")}, "input_id", "reason", "at_fault", "~line", ` +
    `"~text", ${cell} AS "cell" FROM (${rows})`
  );
}

/**
 * The same rows without what only rejects need: stored columns, `input_id` and `cell`.
 * @param raw relation with one text column a source column, by the source's names
 */
export function bulkSelect(options: CompileOptions, raw: string): string {
  const given = givenColumns(options);
  const refused = refusals(options, given).map(({ when }) => `WHEN ${when} THEN true`);
  const isRefused = refused.length > 0 ? `CASE ${refused.join(" ")} ELSE false END` : "false";
  const row = [...rowColumns(options, given), `"route"`, `${isRefused} AS "refused"`];
  return (
    `SELECT ${storedColumns(options).map(quoteName).join(", ")}, "input_id", ` +
    `${cellSql(options, [`"refused"`])} AS "cell" ` +
    `FROM (SELECT ${row.join(", ")} FROM (${parsedSelect(options, given, raw)}))`
  );
}

/** Clean texts `t:name`, parsed values `v:name`, `route`, and what is carried along. */
function parsedSelect(options: CompileOptions, given: readonly Given[], raw: string): string {
  const kept = options.together ? `${carried}, "~day", "~input"` : carried;
  const texts = `SELECT ${textColumns(options, given).join(", ")}, ${kept} FROM (${raw})`;
  const parsed = given
    .filter(({ parse }) => parse.sql !== undefined)
    .map(({ name, parse }) => `${parse.sql?.(text(name))} AS ${quoteName(`v:${name}`)}`);
  const route = `${routeSql(options.kind)} AS "route"`;
  return `SELECT ${["*", ...parsed, route].join(", ")} FROM (${texts})`;
}

function rowColumns(options: CompileOptions, given: readonly Given[]): string[] {
  const stored = storedColumns(options).map(
    (name) => `${rowValue(name, options, given)} AS ${quoteName(name)}`,
  );
  return [...stored, `${options.together ? `"~input"` : options.inputId} AS "input_id"`];
}

const carried = `"~line", "~text", "~fault"`;

/** The day of the file, as SQL. */
function daySql({ date, together }: CompileOptions): string {
  return together ? `"~day"` : `DATE ${quoteText(date ?? undatedDay)}`;
}

function givenColumns(options: CompileOptions): Given[] {
  const { kind, columns, date, timeZone } = options;
  const contracts = contractColumns(kind);
  return Object.entries(contracts).flatMap(([name, contract]): Given[] => {
    const from = columns.filter((column) => column.to === name);
    if (from.length === 0) return [];
    const day = name === "event_at" && date !== undefined ? daySql(options) : undefined;
    const parse = parseOf(contract, { timeZone, times: from[0]!.times ?? 1, day });
    return [{ name, contract, from, parse }];
  });
}

function text(name: string): string {
  return quoteName(`t:${name}`);
}

/** The value of a given column: parsed, or its text. */
function value({ name, parse }: Given): string {
  return parse.sql === undefined ? text(name) : quoteName(`v:${name}`);
}

function textColumns({ kind }: CompileOptions, given: readonly Given[]): string[] {
  const columns = given.map(({ name, from }) => {
    const clean = from.map(cleanSql);
    const first = clean.length === 1 ? clean[0] : `coalesce(${clean.join(", ")})`;
    return `${first} AS ${text(name)}`;
  });
  if ("table" in kind.route) return columns;
  const by = quoteName(kind.route.by);
  return [...columns, `nullif(${by}, '') AS ${text(routeName)}`];
}

/** Stands for the column that decides the table. */
const routeName = "~route";

/** The raw text, null where it says nothing. */
function cleanSql(column: SourceColumn): string {
  const name = quoteName(column.name);
  const texts = (column.nullLikes ?? []).map(quoteText);
  if (texts.length === 0) return name;
  return `CASE WHEN ${name} IN (${texts.join(", ")}) THEN NULL ELSE ${name} END`;
}

function rowValue(name: string, options: CompileOptions, given: readonly Given[]): string {
  const own = given.find((one) => one.name === name);
  if (!isEventKind(options.kind) || !ofEveryEvent.includes(name) || name === "user_id") {
    return own ? value(own) : "NULL";
  }
  const { date, kind } = options;
  const time = given.find((one) => one.name === "event_at");
  const midnight = `CAST(${daySql(options)} AS TIMESTAMP)`;
  const noTime = time && `${text("event_at")} IS NULL`;
  const dated = date !== undefined && time;
  const at = !time
    ? midnight
    : dated
      ? `CASE WHEN ${noTime} THEN ${midnight} ELSE ${value(time)} END`
      : value(time);
  switch (name) {
    case "event_at":
      return at;
    case "event_date":
      return `CAST(${at} AS DATE)`;
    case "timed":
      return time ? `coalesce(${time.parse.timed?.(text("event_at")) ?? "true"}, false)` : "false";
    default: {
      const hours = 24 + (kind.arrivalLagHours ?? 0);
      const delivered = `greatest(${at}, ${midnight} + INTERVAL ${hours} HOUR)`;
      const known = date === undefined ? at : delivered;
      return own ? `coalesce(${value(own)}, ${known})` : known;
    }
  }
}

/**
 * Index of the row's table among `routeTables`, null where the word is unknown. Blanks around the
 * word are looked for last: trimming costs more than all the rest.
 */
function routeSql(kind: SourceKind): string {
  if ("table" in kind.route) return "0";
  const names = routeTables(kind);
  const cases = Object.entries(kind.route.tables).map(
    ([word, table]) => `WHEN ${quoteText(word)} THEN ${names.indexOf(table)}`,
  );
  const word = `lower(${text(routeName)})`;
  const chain = cases.join(" ");
  return `CASE ${word} ${chain} ELSE CASE trim(${word}) ${chain} END END`;
}

interface Refusal {
  readonly when: string;
  readonly code: string;
  /** The source's column. */
  readonly column: string;
}

/** What a row is refused for, in the order of the documentation. */
function refusals(options: CompileOptions, given: readonly Given[]): Refusal[] {
  const { kind, date } = options;
  const isEvent = isEventKind(kind);
  const list: Refusal[] = [];
  for (const { name, contract, from } of given) {
    const dayIsKnown = name === "event_at" && date !== undefined;
    if (contract.required !== true || dayIsKnown || name === "arrived_at") continue;
    list.push({ when: `${text(name)} IS NULL`, code: "MISSING_KEY", column: from[0]!.name });
  }
  if (!("table" in kind.route)) {
    const column = kind.route.by;
    const word = text(routeName);
    const blank = `WHEN "route" IS NULL THEN trim(${word}) = '' ELSE false`;
    const when = `CASE WHEN ${word} IS NULL THEN true ${blank} END`;
    list.push({ when, code: "MISSING_KEY", column });
    list.push({ when: `"route" IS NULL`, code: "UNKNOWN_EVENT_TYPE", column });
  }
  for (const one of given) {
    const { contract, parse } = one;
    const column = one.from[0]!.name;
    if (parse.badCode === undefined || !(isEvent || contract.required)) continue;
    const unread = `${value(one)} IS NULL`;
    const bad = parse.valid ? `(${unread} OR NOT ${parse.valid(value(one))})` : unread;
    const when = `${text(one.name)} IS NOT NULL AND ${bad}`;
    list.push({ when, code: parse.badCode, column });
    if (contract.neverNegative) {
      list.push({ when: `${value(one)} < 0`, code: "NEGATIVE_TIME", column });
    }
  }
  return list;
}

function reasonColumns(options: CompileOptions, given: readonly Given[]): string[] {
  const list = refusals(options, given);
  const chain = (pick: (refusal: Refusal) => string): string =>
    list.map((one) => `WHEN ${one.when} THEN ${quoteText(pick(one))}`).join(" ");
  const choose = (pick: (refusal: Refusal) => string, whole: string): string =>
    `CASE WHEN "~fault" IS NOT NULL THEN ${whole} ${chain(pick)} END`;
  return [
    `${choose((one) => one.code, `"~fault"`)} AS "reason"`,
    `${choose((one) => one.column, "NULL")} AS "at_fault"`,
  ];
}

/**
 * Table and month in one number, in steps of as many as there are buckets; below 0 for rows that
 * are no part of the lake: their place - 2.
 * @param refused conditions under which a row is rejected
 */
function cellSql(options: CompileOptions, refused: readonly string[]): string {
  const { kind, buckets, sampleUsers } = options;
  const month = `(year("event_date") - ${firstYear}) * 12 + month("event_date") - 1`;
  const inTable = isEventKind(kind) ? `(${month}) * ${buckets}` : "0";
  const cases = refused.map((when) => `WHEN ${when} THEN ${rejectedPlace - firstPlace}`);
  if (sampleUsers < 1 && storedColumns(options).includes("user_id")) {
    cases.push(`WHEN NOT ${sampleSql(sampleUsers)} THEN ${sampledCell}`);
  }
  const cell = `"route" * ${months * buckets} + ${inTable}`;
  return `CAST(CASE ${cases.join(" ")} ELSE ${cell} END AS INTEGER)`;
}

/** The place of a row with a `cell`. */
export function placeSql({ kind, buckets }: CompileOptions): string {
  const inTable = isEventKind(kind) ? bucketSql(buckets) : "0";
  return `CASE WHEN "cell" < 0 THEN "cell" ELSE "cell" + ${inTable} END + ${firstPlace}`;
}

/** The same users in every log, whatever the number of buckets: hex digits 9-16 of the md5. */
function sampleSql(share: number): string {
  return `(CAST('0x' || md5("user_id")[9:16] AS BIGINT) < ${Math.round(share * 2 ** 32)})`;
}
