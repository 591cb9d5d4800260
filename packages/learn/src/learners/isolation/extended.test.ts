import { describe, expect, it } from "vitest";
import { RandomStream } from "../../foundation/index.js";
import { Frame, frameOf, numberColumn } from "../../frame/index.js";
import { extendedIsolationForest } from "./extended-isolation-forest.js";

const random = new RandomStream(31, "extended isolation test");

function drawFrame(rows: number, width: number): Frame {
  return new Frame(
    Array.from({ length: width }, (_, k) =>
      numberColumn(
        `c${k}`,
        Float64Array.from({ length: rows }, () => random.normal()),
      ),
    ),
  );
}

/** Two crowds on a diagonal: the other corners hold nothing, and no column alone is odd there. */
function twoCrowds(rows: number): Frame {
  const at = Float64Array.from({ length: rows }, (_, row) => (row % 2 === 0 ? 10 : -10));
  const around = () => at.map((centre) => centre + random.normal());
  return frameOf({ x: around(), y: around() });
}

describe("extended isolation forest", () => {
  it("finds what lies off every crowd where no column alone is odd", async () => {
    const model = await extendedIsolationForest.fit(twoCrowds(2000), undefined, { trees: 200 });
    const [crowd, corner, middle] = await model.predict(
      frameOf({ x: [10, 10, 0], y: [10, -10, 0] }),
    );
    expect(Math.min(corner!, middle!)).toBeGreaterThan(crowd! + 0.1);
  });

  it.each([1, 4, 7])("scores a table of %i columns by threads as row by row", async (width) => {
    const frame = drawFrame(8011, width);
    const model = await extendedIsolationForest.fit(frame, undefined);
    const scores = await model.predict(frame, { threads: 2 });
    for (const row of [0, 1, 2047, 2048, 7999, 8010]) {
      expect(scores[row]).toBe(model.predictRow(frame.row(row)));
    }
    expect(await model.predict(frame.view(8000), {})).toEqual(scores.slice(8000));
  });

  it("cuts along single columns at level 0, along all of them by default", async () => {
    const frame = drawFrame(400, 5);
    const leanings = async (extensionLevel: number | "all") => {
      const model = await extendedIsolationForest.fit(frame, undefined, { extensionLevel });
      const { normals, left } = model.state().tensors;
      return new Set(
        Array.from(left!.values.keys())
          .filter((node) => left!.values[node]! > 0)
          .map(
            (node) => normals!.values.slice(5 * node, 5 * node + 5).filter((n) => n !== 0).length,
          ),
      );
    };
    expect([...(await leanings(0))]).toEqual([1]);
    expect([...(await leanings(2))]).toEqual([3]);
    expect(await leanings("all")).toContain(5);
  });

  it("puts a score down to columns, and the sum is the margin's distance to one base", async () => {
    const frame = drawFrame(1500, 3);
    const model = await extendedIsolationForest.fit(frame, undefined);
    const odd = frameOf({ c0: [0, 7, 0.1], c1: [0.2, 0, 0], c2: [0, 0, -8] });
    const shares = await model.contributions(odd);
    const margins = await model.margins(odd);
    const base = margins[0]! - shares[0]! - shares[1]! - shares[2]!;
    for (const row of [1, 2]) {
      const sum = shares.slice(3 * row, 3 * row + 3).reduce((a, b) => a + b, base);
      expect(sum).toBeCloseTo(margins[row]!, 12);
    }
    expect(shares[3]).toBeGreaterThan(3 * Math.max(shares[4]!, shares[5]!));
    expect(shares[8]).toBeGreaterThan(3 * Math.max(shares[6]!, shares[7]!));
  });

  it("gives one score where nothing tells rows apart, and refuses missing values", async () => {
    const same = await extendedIsolationForest.fit(
      frameOf({ x: [4, 4, 4], y: [1, 1, 1] }),
      undefined,
    );
    expect(same.predictRow({ x: 99, y: 2 })).toBeCloseTo(0.5, 12);
    const hole = frameOf({ x: [1, Number.NaN] });
    await expect(extendedIsolationForest.fit(hole, undefined)).rejects.toMatchObject({
      code: "FEATURE_VALUE",
    });
    expect(() => same.predictRow({ x: 1 })).toThrow(
      expect.objectContaining({ code: "FEATURE_VALUE" }),
    );
    await expect(same.predict(frameOf({ x: [1, Number.NaN], y: [1, 1] }))).rejects.toMatchObject({
      code: "FEATURE_VALUE",
    });
    await expect(
      extendedIsolationForest.fit(hole, undefined, { extensionLevel: -1 }),
    ).rejects.toMatchObject({ code: "LEARNER_OPTION" });
  });
});
