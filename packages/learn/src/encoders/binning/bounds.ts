/**
 * Borders between bins of about equal numbers of values; a value that fills a bin gets its own.
 * @source Ke et al. 2017 (LightGBM), GreedyFindBin
 */

/** A number a bin can end at: a ≤ middle < b. */
function middle(a: number, b: number): number {
  const between = a / 2 + b / 2;
  return between >= a && between < b ? between : a;
}

interface Distinct {
  readonly values: Float64Array;
  readonly counts: Float64Array;
}

function distinctOf(sorted: Float64Array): Distinct {
  const values = new Float64Array(sorted.length);
  const counts = new Float64Array(sorted.length);
  let last = -1;
  for (let i = 0; i < sorted.length; i++) {
    if (last < 0 || sorted[i] !== values[last]) values[++last] = sorted[i]!;
    counts[last]! += 1;
  }
  return { values: values.subarray(0, last + 1), counts: counts.subarray(0, last + 1) };
}

/**
 * Finds the borders.
 * @param sorted values in ascending order, none NaN
 * @param mostBins bins at most, ≥ 1
 * @returns ascending borders, one fewer than bins; a value belongs to the first border not below it
 */
export function quantileBounds(sorted: Float64Array, mostBins: number): Float64Array {
  const { values, counts } = distinctOf(sorted);
  const bounds: number[] = [];
  const last = values.length - 1;
  if (values.length <= mostBins) {
    for (let i = 0; i < last; i++) bounds.push(middle(values[i]!, values[i + 1]!));
    return Float64Array.from(bounds);
  }
  let rest = sorted.length;
  let restBins = mostBins;
  const share = rest / mostBins;
  const large = counts.map((count) => (count >= share ? 1 : 0));
  for (let i = 0; i < large.length; i++) {
    if (large[i] === 0) continue;
    restBins -= 1;
    rest -= counts[i]!;
  }
  let mean = rest / Math.max(restBins, 1);
  let held = 0;
  for (let i = 0; i < last && bounds.length < mostBins - 1; i++) {
    held += counts[i]!;
    if (large[i] === 0) rest -= counts[i]!;
    const full = large[i] === 1 || held >= mean || (large[i + 1] === 1 && held >= mean / 2);
    if (!full) continue;
    bounds.push(middle(values[i]!, values[i + 1]!));
    held = 0;
    if (large[i] === 1) continue;
    restBins -= 1;
    mean = rest / Math.max(restBins, 1);
  }
  return Float64Array.from(bounds);
}
