import { formatNumber, formatShare } from "../numbers.js";

/** One axis of a figure. */
export interface Axis {
  /** Words beside the axis. */
  readonly label: string;
  /** Ends of the axis; from the data where absent. */
  readonly domain?: readonly [number, number];
  /** Shares are written in per cent, dates take milliseconds since 1970 (UTC). */
  readonly kind?: "number" | "share" | "date";
}

const dayMs = 86_400_000;

/** Free room between two words under an axis. */
const tickGap = 10;

/**
 * How many words fit under an axis; Plot may take up to half as many again, to hit round numbers.
 * @param pixels length of the axis
 */
export function ticksThatFit(axis: Axis, pixels: number, most = 4): number {
  const widest = axis.kind === "share" ? "100 %" : "0.75";
  const room = Math.floor(pixels / (textPixels(widest) + tickGap));
  return Math.max(2, Math.min(most, Math.floor(room / 1.5)));
}

/** Plot's options for an axis. */
export function scaleOf(axis: Axis, ticks: number) {
  const kind = axis.kind ?? "number";
  return {
    label: axis.label,
    ticks,
    ...(axis.domain === undefined ? {} : { domain: [...axis.domain] }),
    ...(kind === "date"
      ? { type: "utc" as const, labelOffset: 44 }
      : { tickFormat: tickText(kind) }),
  };
}

/** How a value of an axis is written. */
export function tickText(kind: Axis["kind"]): (value: number) => string {
  if (kind === "share") return formatShare;
  if (kind === "date") return dateText;
  return formatNumber;
}

/** A day as 2017-03-01, in UTC. */
function dateText(milliseconds: number): string {
  return new Date(Math.floor(milliseconds / dayMs) * dayMs).toISOString().slice(0, 10);
}

/** Pixels that a text of 12 px needs in a wide font, without measuring it. */
export function textPixels(text: string): number {
  return Math.ceil([...text].length * 7.4);
}

/** The text cut to a number of characters, with an ellipsis in the middle where it was longer. */
export function shorten(text: string, characters: number): string {
  const letters = [...text];
  if (letters.length <= characters) return text;
  const kept = characters - 1;
  const head = Math.ceil(kept * 0.6);
  const tail = letters.slice(letters.length - (kept - head));
  return `${letters.slice(0, head).join("")}…${tail.join("")}`;
}
