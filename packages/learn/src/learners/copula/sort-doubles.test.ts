import fc from "fast-check";
import { expect, it } from "vitest";
import { RandomStream } from "../../foundation/index.js";
import { sortedDoubles } from "./sort-doubles.js";

it("sorts as the language does, and leaves its input alone", () => {
  const stream = new RandomStream(1, "sort");
  const any = fc.double({ noNaN: true });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 40 }), fc.integer({ min: 0, max: 6 }), (few, kind) => {
      const values = Float64Array.from({ length: 1500 }, (_, i) => {
        if (i < few.length) return few[i]!;
        const value = stream.normal() * 10 ** (kind * 5 - 10);
        return kind % 2 === 0 ? value : Math.round(value);
      });
      const before = values.slice();
      expect(sortedDoubles(values)).toEqual(values.slice().sort());
      expect(values).toEqual(before);
    }),
    { numRuns: 30 },
  );
});
