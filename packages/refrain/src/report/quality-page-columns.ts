import type { ColumnReport, TableReport } from "../lake/index.js";
import { columnHistogram, columnValues } from "./figures/column-picture.js";
import type { Picture } from "./figures/picture.js";
import { html, type Markup } from "./markup.js";
import { formatNumber, formatShare } from "./numbers.js";
import type { Section } from "./page.js";
import { type Cell, figure, figures, table, withRange } from "./parts.js";

/** Columns of more values than this are no list to draw. */
const mostBars = 12;

/** One kind of input: every column in a row, and a small picture of each that has one. */
export async function columnsSection(name: string, kind: TableReport): Promise<Section> {
  const number = (title: string) => ({ title, kind: "number" as const });
  const columns = Object.entries(kind.columns);
  const pictures: Markup[] = [];
  for (const [column, report] of columns) {
    const picture = await pictureOf(column, report, kind.rows);
    if (picture) pictures.push(figure(picture, captionOf(column, report, kind.rows)));
  }
  const span =
    kind.firstAt === null ? "" : `, ${kind.firstAt.slice(0, 10)} to ${kind.lastAt?.slice(0, 10)}`;
  const files = kind.files === 1 ? "1 file" : `${formatNumber(kind.files)} files`;
  return {
    title: name,
    body: html`<p>${formatNumber(kind.rows)} rows in ${files} of ${kind.source}${span}.</p>
${figures(pictures, "small")}${table({
  caption: `Columns of ${name}`,
  columns: [
    { title: "Column" },
    { title: "Type" },
    number("Missing"),
    number("Distinct"),
    number("Least"),
    number("Median"),
    number("Greatest"),
    { title: "Kept as" },
  ],
  rows: columns.map(([column, report]) => columnRow(column, report, kind.rows)),
})}`,
  };
}

function columnRow(name: string, column: ColumnReport, rows: number): Cell[] {
  const missing = withRange(
    formatNumber(column.missing),
    column.missing === 0 ? "" : formatShare(column.missing / Math.max(1, rows)),
  );
  const distinct = `${column.distinctExact ? "" : "~"}${formatNumber(column.distinct)}`;
  return [
    name,
    column.personal === null ? column.type : withRange(column.type, `${column.personal}, masked`),
    missing,
    distinct,
    end(column.min),
    column.quantiles?.[2] ?? null,
    end(column.max),
    keptAs(column.becomes),
  ];
}

/** `event_at of play, skip, like`. */
function keptAs(becomes: readonly string[]): string | null {
  const byColumn = new Map<string, string[]>();
  for (const target of becomes) {
    const [table = "", column = ""] = target.split(".");
    byColumn.set(column, [...(byColumn.get(column) ?? []), table]);
  }
  const texts = [...byColumn].map(([column, tables]) => `${column} of ${tables.join(", ")}`);
  return texts.length === 0 ? null : texts.join("; ");
}

function end(value: number | string | null): Cell {
  return typeof value === "string" ? value.slice(0, 10) : value;
}

async function pictureOf(
  name: string,
  column: ColumnReport,
  rows: number,
): Promise<Picture | undefined> {
  if (column.personal !== null) return undefined;
  const time = column.type === "date" || column.type === "timestamp";
  const numeric = column.type === "integer" || column.type === "real";
  const most = numeric ? mostBars / 2 : mostBars;
  const short = column.distinct > 0 && column.distinct <= most && column.type !== "list";
  if (short && column.top.length > 0 && !time) {
    const shares = column.top
      .slice(0, 6)
      .map(({ value, count }) => `${value} ${formatShare(count / Math.max(1, rows))}`);
    return columnValues({ alt: `${name}: ${shares.join(", ")}`, values: column.top, rows });
  }
  if (!column.histogram || column.histogram.length < 2) return undefined;
  const bins = column.histogram;
  const peak = bins.reduce((best, bin) => (bin.count > best.count ? bin : best));
  const text = (value: number): string =>
    time ? new Date(value).toISOString().slice(0, 10) : formatNumber(value);
  const alt =
    `${name}: histogram from ${text(bins[0]!.from)} to ${text(bins.at(-1)!.to)}, most ` +
    `between ${text(peak.from)} and ${text(peak.to)}`;
  return columnHistogram({ alt, bins, kind: time ? "date" : "number" });
}

function captionOf(name: string, column: ColumnReport, rows: number): Markup {
  const missing = column.missing === 0 ? "" : `, ${formatShare(column.missing / rows)} missing`;
  return html`<b>${name}</b>${missing}`;
}
