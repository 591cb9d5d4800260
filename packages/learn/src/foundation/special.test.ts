import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { betaRegularised, erfc, gammaLower, gammaUpper, lgamma, normalCdf } from "./special.js";

const functions = { betaRegularised, erfc, gammaLower, gammaUpper, lgamma, normalCdf };

interface Table {
  readonly name: keyof typeof functions;
  readonly rows: readonly (readonly number[])[];
}

const file = new URL("./fixtures/special.json", import.meta.url);
const { tables } = JSON.parse(readFileSync(file, "utf8")) as { tables: readonly Table[] };

describe("special functions", () => {
  it.each(tables.map((table) => [table.name, table] as const))(
    "%s is SciPy's",
    (name, { rows }) => {
      const compute = functions[name] as (...values: number[]) => number;
      for (const row of rows) {
        const expected = row.at(-1)!;
        const found = compute(...row.slice(0, -1));
        const scale = name === "lgamma" ? Math.max(1, Math.abs(expected)) : Math.abs(expected);
        expect(Math.abs(found - expected), `${name}(${row})`).toBeLessThanOrEqual(1e-12 * scale);
      }
    },
  );

  it("are NaN outside their ranges and exact at the edges", () => {
    expect(lgamma(-1)).toBeNaN();
    expect(gammaLower(1, -1)).toBeNaN();
    expect(gammaUpper(-1, 1)).toBeNaN();
    expect(betaRegularised(1, 1, 2)).toBeNaN();
    expect(erfc(Number.NaN)).toBeNaN();
    expect(lgamma(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect([gammaLower(2, 0), gammaUpper(2, 0)]).toEqual([0, 1]);
    expect([gammaLower(2, Infinity), gammaUpper(2, Infinity)]).toEqual([1, 0]);
    expect([betaRegularised(1, 2, 0), betaRegularised(1, 2, 1)]).toEqual([0, 1]);
  });
});
