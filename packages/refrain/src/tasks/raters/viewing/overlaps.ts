import { log } from "@refrain/learn";
import type { Views } from "../../../simulate/index.js";

/** A person may begin one thing while the last one ends: so much is no overlap, milliseconds. */
const slack = 120_000;

/** Two views of one account that run at once. */
export interface Overlap {
  /** Places in the views, the earlier first. */
  readonly first: number;
  readonly second: number;
  /** How long both run, milliseconds. */
  readonly together: number;
}

/** Pairs of views of different titles that run at the same time, each view with those before. */
export function overlappingViews(
  { item, at, seconds }: Views,
  from: number,
  to: number,
): readonly Overlap[] {
  const found: Overlap[] = [];
  if (!seconds) return found;
  let open: number[] = [];
  for (let k = from; k < to; k++) {
    const end = at[k]! + 1_000 * seconds[k]!;
    open = open.filter((other) => at[other]! + 1_000 * seconds[other]! > at[k]!);
    for (const other of open) {
      const together = Math.min(end, at[other]! + 1_000 * seconds[other]!) - at[k]!;
      if (item[other] !== item[k] && together > slack)
        found.push({ first: other, second: k, together });
    }
    // A log that never ends a view must not make this quadratic.
    if (end > at[k]! && open.length < 50) open.push(k);
  }
  return found;
}

/** How much runs at once, how long at most, and how much of it on two devices or addresses. */
export function overlapsOf(views: Views, from: number, to: number) {
  const { seconds, device, address } = views;
  if (!seconds?.subarray(from, to).some((one) => !Number.isNaN(one))) return {};
  const overlaps = overlappingViews(views, from, to);
  const differ = (codes: Int32Array | undefined) =>
    new Set(
      overlaps
        .filter(({ first, second }) => {
          const [a, b] = [codes?.[first] ?? -1, codes?.[second] ?? -1];
          return a >= 0 && b >= 0 && a !== b;
        })
        .map(({ second }) => second),
    ).size;
  const knows = (codes: Int32Array | undefined) =>
    codes?.subarray(from, to).some((one) => one >= 0) ?? false;
  const n = to - from;
  const longest = overlaps.reduce((most, one) => Math.max(most, one.together), 0);
  return {
    concurrentShare: new Set(overlaps.map(({ second }) => second)).size / n,
    concurrentLongest: log(1 + longest / 60_000),
    concurrentDevices: knows(device) ? differ(device) / n : Number.NaN,
    concurrentAddresses: knows(address) ? differ(address) / n : Number.NaN,
  };
}
