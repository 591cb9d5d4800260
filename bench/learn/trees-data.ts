import { RandomStream, sigmoid } from "@refrain/learn";
import type { SideFinish } from "./in-turn.js";

/** Rows beyond those of training that the AUC is taken on, as a share. */
export const TEST_SHARE = 0.2;

/** What both sides reach on those rows. */
export interface AucFinish extends SideFinish {
  readonly auc: number;
}

/** That, in words. */
export function aucQuality({ auc }: AucFinish) {
  return { name: "ROC-AUC on held-out rows", value: auc };
}

/**
 * Columns and a target that depends on them by sums, products, steps and waves: normal columns, one
 * of whole numbers, one of two values, one lognormal, one with a tenth missing.
 * @returns columns, then the target, one after the other, as little-endian doubles
 */
export function drawTrees(rows: number, width: number): Uint8Array {
  const data = new Float64Array(rows * (width + 1));
  const column = (place: number) => data.subarray(place * rows, (place + 1) * rows);
  const stream = new RandomStream(20240301, "trees bench");
  for (let j = 0; j < width; j++) {
    const values = column(j);
    for (let row = 0; row < rows; row++) values[row] = stream.normal();
  }
  const [whole, sign, large, holed] = [column(3), column(5), column(7), column(9)];
  const known = holed.slice();
  for (let row = 0; row < rows; row++) {
    whole[row] = Math.round(3 * whole[row]!);
    sign[row] = sign[row]! > 0 ? 1 : 0;
    large[row] = Math.exp(2 * large[row]!);
    if (stream.uniform() < 0.1) {
      holed[row] = Number.NaN;
      known[row] = 0;
    }
  }
  const x = (place: number, row: number) => data[place * rows + row]!;
  const target = column(width);
  for (let row = 0; row < rows; row++) {
    let margin = x(0, row) * x(1, row) + Math.sin(3 * x(2, row)) - 2;
    margin += x(4, row) > 0 ? 0.5 * whole[row]! : 0.3 * sign[row]! * x(6, row);
    margin += 0.2 * Math.log(large[row]!) + 0.7 * known[row]! + 0.4 * Math.abs(x(10, row));
    if (x(11, row) > 1) margin += 0.8 * x(12, row);
    for (let j = 14; j < Math.min(24, width); j++) margin += 0.1 * x(j, row);
    target[row] = stream.uniform() < sigmoid(margin) ? 1 : 0;
  }
  return new Uint8Array(data.buffer);
}
