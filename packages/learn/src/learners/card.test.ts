import { describe, expect, it } from "vitest";
import { RandomStream } from "../foundation/index.js";
import { frameOf } from "../frame/index.js";
import { prior } from "./baseline/constant.js";
import { goldenRowsOf } from "./card.js";
import { logistic } from "./linear/logistic.js";

describe("golden rows", () => {
  const stream = new RandomStream(1, "card test");
  const normals = (): number[] => Array.from({ length: 500 }, () => stream.normal());
  const frame = frameOf({
    a: normals(),
    b: normals(),
    c: normals().map((value) => (value > 1 ? null : value)),
    city: normals().map((value) => (value > 0 ? "x" : "y")),
  });

  it("hold nobody's row and no extreme value", () => {
    const golden = goldenRowsOf(frame);
    expect(golden.rowCount).toBe(8);
    const own = new Set(Array.from({ length: 500 }, (_, row) => JSON.stringify(frame.row(row))));
    for (let row = 0; row < 8; row++) {
      expect(own.has(JSON.stringify(golden.row(row)))).toBe(false);
    }
    expect(Math.max(...golden.numbers("a"))).toBeLessThan(Math.max(...frame.numbers("a")));
  });

  it("hold a missing value where training had some", () => {
    const golden = goldenRowsOf(frame);
    expect(golden.row(7)["c"]).toBeNull();
    expect(golden.row(7)["a"]).not.toBeNull();
    expect(golden.row(0)["city"]).toMatch(/^[xy]$/);
  });

  it("manage columns without values or texts", () => {
    const golden = goldenRowsOf(frameOf({ none: [null, null], inf: [Infinity, -Infinity] }));
    expect(golden.row(0)).toEqual({ none: null, inf: null });
  });
});

describe("the hash of the data", () => {
  it("is of features, target and weight, by their values", async () => {
    const frame = frameOf({ x: [1, 2, 3, 4] });
    const hash = async (target: number[], weight?: number[]): Promise<string> =>
      (await logistic.fit(frame, target, {}, { weight })).card.dataHash;
    const first = await hash([0, 1, 0, 1]);
    expect(await hash([0, 1, 0, 1])).toBe(first);
    expect(await hash([0, 1, 0, 1], [1, 1, 1, 1])).toBe(first);
    expect(await hash([0, 1, 1, 0])).not.toBe(first);
    expect(await hash([0, 1, 0, 1], [1, 2, 1, 1])).not.toBe(first);
  });

  it("of a baseline is of what it looks at", async () => {
    const hash = async (x: number[]): Promise<string> =>
      (await prior.fit(frameOf({ x }), [0, 1])).card.dataHash;
    expect(await hash([1, 2])).toBe(await hash([3, 4]));
  });
});
