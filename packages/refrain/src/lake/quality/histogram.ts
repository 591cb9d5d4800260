import { bucketsPerOctave } from "./profile.js";
import type { Bin } from "./report.js";

const mostBins = 24;

/** The log buckets of a profile as bins in order; zero is a bin without width. */
export function logBins(numbers: Readonly<Record<string, number>>): Bin[] {
  return Object.entries(numbers)
    .map(([name, count]) => ({ ...edges(name), count }))
    .sort((a, b) => a.from - b.from);
}

function edges(name: string): { from: number; to: number } {
  if (name === "0") return { from: 0, to: 0 };
  const bucket = Number(name.slice(1));
  const low = 2 ** (bucket / bucketsPerOctave);
  const high = 2 ** ((bucket + 1) / bucketsPerOctave);
  return name.startsWith("n") ? { from: -high, to: -low } : { from: low, to: high };
}

/** Quantiles at 1, 25, 50, 75 and 99 %: the geometric middle of the bucket they fall into. */
export function quantilesOf(bins: readonly Bin[]): number[] {
  return [0.01, 0.25, 0.5, 0.75, 0.99].map((share) => quantileOf(bins, share));
}

/** One quantile of log bins. */
export function quantileOf(bins: readonly Bin[], share: number): number {
  const total = bins.reduce((sum, bin) => sum + bin.count, 0);
  let below = 0;
  for (const bin of bins) {
    below += bin.count;
    if (below >= share * total) return middle(bin);
  }
  return bins.length > 0 ? middle(bins.at(-1)!) : Number.NaN;
}

function middle({ from, to }: Bin): number {
  if (from === to) return from;
  const size = Math.sqrt(Math.abs(from) * Math.abs(to));
  return Number((from < 0 ? -size : size).toPrecision(4));
}

/**
 * Equal bins from the 0.1 % to the 99.9 % quantile, what lies beyond in the first and the last.
 * Small whole numbers keep a bin each.
 */
export function binsOf(bins: readonly Bin[]): Bin[] {
  const low = bins.length > 0 ? quantileOf(bins, 0.001) : 0;
  const high = quantileOf(bins, 0.999);
  if (!(high > low)) {
    const count = bins.reduce((sum, bin) => sum + bin.count, 0);
    return [{ from: low, to: high, count }];
  }
  const width = (high - low) / mostBins;
  const counts = new Array<number>(mostBins).fill(0);
  for (const bin of bins) spread(bin, { low, width }, counts);
  return counts.map((count, at) => ({
    from: low + at * width,
    to: low + (at + 1) * width,
    count: Math.round(count * 100) / 100,
  }));
}

/** A log bucket wider than a bin is shared out over the bins that it covers. */
function spread(
  bin: Bin,
  { low, width }: { readonly low: number; readonly width: number },
  counts: number[],
): void {
  const at = (value: number): number =>
    Math.max(0, Math.min(counts.length - 1, Math.floor((value - low) / width)));
  const [first, last] = [at(bin.from), at(bin.to)];
  if (first === last || bin.to - bin.from <= width) {
    counts[at(bin.from === bin.to ? bin.from : (bin.from + bin.to) / 2)]! += bin.count;
    return;
  }
  const part = bin.count / (last - first + 1);
  for (let index = first; index <= last; index++) counts[index]! += part;
}
