import { describe, expect, it } from "vitest";
import { frameOf } from "../../frame/index.js";
import { majority, prior } from "./constant.js";
import { lastState } from "./last-state.js";
import { singleFeature } from "./single-feature.js";

const frame = frameOf({
  noise: [3, 1, 2, 3, 1, 2],
  plays: [0, 1, 2, 10, 11, null],
  city: ["a", "b", "a", "c", null, "c"],
});
const target = [0, 0, 0, 1, 1, 1];

describe("baselines", () => {
  it("majority says the class of most rows", async () => {
    expect([...(await (await majority.fit(frame, target)).predict(frame))][0]).toBe(1);
    expect((await majority.fit(frame, [0, 0, 0, 0, 0, 1])).predictRow({})).toBe(0);
  });

  it("prior says the rate, by weight, and can do with one class", async () => {
    const weight = [3, 3, 3, 1, 1, 1];
    expect((await prior.fit(frame, target, {}, { weight })).predictRow({})).toBe(0.25);
    expect((await prior.fit(frame, [0, 0, 0, 0, 0, 0])).predictRow({})).toBe(0);
  });

  it("the single-feature rule finds column, threshold and what missing means", async () => {
    const model = await singleFeature.fit(frame, target);
    expect([model.column, model.threshold]).toEqual(["plays", 6]);
    expect(model.rates).toEqual([0.5 / 4, 2.5 / 3, 1.5 / 2]);
    expect([...(await model.predict(frame))]).toEqual(
      [0, 0, 0, 1, 1, 2].map((side) => model.rates[side]),
    );
    expect(model.predictRow({ plays: 6 })).toBe(model.rates[1]);
    expect(model.predictRow({})).toBe(model.rates[2]);
    const told = await singleFeature.fit(frame, target, { column: "noise" });
    expect(told.column).toBe("noise");
  });

  it("the single-feature rule does without a threshold where nothing helps", async () => {
    const constant = frameOf({ x: [1, 1, 1, 1] });
    const model = await singleFeature.fit(constant, [0, 1, 0, 1]);
    expect(model.threshold).toBe(Number.NEGATIVE_INFINITY);
    expect(model.predictRow({ x: 5 })).toBe(0.5);
  });

  it("the last-state rule says the rate of the state", async () => {
    const model = await lastState.fit(frame, target, { column: "city" });
    const [prior1, rows] = [0.5, 1];
    expect(model.rates.get("=a")).toBe((0 + prior1) / (2 + rows));
    expect(model.rates.get("=c")).toBe((2 + prior1) / (2 + rows));
    expect(model.rates.get("missing")).toBe((1 + prior1) / (1 + rows));
    expect(model.predictRow({ city: "never seen" })).toBe(model.rates.get("missing"));
    const numbers = await lastState.fit(frame, target, { column: "noise" });
    expect(numbers.predictRow({ noise: 4 })).toBe(0.5);
    expect([...numbers.rates.keys()]).toEqual(["=1", "=2", "=3"]);
  });
});

describe("baselines refuse", () => {
  const refused = (code: string) => expect.objectContaining({ code });

  it("a column that is not there (FRAME_COLUMN_MISSING), or has too many states", async () => {
    await expect(lastState.fit(frame, target)).rejects.toMatchObject({
      code: "FRAME_COLUMN_MISSING",
    });
    const many = frameOf({ id: Float64Array.from({ length: 1200 }, (_, row) => row) });
    const labels = Array.from({ length: 1200 }, (_, row) => row % 2);
    await expect(lastState.fit(many, labels, { column: "id" })).rejects.toThrow("1200 states");
    const texts = frameOf({ c: ["a", "b"] });
    await expect(singleFeature.fit(texts, [0, 1])).rejects.toMatchObject({ code: "FIT_EMPTY" });
    await expect(singleFeature.fit(frame, target, { column: "city" })).rejects.toMatchObject({
      code: "FRAME_COLUMN_KIND",
    });
  });

  it("a state that is none of theirs: MODEL_STATE", async () => {
    const vector = (...values: number[]) => ({
      shape: [values.length],
      values: Float64Array.from(values),
    });
    const { card: constant } = await prior.fit(frame, target);
    const wrong = { settings: {}, tensors: { probability: vector(2) } };
    expect(() => prior.restore(constant, wrong)).toThrow(refused("MODEL_STATE"));
    const { card: rule } = await singleFeature.fit(frame, target);
    for (const tensor of [vector(1, 2, 3, 4), vector(1), vector(Number.NaN, 0, 0, 0)]) {
      const state = { settings: {}, tensors: { rule: tensor } };
      expect(() => singleFeature.restore(rule, state)).toThrow(refused("MODEL_STATE"));
    }
    const { card: last } = await lastState.fit(frame, target, { column: "city" });
    for (const states of [1, ["=a"], ["=a", 2]]) {
      const state = { settings: { states }, tensors: { rates: vector(0.5, 3) } };
      expect(() => lastState.restore(last, state)).toThrow(refused("MODEL_STATE"));
    }
  });
});
