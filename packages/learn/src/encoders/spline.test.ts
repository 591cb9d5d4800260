import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { frameOf } from "../frame/index.js";
import { spline } from "./spline.js";

interface Case {
  readonly name: string;
  readonly knots: number;
  readonly degree: number;
  readonly values: number[];
  readonly grid: number[];
  readonly basis: number[][];
}

const file = new URL("./fixtures/spline.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Case[] };

async function fitted(values: (number | null)[], options = {}, weight?: number[]) {
  const frame = frameOf({ x: values });
  const pause = () => Promise.resolve();
  const given = weight && Float64Array.from(weight);
  const { encoder } = await spline(options).fit({ frame, weight: given, seed: 0, pause });
  return (grid: (number | null)[]) => encoder.encode(frameOf({ x: grid }));
}

describe("splines", () => {
  it.each(cases.map((one) => [one.name, one] as const))(
    "are scikit-learn's: %s",
    async (_, one) => {
      const encode = await fitted(one.values, { knots: one.knots, degree: one.degree });
      const out = encode(one.grid);
      expect(out.names).toEqual(one.basis[0]!.map((_value, k) => `x_s${k}`));
      one.basis.forEach((expected, row) => {
        expected.forEach((value, k) => {
          expect(out.numbers(`x_s${k}`)[row], `${row} ${k}`).toBeCloseTo(value, 11);
        });
      });
    },
  );

  it("have the knots of rows repeated as often as they weigh", async () => {
    const values = [1, 2, 5, 9, 14];
    const weight = [3, 1, 2, 1, 4];
    const repeated = values.flatMap((value, at) => Array<number>(weight[at]!).fill(value));
    const grid = [0, 1.5, 3, 7, 20];
    const weighted = (await fitted(values, {}, weight))(grid);
    expect(weighted.hash()).toBe((await fitted(repeated))(grid).hash());
  });

  it("keep what is missing, draw in infinities, count equal knots once", async () => {
    const encode = await fitted([0, 0, 0, 0, 0, 0, 1, 2, 3, null, Infinity], { knots: 4 });
    const out = encode([null, Infinity, 3, -Infinity, 0]);
    expect(out.columns.length).toBeLessThan(6);
    for (const name of out.names) {
      const values = out.numbers(name);
      expect(values[0]).toBeNaN();
      expect(values[1]).toBe(values[2]);
      expect(values[3]).toBe(values[4]);
    }
  });

  it("leave a column of one value, of none, and of values too far apart as they are", async () => {
    expect((await fitted([7, 7, 7]))([1, 2]).names).toEqual(["x"]);
    expect((await fitted([null, null]))([1, 2]).names).toEqual(["x"]);
    expect((await fitted([-1e308, 0, 1e308]))([1, 2]).names).toEqual(["x"]);
  });

  it.each([{ knots: 1 }, { knots: 2.5 }, { degree: 0 }, { degree: 6 }])(
    "refuse %j with ENCODER_OPTION",
    (options) => {
      expect(() => spline(options)).toThrow(expect.objectContaining({ code: "ENCODER_OPTION" }));
    },
  );
});
