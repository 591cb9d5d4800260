import type { Picture } from "./figures/picture.js";
import { type Content, html, join, type Markup, trusted } from "./markup.js";
import { formatNumber, noNumber } from "./numbers.js";

/** One number in a tile. */
export interface Fact {
  /** What the number is. */
  readonly label: string;
  /** The number, as it is to be read. */
  readonly value: Content;
  /** Smaller words under the value, such as an interval. */
  readonly note?: Content;
}

/** A column of a table. */
export interface TableColumn {
  /** Head of the column. */
  readonly title: string;
  /** Numbers stand right-aligned, sentences keep a readable width; text where absent. */
  readonly kind?: "text" | "number" | "prose";
}

/** A cell; numbers are written by `formatNumber`, null is a dash. */
export type Cell = Content;

/** A row of cells, or cells with a mark. */
export type TableRow =
  | readonly Cell[]
  | {
      /** From left to right. */
      readonly cells: readonly Cell[];
      /** Whether the row stands out. */
      readonly marked: boolean;
    };

/** What a table is made of; the first cell of a row is its heading. */
export interface TableOptions {
  /** Says what the table shows; also its name for screen readers. */
  readonly caption: string;
  /** From left to right. */
  readonly columns: readonly TableColumn[];
  /** From top to bottom. */
  readonly rows: readonly TableRow[];
  /** Stands in place of rows when there are none. */
  readonly empty?: string;
}

/** Tiles with the numbers that matter most. */
export function facts(items: readonly Fact[]): Markup {
  return html`<dl class="facts">
${items.map(
  (item) => html`<div><dt>${item.label}</dt><dd>${item.value}${
    item.note === undefined ? null : html`<span class="note">${item.note}</span>`
  }</dd></div>
`,
)}</dl>
`;
}

/** A table that scrolls sideways inside itself. */
export function table(options: TableOptions): Markup {
  const { caption, columns } = options;
  const head = columns.map(
    (column) => html`<th scope="col"${classOf(column)}>${column.title}</th>`,
  );
  const rows =
    options.rows.length > 0
      ? options.rows.map((row) => tableRow(row, columns))
      : html`<tr><td colspan="${columns.length}">${options.empty ?? "None."}</td></tr>\n`;
  return html`<p class="caption">${caption}</p>
<div class="scroll table" role="region" aria-label="${caption}" tabindex="0">
<table aria-label="${caption}">
<thead><tr>${head}</tr></thead>
<tbody>
${rows}</tbody></table></div>
`;
}

/**
 * A table of which the first rows are in sight and all of them on request.
 * @param options all rows
 * @param most rows in sight
 * @param words caption of those in sight, and what unfolds the rest
 */
export function longTable(
  options: TableOptions,
  most: number,
  words: { readonly caption: string; readonly all: string },
): Markup {
  const { rows } = options;
  if (rows.length <= most) return table(options);
  const first = table({ ...options, caption: words.caption, rows: rows.slice(0, most) });
  return html`${first}${foldable(words.all, table(options))}`;
}

function tableRow(row: TableRow, columns: readonly TableColumn[]): Markup {
  const { cells, marked } = "cells" in row ? row : { cells: row, marked: false };
  const rendered = cells.map((cell, at) => {
    const text = cellContent(cell);
    const classes = classOf(columns[at] ?? { title: "" });
    return at === 0
      ? html`<th scope="row"${classes}>${text}</th>`
      : html`<td${classes}>${text}</td>`;
  });
  return html`<tr${trusted(marked ? ' class="marked"' : "")}>${rendered}</tr>\n`;
}

function cellContent(cell: Cell): Content {
  if (typeof cell === "number") return formatNumber(cell);
  return typeof cell === "string" ? breakable(cell) : (cell ?? noNumber);
}

/** Long names of features may break after an underscore or a dot, and nowhere else. */
function breakable(text: string): Markup {
  return join(text.split(/(?<=_|\.(?=[^\d\s]))/), trusted("<wbr>"));
}

function classOf(column: TableColumn): Markup {
  return trusted(` class="${column.kind ?? "text"}"`);
}

/** A value with its interval under it, for a cell. */
export function withRange(value: Content, range: Content): Markup {
  const shown = typeof value === "string" ? breakable(value) : value;
  return html`${shown}<span class="range">${range}</span>`;
}

/** A dash with the reason why there is no number, for a cell. */
export function withReason(reason: string): Markup {
  return html`${noNumber}<span class="why">${reason}</span>`;
}

/** A picture with its caption and, where it has series, their legend. */
export function figure(picture: Picture, caption: Content): Markup {
  return html`<figure>${figureInside(picture, caption)}</figure>\n`;
}

/** A picture on a line of its own; one wider than the page scrolls inside itself. */
export function wideFigure(picture: Picture, caption: Content): Markup {
  return html`<figure class="alone">${figureInside(picture, caption)}</figure>\n`;
}

function figureInside(picture: Picture, caption: Content): Markup {
  const svg = trusted(picture.svg);
  const drawn = picture.width <= 480 ? svg : scrolling(picture.alt, svg);
  return html`${legend(picture.legend)}${drawn}<figcaption>${caption}</figcaption>`;
}

function scrolling(name: string, inside: Content): Markup {
  return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0">${inside}</div>`;
}

function legend(entries: Picture["legend"]): Markup | null {
  if (entries.length === 0) return null;
  return html`<ul class="legend">${entries.map(
    (entry) => html`<li>${swatch(entry)}${entry.name}</li>`,
  )}</ul>`;
}

function swatch(entry: Picture["legend"][number]): Markup {
  const shape =
    entry.shape === "line"
      ? html`<line x1="0" y1="5" x2="26" y2="5" stroke-width="2.5"/>`
      : html`<rect width="14" height="10" x="6" stroke="none"/>`;
  return html`<svg width="26" height="10" aria-hidden="true" class="series${
    entry.series + 1
  }">${shape}</svg>`;
}

/** Figures beside each other where the page is wide enough. */
export function figures(items: readonly Content[], size: "normal" | "small" = "normal"): Markup {
  return html`<div class="figures${size === "small" ? " small" : ""}">
${items}</div>
`;
}

/** A remark that must not be missed. */
export function callout(
  tone: "plain" | "good" | "warn" | "bad",
  title: string,
  body: Content,
): Markup {
  return html`<div class="callout ${tone}"><strong>${title}</strong>${paragraphs(body)}</div>\n`;
}

/** Text as a paragraph, markup as it is. */
export function paragraphs(body: Content): Content {
  return typeof body === "string" ? html`<p>${body}</p>` : body;
}

/** A list with bullets. */
export function list(items: readonly Content[]): Markup {
  return html`<ul>
${items.map((item) => html`<li>${item}</li>\n`)}</ul>
`;
}

/** Lines to be copied, such as a command. */
export function commandLines(lines: readonly string[]): Markup {
  return html`<pre tabindex="0"><code>${lines.join("\n")}</code></pre>\n`;
}

/** Something that opens when it is asked for. */
export function foldable(summary: string, body: Content): Markup {
  return html`<details><summary>${summary}</summary>
${body}</details>
`;
}
