import { describe, expect, it } from "vitest";
import { impute, oneHot, platt, rowsBetweenPolls } from "../encoders/index.js";
import { type Frame, frameOf } from "../frame/index.js";
import { lstm } from "../learners/index.js";
import { readModel, writeModel } from "./model-file.js";
import { pipeline } from "./pipeline.js";

/** Users whose rows stand mixed: what a row is worth depends on the one before it. */
function visits(rows: number): { frame: Frame; target: number[]; groups: Int32Array } {
  const kinds = ["search", "play", null];
  const kind = Array.from({ length: rows }, (_, row) => kinds[(row * 7 + (row >> 3)) % 3]!);
  const users = 20;
  const target = kind.map((_, row) => (row >= users && kind[row - users] === "search" ? 1 : 0));
  const groups = Int32Array.from(kind, (_, row) => row % users);
  return { frame: frameOf({ kind, hour: kind.map((_, row) => row % 24) }), target, groups };
}

describe("a pipeline around an LSTM", () => {
  it("hands on groups in training, in folds and in prediction", async () => {
    const options = { hidden: 8, epochs: 12, batchSize: 32, learningRate: 0.02, maxSteps: 4 };
    const learner = pipeline({
      encoders: [impute(), oneHot()],
      learner: lstm,
      options,
      calibrator: platt,
    });
    const { frame, target, groups } = visits(600);
    const model = await learner.fit(frame, target, { folds: 2 }, { groups });
    const scores = await model.predict(frame, { groups });
    const told = scores.filter((score, row) => score > 0.5 === (target[row] === 1)).length;
    expect(told / scores.length).toBeGreaterThan(0.95);
    const read = readModel(writeModel(model));
    expect(await read.predict(frame, { groups })).toEqual(scores);
    const blind = await model.predict(frame);
    expect(blind).not.toEqual(scores);
  });

  it("scores sequences that reach over pieces of a long table", async () => {
    const { frame, target, groups } = visits(120);
    const options = { hidden: 2, epochs: 1, maxSteps: 3 };
    const model = await pipeline({ encoders: [impute(), oneHot()], learner: lstm, options }).fit(
      frame,
      target,
      {},
      { groups },
    );
    const rows = rowsBetweenPolls(frame) + 5;
    const long = visits(rows);
    const encoded = model.encoders.reduce((table, one) => one.encode(table), long.frame);
    const expected = await model.inner.predict(encoded, { groups: long.groups });
    expect(await model.predict(long.frame, { groups: long.groups })).toEqual(expected);
    const last = rows - 1;
    const own = [last - 40, last - 20, last].map((row) => encoded.row(row));
    expect(expected[last]).toBe(model.inner.predictSequence(own));
  });
});
