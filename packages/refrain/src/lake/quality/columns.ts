import { tables, undatedDay } from "../../events/index.js";
import { quoteName } from "../sql-text.js";
import type { ColumnContext, QualityContext, TableContext } from "./context.js";
import { binsOf, logBins, quantilesOf } from "./histogram.js";
import { shown } from "./masking.js";
import type { Bin, ColumnReport, TableReport } from "./report.js";
import { typedView } from "./typed-tables.js";
import { distinctOf, presentRows } from "./values.js";

const mostTop = 12;
/** Rows up to which distinct values are counted rather than estimated. */
const mostCounted = 5_000_000;

/** The report of one kind of input. */
export async function tableReport(
  context: QualityContext,
  table: TableContext,
): Promise<TableReport> {
  const rows = (pick: "kept" | "rejected" | "duplicate"): number =>
    table.inputs.reduce((sum, input) => sum + input.rows[pick], 0);
  const columns: [string, ColumnReport][] = [];
  for (const column of table.columns) {
    columns.push([column.name, await columnReport(context, table, column)]);
  }
  return {
    source: table.source,
    files: table.inputs.length,
    rows: table.profile.rows,
    kept: rows("kept"),
    rejected: rows("rejected"),
    duplicate: rows("duplicate"),
    ...(await spanOf(context, table)),
    columns: Object.fromEntries(columns),
  };
}

async function spanOf(
  context: QualityContext,
  table: TableContext,
): Promise<Pick<TableReport, "firstAt" | "lastAt">> {
  const events = table.becomes.filter(
    (name) => tables[name]?.nature === "event" && context.typed.has(name),
  );
  if (events.length === 0) return { firstAt: null, lastAt: null };
  const all = events.map((name) => `SELECT "event_at" FROM ${typedView(name)}`).join(" UNION ALL ");
  const [row] = await context.engine.rows(
    `SELECT CAST(min("event_at") AS VARCHAR) AS "first", CAST(max("event_at") AS VARCHAR) ` +
      `AS "last" FROM (${all})`,
  );
  const [firstAt, lastAt] = [isoText(row?.["first"]), isoText(row?.["last"])];
  const undated = firstAt?.startsWith(undatedDay) && lastAt?.startsWith(undatedDay);
  return undated ? { firstAt: null, lastAt: null } : { firstAt, lastAt };
}

async function columnReport(
  context: QualityContext,
  table: TableContext,
  column: ColumnContext,
): Promise<ColumnReport> {
  const { profile, type, personal } = column;
  const distinct = (await typedDistinct(context, column)) ?? distinctOf(profile);
  const numeric = type === "integer" || type === "real";
  const typed = personal === null ? await typedStats(context, column) : undefined;
  const raw = personal === null && numeric ? numberBins(column) : [];
  const list = profile.values.complete && profile.values.entries.length <= 50;
  return {
    type,
    becomes: column.targets
      .filter(({ table: name }) => context.typed.has(name) || table.becomes.length === 1)
      .map((target) => `${target.table}.${target.column}`),
    missing: profile.missing,
    absent: profile.absent,
    distinct: distinct.count,
    distinctExact: distinct.exact,
    min: typed?.min ?? raw[0]?.from ?? null,
    max: typed?.max ?? raw.at(-1)?.to ?? null,
    mean: typed?.mean ?? null,
    quantiles: raw.length > 0 ? quantilesOf(raw) : null,
    personal,
    top: (list ? column.values : [])
      .slice(0, mostTop)
      .map(({ text, count }) => ({ value: shown(text, personal), count })),
    histogram: typed?.histogram ?? (raw.length > 0 ? binsOf(raw) : null),
  };
}

/** The numbers of a column in order: each for itself where all are known, else log buckets. */
function numberBins({ profile, values }: ColumnContext): Bin[] {
  if (!profile.values.complete) return logBins(profile.numbers);
  return values
    .map(({ text, count }) => ({ from: Number(text), to: Number(text), count }))
    .filter(({ from }) => Number.isFinite(from))
    .sort((a, b) => a.from - b.from);
}

/** Exact number of distinct values of the kept rows, where the profile only estimates it. */
async function typedDistinct(
  context: QualityContext,
  column: ColumnContext,
): Promise<{ count: number; exact: boolean } | undefined> {
  const targets = column.targets.filter(({ table, column: name }) =>
    context.typed.get(table)?.includes(name),
  );
  const many = presentRows(column.profile) > mostCounted;
  if (column.profile.values.complete || targets.length === 0 || many) return undefined;
  const rows = targets
    .map((target) => `SELECT ${quoteName(target.column)} AS "x" FROM ${typedView(target.table)}`)
    .join(" UNION ALL ");
  const [row] = await context.engine.rows(`SELECT count(DISTINCT "x") AS "n" FROM (${rows})`);
  return { count: Number(row?.["n"] ?? 0), exact: true };
}

interface TypedStats {
  readonly min: number | string | null;
  readonly max: number | string | null;
  readonly mean: number | null;
  readonly histogram: readonly Bin[] | null;
}

/** Exact ends and means of the kept rows; times also by month or day for the picture. */
async function typedStats(
  context: QualityContext,
  column: ColumnContext,
): Promise<TypedStats | undefined> {
  const targets = column.targets.filter(({ table, column: name }) =>
    context.typed.get(table)?.includes(name),
  );
  const type = targets[0]?.contract.type;
  if (type === undefined || type === "text" || type === "texts" || type === "boolean") {
    return undefined;
  }
  const rows = targets
    .map((target) => `SELECT ${quoteName(target.column)} AS "x" FROM ${typedView(target.table)}`)
    .join(" UNION ALL ");
  if (type === "date" || type === "timestamp") return timeStats(context, rows);
  const scale = targets[0]?.contract.scale ?? 3;
  const [row] = await context.engine.rows(
    `SELECT min("x") AS "min", max("x") AS "max", count("x") AS "n", ` +
      `CAST(sum(TRY_CAST(round("x" * 1e${scale}) AS HUGEINT)) AS VARCHAR) AS "sum" FROM (${rows})`,
  );
  const count = Number(row?.["n"] ?? 0);
  if (count === 0) return undefined;
  const mean = Number(BigInt(String(row?.["sum"] ?? "0"))) / 10 ** scale / count;
  return { min: Number(row?.["min"]), max: Number(row?.["max"]), mean, histogram: null };
}

async function timeStats(context: QualityContext, rows: string): Promise<TypedStats | undefined> {
  const [row] = await context.engine.rows(
    `SELECT CAST(min("x") AS VARCHAR) AS "min", CAST(max("x") AS VARCHAR) AS "max", ` +
      `date_diff('day', min("x"), max("x")) AS "days" FROM (${rows})`,
  );
  const min = isoText(row?.["min"]);
  const days = Number(row?.["days"] ?? 0);
  if (min === null) return undefined;
  const unit = days <= 92 ? "day" : days <= 3650 ? "month" : "year";
  const bins = await context.engine.rows(
    `SELECT epoch_ms(date_trunc('${unit}', "x"::TIMESTAMP)) AS "from", ` +
      `epoch_ms(date_trunc('${unit}', "x"::TIMESTAMP) + INTERVAL 1 ${unit}) AS "to", ` +
      `count(*) AS "n" ` +
      `FROM (${rows}) WHERE "x" IS NOT NULL GROUP BY 1, 2 ORDER BY 1`,
  );
  const histogram = bins.map((bin) => ({
    from: Number(bin["from"]),
    to: Number(bin["to"]),
    count: Number(bin["n"]),
  }));
  return { min, max: isoText(row?.["max"]), mean: null, histogram };
}

function isoText(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value).replace(" ", "T");
}
