import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignFolds, groupCodes } from "./folds.js";

describe("folds", () => {
  it("are of nearly equal size, for every seed the same", () => {
    const first = assignFolds(103, { folds: 5, seed: 3 });
    expect(assignFolds(103, { folds: 5, seed: 3 })).toEqual(first);
    expect(assignFolds(103, { folds: 5, seed: 4 })).not.toEqual(first);
    const sizes = [0, 1, 2, 3, 4].map((fold) => first.filter((of) => of === fold).length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  it("keep groups together and deal positives evenly", () => {
    const many = fc.array(fc.nat(9), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(many, (keys) => {
        const groups = groupCodes(keys);
        fc.pre(new Set(keys).size >= 3);
        const fold = assignFolds(keys.length, { folds: 3, seed: 1, groups });
        const seen = new Map<number, number>();
        groups.forEach((group, row) => {
          expect(seen.get(group) ?? fold[row]).toBe(fold[row]);
          seen.set(group, fold[row]!);
        });
      }),
    );
    const target = Array.from({ length: 40 }, (_, row) => (row < 8 ? 1 : 0));
    const fold = assignFolds(40, { folds: 4, seed: 1, target });
    for (const of of [0, 1, 2, 3]) {
      expect(target.filter((value, row) => value === 1 && fold[row] === of)).toHaveLength(2);
    }
  });

  it("are refused where there are too few rows: FRAME_FOLDS", () => {
    const refused = expect.objectContaining({ code: "FRAME_FOLDS" });
    expect(() => assignFolds(3, { folds: 4, seed: 0 })).toThrow(refused);
    expect(() => assignFolds(3, { folds: 1, seed: 0 })).toThrow(refused);
  });
});
