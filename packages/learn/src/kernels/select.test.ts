import fc from "fast-check";
import { expect, it } from "vitest";
import { selectNth } from "./select.js";

it("selectNth finds what sorting finds", () => {
  const numbers = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(numbers, fc.nat(), (given, at) => {
      const k = at % given.length;
      const sorted = Float64Array.from(given).sort();
      expect(selectNth(Float64Array.from(given), k) + 0).toBe(sorted[k]! + 0);
    }),
  );
});
