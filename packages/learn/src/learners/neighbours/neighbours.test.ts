import { describe, expect, it } from "vitest";
import { RandomStream } from "../../foundation/index.js";
import { Frame, frameOf, numberColumn } from "../../frame/index.js";
import { localOutlierFactor } from "./local-outlier.js";
import { neighbourDistance } from "./neighbour-distance.js";

const random = new RandomStream(21, "neighbours test");

/** Two crowds, one dense and one thin. */
function drawFrame(rows: number): Frame {
  const columns = Array.from({ length: 3 }, (_, k) =>
    numberColumn(
      `c${k}`,
      Float64Array.from({ length: rows }, (_value, row) => {
        const thin = row % 4 === 0;
        return (thin ? 3 : 0.3) * random.normal() + (thin ? 20 : 0);
      }),
    ),
  );
  return new Frame(columns);
}

const learners = [
  ["distance", neighbourDistance],
  ["local outlier factor", localOutlierFactor],
] as const;

describe.each(learners)("%s to neighbours", (_, learner) => {
  it("is high for a row of its own", async () => {
    const model = await learner.fit(drawFrame(400), undefined);
    const [crowd, alone] = await model.predict(frameOf({ c0: [0, 9], c1: [0, 9], c2: [0, 9] }));
    expect(alone).toBeGreaterThan(4 * crowd!);
  });

  it("is the sum of what its columns contribute", async () => {
    const model = await learner.fit(drawFrame(400), undefined);
    const odd = frameOf({ c0: [0, 4, 20.5], c1: [6, 0, 20], c2: [0, 0, 21] });
    const scores = await model.predict(odd);
    const shares = await model.contributions(odd);
    scores.forEach((score, row) => {
      const sum = shares.slice(3 * row, 3 * row + 3).reduce((a, b) => a + b, 0);
      expect(Math.abs(sum - score)).toBeLessThan(1e-6 * score);
    });
    expect(shares[1]).toBeGreaterThan(0.9 * scores[0]!);
    expect(shares[3]).toBeGreaterThan(0.9 * scores[1]!);
  });

  it("does not depend on the order of rows, to the bit of what is kept", async () => {
    const frame = drawFrame(300);
    const order = Uint32Array.from({ length: 300 }, (_row, at) => 299 - at);
    const one = await learner.fit(frame, undefined);
    const other = await learner.fit(frame.take(order), undefined);
    expect(other.state().tensors).toEqual(one.state().tensors);
  });

  it("leaves a row that it learnt from out, and no other", async () => {
    const frame = drawFrame(200);
    const model = await learner.fit(frame, undefined, { neighbours: 4 });
    const without = await learner.fit(frame.view(1), undefined, { neighbours: 4 });
    const [own] = await model.leaveOneOut(frame.view(0, 1));
    const stranger = frameOf({ c0: [1.5], c1: [2], c2: [0.1] });
    if (learner === neighbourDistance) {
      expect(own).toBe(without.predictRow(frame.row(0)));
    }
    expect(own).not.toBe(model.predictRow(frame.row(0)));
    expect(await model.leaveOneOut(stranger)).toEqual(await model.predict(stranger));
    const mixed = frame.view(0, 1).with([]);
    expect(await model.leaveOneOut(mixed)).toEqual(Float64Array.of(own!));
  });

  it("copes with rows that are all the same, with two rows and with one", async () => {
    const same = await learner.fit(frameOf({ x: Array<number>(5000).fill(7) }), undefined);
    expect(same.predictRow({ x: 7 })).toBeLessThanOrEqual(1);
    expect(same.predictRow({ x: 9 })).toBeGreaterThan(1);
    for (const values of [[1, 4], [1]]) {
      const few = await learner.fit(frameOf({ x: values }), undefined);
      expect(Number.isFinite(few.predictRow({ x: 3 }))).toBe(true);
      const own = await few.leaveOneOut(frameOf({ x: values }));
      expect(own.every(Number.isFinite)).toBe(true);
    }
  });

  it("writes rows once, however often they came", async () => {
    const frame = frameOf({ x: [1, 2, 1, -0, 0, 1] });
    const model = await learner.fit(frame, undefined);
    expect(model.card.summary).toMatchObject({ distinctRows: 3, rows: 6 });
    const weighted = await learner.fit(
      frameOf({ x: [2, 0, 1] }),
      undefined,
      {},
      { weight: [1, 2, 3] },
    );
    expect(weighted.state().tensors).toEqual(model.state().tensors);
  });

  it("refuses what it cannot measure", async () => {
    const hole = frameOf({ x: [1, Number.NaN] });
    const code = (name: string) => ({ code: name });
    await expect(learner.fit(hole, undefined)).rejects.toMatchObject(code("FEATURE_VALUE"));
    const model = await learner.fit(frameOf({ x: [1, 2] }), undefined);
    await expect(model.predict(hole)).rejects.toMatchObject(code("FEATURE_VALUE"));
    expect(() => model.predictRow({ x: 1e200 })).toThrow(
      expect.objectContaining(code("FEATURE_VALUE")),
    );
    await expect(learner.fit(frameOf({ x: ["a", "b"] }), undefined)).rejects.toMatchObject(
      code("FEATURE_KIND"),
    );
    await expect(
      learner.fit(frameOf({ x: [1, 2] }), undefined, {}, { weight: [1, 0.5] }),
    ).rejects.toMatchObject(code("WEIGHT_WHOLE"));
    await expect(
      learner.fit(frameOf({ x: [1, 2] }), undefined, { neighbours: 0 }),
    ).rejects.toMatchObject(code("LEARNER_OPTION"));
  });
});
