import { shorten, tickText } from "./axis.js";
import { loadDrawing, type Picture } from "./picture.js";

/** A bar of a histogram. */
export interface HistogramBin {
  /** Lower end. */
  readonly from: number;
  /** Upper end, ≥ `from`. */
  readonly to: number;
  /** Values in the bin. */
  readonly count: number;
}

/** What the small picture of one numeric column is made of. */
export interface ColumnHistogramOptions {
  /** What the figure shows, in words. */
  readonly alt: string;
  /** In order, not overlapping; dates in milliseconds since 1970. */
  readonly bins: readonly HistogramBin[];
  /** The same column in another delivery, drawn as an outline; shares are compared, not counts. */
  readonly against?: readonly HistogramBin[];
  /** How the ends of the range are written. */
  readonly kind?: "number" | "share" | "date";
}

/** A small histogram of one column, 200 × 96 pixels, with the ends of its range. */
export async function columnHistogram(options: ColumnHistogramOptions): Promise<Picture> {
  const { Plot, draw } = await loadDrawing();
  const { alt, kind = "number" } = options;
  const bins = densityOf(options.bins);
  const against = densityOf(options.against ?? []);
  const edges = [...bins, ...against].flatMap((bin) => [bin.from, bin.to]);
  const low = edges.length > 0 ? Math.min(...edges) : 0;
  const high = edges.length > 0 ? Math.max(...edges) : 1;
  const text = tickText(kind);
  return draw(
    {
      width: 200,
      height: 96,
      marginLeft: 8,
      marginRight: 8,
      marginTop: 6,
      marginBottom: 22,
      x: { type: "linear", domain: low < high ? [low, high] : [low - 0.5, low + 0.5], axis: null },
      y: {
        axis: null,
        domain: [0, Math.max(1e-300, ...[...bins, ...against].map((b) => b.height))],
      },
      marks: [
        Plot.rect(bins, {
          x1: "from",
          x2: "to",
          y1: 0,
          y2: "height",
          fill: "var(--series1)",
          fillOpacity: 0.75,
          insetLeft: 0.5,
          insetRight: 0.5,
        }),
        Plot.rect(against, {
          x1: "from",
          x2: "to",
          y1: 0,
          y2: "height",
          fill: "none",
          stroke: "var(--series2)",
          strokeWidth: 1.5,
        }),
        Plot.ruleY([0]),
        Plot.text([text(low)], { frameAnchor: "bottom-left", dy: 16 }),
        Plot.text([text(high)], { frameAnchor: "bottom-right", dy: 16 }),
      ],
    },
    { alt },
  );
}

/**
 * Bars of unlike widths are comparable by area; a bin of no width is given a hundredth of the
 * range.
 */
function densityOf(bins: readonly HistogramBin[]) {
  const total = bins.reduce((sum, bin) => sum + bin.count, 0);
  const ends = bins.flatMap((bin) => [bin.from, bin.to]);
  const range = ends.length > 0 ? Math.max(...ends) - Math.min(...ends) : 0;
  const least = range > 0 ? range / 100 : 1;
  return bins.map((bin) => {
    const width = Math.max(bin.to - bin.from, least);
    const middle = (bin.from + bin.to) / 2;
    return {
      from: middle - width / 2,
      to: middle + width / 2,
      height: total > 0 ? bin.count / total / width : 0,
    };
  });
}

/** What the small picture of one text column is made of. */
export interface ColumnValuesOptions {
  /** What the figure shows, in words. */
  readonly alt: string;
  /** The most frequent values, most frequent first; more than six are cut. */
  readonly values: readonly {
    /** As it stands in the data. */
    readonly value: string;
    /** Rows with this value. */
    readonly count: number;
  }[];
  /** Rows that the counts are shares of. */
  readonly rows: number;
}

/** Small bars of the most frequent values of one column, 200 pixels wide. */
export async function columnValues(options: ColumnValuesOptions): Promise<Picture> {
  const { Plot, draw } = await loadDrawing();
  const rows = options.values.slice(0, 6).map((entry, at) => ({
    at,
    share: options.rows > 0 ? entry.count / options.rows : 0,
    words: shorten(entry.value, 24),
  }));
  return draw(
    {
      width: 200,
      height: Math.max(96, 8 + rows.length * 18),
      marginLeft: 8,
      marginRight: 8,
      marginTop: 4,
      marginBottom: 4,
      x: { axis: null, domain: [0, Math.max(1e-12, ...rows.map((row) => row.share))] },
      y: {
        axis: null,
        type: "band",
        domain: [0, 1, 2, 3, 4].concat(rows.length > 5 ? [5] : []),
        padding: 0.12,
      },
      marks: [
        Plot.barX(rows, { x: "share", y: "at", fill: "var(--series1)", fillOpacity: 0.35 }),
        Plot.text(rows, { x: 0, y: "at", text: "words", textAnchor: "start", dx: 4 }),
      ],
    },
    { alt: options.alt },
  );
}
