/** Borders between bins: the operations of src/encoders/binning/bounds.ts, in their order. */
import { sortDoubles } from "./bins";

/** A number a bin can end at: a <= middle < b. */
// @ts-ignore: decorator
@inline
function middle(a: f64, b: f64): f64 {
  const between = a / 2 + b / 2;
  return between >= a && between < b ? between : a;
}

/** Distinct values and how often they come; values in place. @returns their number less one */
function compress(values: usize, count: i32, counts: usize): i32 {
  let last = -1;
  let previous: f64 = NaN;
  for (let i = 0; i < count; i++) {
    const value = load<f64>(values + (<usize>i << 3));
    if (value != previous) {
      last++;
      store<f64>(values + (<usize>last << 3), value);
      store<f64>(counts + (<usize>last << 3), 0);
      previous = value;
    }
    const at = counts + (<usize>last << 3);
    store<f64>(at, load<f64>(at) + 1);
  }
  return last;
}

/**
 * Finds at most mostBins - 1 borders.
 * @param values ascending, none NaN; overwritten
 * @param counts 8 bytes a value
 * @param bounds receives the borders
 * @returns their number
 */
export function quantileBounds(
  values: usize, count: i32, mostBins: i32, counts: usize, bounds: usize,
): i32 {
  const last = compress(values, count, counts);
  let found = 0;
  if (last < mostBins) {
    for (; found < last; found++) {
      const at = values + (<usize>found << 3);
      store<f64>(bounds + (<usize>found << 3), middle(load<f64>(at), load<f64>(at, 8)));
    }
    return found;
  }
  let rest = <f64>count;
  let restBins = <f64>mostBins;
  const share = rest / restBins;
  for (let i = 0; i <= last; i++) {
    const here = load<f64>(counts + (<usize>i << 3));
    if (here < share) continue;
    restBins -= 1;
    rest -= here;
  }
  let mean = rest / max(restBins, 1);
  let held: f64 = 0;
  for (let i = 0; i < last && found < mostBins - 1; i++) {
    const at = <usize>i << 3;
    const here = load<f64>(counts + at);
    const large = here >= share;
    held += here;
    if (!large) rest -= here;
    const nextLarge = load<f64>(counts + at, 8) >= share;
    if (!(large || held >= mean || (nextLarge && held >= mean / 2))) continue;
    store<f64>(
      bounds + (<usize>found << 3), middle(load<f64>(values + at), load<f64>(values + at, 8)));
    found++;
    held = 0;
    if (large) continue;
    restBins -= 1;
    mean = rest / max(restBins, 1);
  }
  return found;
}

/** Sorts doubles and finds their borders; see sortDoubles and quantileBounds. */
export function sortedBounds(
  values: usize, count: i32, scratch: usize, mostBins: i32, bounds: usize,
): i32 {
  sortDoubles(values, count, scratch);
  return quantileBounds(values, count, mostBins, scratch, bounds);
}
