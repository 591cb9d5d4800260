import { RandomStream, sha256, sigmoid } from "../../foundation/index.js";
import { categoryColumn, Frame, numberColumn } from "../../frame/index.js";
import type { Model } from "../contract.js";

/**
 * Numbers with missing values, a category, and a target that depends on all of them.
 * @param weights of the product of two columns, and of a third, in the margin
 */
export function drawTreeWorld(
  rows: number,
  seed: number,
  { purpose, weights }: { purpose: string; weights: readonly [product: number, third: number] },
) {
  const random = new RandomStream(seed, purpose);
  const [product, third] = weights;
  const normal = () => Float64Array.from({ length: rows }, () => random.normal());
  const [a, b, c] = [normal(), normal(), normal()];
  const place = Int32Array.from({ length: rows }, () => random.below(12));
  const margin = a.map((x, i) => product * x * b[i]! + third * c[i]! + (place[i]! % 3) - 1);
  for (let row = 0; row < rows; row++) {
    if (random.uniform() < 0.1) {
      c[row] = Number.NaN;
      margin[row]! += 0.7;
    }
  }
  const frame = new Frame([
    numberColumn("a", a),
    numberColumn("b", Float32Array.from(b)),
    numberColumn("c", c),
    categoryColumn(
      "place",
      Array.from(place, (code) => (code === 11 ? null : `town ${code}`)),
    ),
    numberColumn("noise", normal()),
  ]);
  const target = margin.map((m) => (random.uniform() < sigmoid(m) ? 1 : 0));
  return { frame, target, margin };
}

export function fingerprint(model: Model): string {
  const { settings, tensors } = model.state();
  const parts = Object.entries(tensors).map(([name, { values }]) => {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return `${name} ${sha256(bytes)}`;
  });
  return sha256([JSON.stringify([settings, model.card]), ...parts].join("\n"));
}

export const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "fitted",
    (error: { code: string }) => error.code,
  );
