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
 * Whole numbers keep together with their own, up to 24 of them a bin each.
 */
export function binsOf(bins: readonly Bin[]): Bin[] {
  const low = bins.length > 0 ? quantileOf(bins, 0.001) : 0;
  const high = quantileOf(bins, 0.999);
  if (!(high > low)) {
    const count = bins.reduce((sum, bin) => sum + bin.count, 0);
    return [{ from: low, to: high, count }];
  }
  const whole = bins.every(({ from, to }) => from === to && Number.isInteger(from));
  const width = whole ? Math.ceil((high - low + 1) / mostBins) : (high - low) / mostBins;
  const first = whole ? low - 0.5 : low;
  const counts = new Array<number>(whole ? Math.ceil((high - low + 1) / width) : mostBins).fill(0);
  for (const bin of bins) spread(bin, { low: first, width }, counts);
  return counts.map((count, at) => ({
    from: first + at * width,
    to: first + (at + 1) * width,
    count: Math.round(count * 100) / 100,
  }));
}

/** Shares a log bucket out over the bins that it covers; the outer bins reach to infinity. */
function spread(
  bin: Bin,
  { low, width }: { readonly low: number; readonly width: number },
  counts: number[],
): void {
  const most = counts.length - 1;
  const at = (value: number): number =>
    Math.max(0, Math.min(most, Math.floor((value - low) / width)));
  const [first, last] = [at(bin.from), at(bin.to)];
  for (let index = first; index <= last; index++) {
    const from = index === first ? bin.from : low + index * width;
    const to = index === last ? bin.to : low + (index + 1) * width;
    counts[index]! += first === last ? bin.count : (bin.count * (to - from)) / (bin.to - bin.from);
  }
}
