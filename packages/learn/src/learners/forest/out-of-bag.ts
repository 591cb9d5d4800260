import type { Json } from "../../foundation/index.js";
import { accuracy, brier, rocAuc } from "../../metrics/index.js";
import type { TrainingData } from "../door.js";
import type { ForestTarget } from "./targets.js";

interface Judged {
  readonly target: Float64Array;
  readonly scores: Float64Array;
  readonly weight: Float64Array | undefined;
}

/** Rows that at least one tree has not seen. */
function judgedRows(data: TrainingData, outOfBag: Float64Array, outputs: number): Judged {
  const rows: number[] = [];
  for (let row = 0; row < data.frame.rowCount; row++) {
    if (!Number.isNaN(outOfBag[row * outputs]!)) rows.push(row);
  }
  const pick = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]!);
  const scores = new Float64Array(rows.length * outputs);
  for (const [place, row] of rows.entries()) {
    scores.set(outOfBag.subarray(row * outputs, (row + 1) * outputs), place * outputs);
  }
  return { target: pick(data.target!), scores, weight: data.weight && pick(data.weight) };
}

/** Weighted share of rows whose class has the highest share. */
function classAccuracy({ target, scores, weight }: Judged, classes: number): number {
  let [right, total] = [0, 0];
  for (let row = 0; row < target.length; row++) {
    const shares = scores.subarray(row * classes, (row + 1) * classes);
    const best = shares.reduce((most, share, k) => (share > shares[most]! ? k : most), 0);
    const w = weight?.[row] ?? 1;
    right += best === target[row] ? w : 0;
    total += w;
  }
  return right / total;
}

/** Share of the variance that is explained. */
function rSquared({ target, scores, weight }: Judged): number | null {
  let [total, sum] = [0, 0];
  for (let row = 0; row < target.length; row++) {
    total += weight?.[row] ?? 1;
    sum += (weight?.[row] ?? 1) * target[row]!;
  }
  let [left, all] = [0, 0];
  for (let row = 0; row < target.length; row++) {
    left += (weight?.[row] ?? 1) * (target[row]! - scores[row]!) ** 2;
    all += (weight?.[row] ?? 1) * (target[row]! - sum / total) ** 2;
  }
  const found = 1 - left / all;
  return Number.isFinite(found) ? found : null;
}

/**
 * What a model's summary says of its rows out of bag.
 * @param outOfBag rows × outputs, NaN where every tree saw a row
 */
export function judgeOutOfBag(
  wanted: ForestTarget,
  data: TrainingData,
  outOfBag: Float64Array | undefined,
  outputs: number,
): Readonly<Record<string, Json>> {
  if (outOfBag === undefined) return {};
  const judged = judgedRows(data, outOfBag, outputs);
  const { target, scores, weight } = judged;
  const outOfBagRows = target.length;
  if (outOfBagRows === 0) return { outOfBagRows };
  if (wanted === "values") return { outOfBagRows, outOfBagR2: rSquared(judged) };
  if (wanted === "classes") {
    return { outOfBagRows, outOfBagAccuracy: classAccuracy(judged, outputs) };
  }
  const auc = rocAuc(target, scores, weight);
  return {
    outOfBagRows,
    outOfBagAccuracy: accuracy(target, scores, 0.5, weight),
    outOfBagBrier: brier(target, scores, weight),
    outOfBagRocAuc: Number.isFinite(auc) ? auc : null,
  };
}
