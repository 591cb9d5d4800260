import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { argsort } from "./argsort.js";

const numbers = fc.array(
  fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, -1, Infinity, -Infinity, NaN, 5e-324)),
  { maxLength: 300 },
);

/** The order of the engine's sort, with NaN last. */
function reference(values: readonly number[]): number[] {
  const rank = (value: number): number => (Number.isNaN(value) ? 1 : 0);
  const compare = (a: number, b: number): number =>
    rank(values[a]!) - rank(values[b]!) ||
    (values[a]! < values[b]! ? -1 : values[a]! > values[b]! ? 1 : a - b);
  return Array.from(values.keys()).sort(compare);
}

describe("argsort", () => {
  it("is the stable order of the values, NaN last", () => {
    fc.assert(
      fc.property(numbers, (values) => {
        expect([...argsort(Float64Array.from(values))]).toEqual(reference(values));
      }),
      { numRuns: 300 },
    );
  });
});
