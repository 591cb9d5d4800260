import { formatNumber } from "../numbers.js";
import { shorten, textPixels } from "./axis.js";
import { loadDrawing, type Picture } from "./picture.js";

/** What a heat map is made of. */
export interface HeatMapOptions {
  /** What the figure shows, in words. */
  readonly alt: string;
  /** Names of the rows, from top to bottom. */
  readonly rows: readonly string[];
  /** Names above the columns; absent = the rows again, shown by their numbers. */
  readonly columns?: readonly string[];
  /** Row-major, rows × columns; NaN is left empty. */
  readonly values: ArrayLike<number>;
  /** `signed`: -1…1 in two colours; `share`: 0…1 in one. Cells say whole per cent. */
  readonly scale: "signed" | "share";
  /** Words over the columns and beside the ramp. */
  readonly columnTitle?: string;
}

const cellHeight = 22;
/** A wide map is drawn narrower before it has to scroll on a page of 1,184 px. */
const [pageWidth, leastCell, mostCell] = [1184, 24, 31];

/** Cells in whole per cent with their ramp: rank correlations, cohorts. */
export async function heatMap(options: HeatMapOptions): Promise<Picture> {
  const { Plot, draw } = await loadDrawing();
  const { rows, values, scale } = options;
  const numbered = options.columns === undefined;
  const columns = options.columns ?? rows;
  const rowWords = rows.map((row, at) =>
    numbered ? `${shorten(row, 40)}  ${at + 1}` : shorten(row, 40),
  );
  const cells = rows.flatMap((_, row) =>
    columns.map((__, column) => {
      const value = values[row * columns.length + column] ?? Number.NaN;
      return { row, column, value, ...paint(value, scale), words: percentText(value) };
    }),
  );
  const known = cells.filter((cell) => Number.isFinite(cell.value));
  const marginLeft = 14 + Math.max(40, ...rowWords.map(textPixels));
  const room = Math.floor((pageWidth - marginLeft - 12) / Math.max(1, columns.length));
  const cellWidth = Math.max(leastCell, Math.min(mostCell, room));
  return draw(
    {
      width: marginLeft + columns.length * cellWidth + 12,
      height: 58 + rows.length * cellHeight,
      marginLeft,
      marginRight: 12,
      marginTop: 44,
      marginBottom: 14,
      x: {
        type: "band",
        domain: columns.map((_, at) => at),
        axis: "top",
        tickSize: 0,
        label: options.columnTitle ?? null,
        labelAnchor: "left",
        labelArrow: "none",
        padding: 0,
        tickFormat: (at: number) => (numbered ? `${at + 1}` : shorten(columns[at] ?? "", 5)),
      },
      y: {
        type: "band",
        domain: rows.map((_, at) => at),
        tickSize: 0,
        label: null,
        padding: 0,
        tickFormat: (at: number) => rowWords[at] ?? "",
      },
      marks: [
        Plot.cell(known, {
          x: "column",
          y: "row",
          fill: "fill",
          fillOpacity: "strength",
          inset: 0.5,
          title: (cell: (typeof cells)[number]) =>
            `${rows[cell.row]} / ${columns[cell.column]}: ${formatNumber(cell.value * 100)} %`,
        }),
        Plot.text(known, {
          x: "column",
          y: "row",
          text: "words",
          fontSize: cellWidth < 28 ? 10 : 11,
        }),
      ],
      opacity: { type: "identity" },
    },
    { alt: options.alt },
  );
}

/** The ramp of a heat map drawn as cells, with what its ends mean. */
export async function heatRamp(scale: HeatMapOptions["scale"], alt: string): Promise<Picture> {
  const { Plot, draw } = await loadDrawing();
  const steps =
    scale === "signed" ? [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1] : [0, 0.25, 0.5, 0.75, 1];
  const cells = steps.map((value) => ({
    value,
    ...paint(value, scale),
    words: percentText(value),
  }));
  return draw(
    {
      width: steps.length * 38 + 8,
      height: 28,
      margin: 4,
      x: { type: "band", domain: steps, axis: null, padding: 0 },
      marks: [
        Plot.cell(cells, {
          x: "value",
          fill: "fill",
          fillOpacity: "strength",
          stroke: "var(--edge)",
        }),
        Plot.text(cells, { x: "value", text: "words", fontSize: 11 }),
      ],
      opacity: { type: "identity" },
    },
    { alt },
  );
}

/** Strength by opacity over the paper, so that one cell is right on light and on dark paper. */
function paint(value: number, scale: HeatMapOptions["scale"]): { fill: string; strength: number } {
  if (scale === "share") return { fill: "var(--lower)", strength: Math.min(1, Math.max(0, value)) };
  return {
    fill: value >= 0 ? "var(--raise)" : "var(--lower)",
    strength: Math.min(1, Math.abs(value)),
  };
}

function percentText(value: number): string {
  if (!Number.isFinite(value)) return "";
  const percent = Math.round(value * 100);
  return percent < 0 ? `\u2212${-percent}` : `${percent}`;
}
