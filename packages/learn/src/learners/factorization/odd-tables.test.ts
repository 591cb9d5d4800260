import { describe, expect, it } from "vitest";
import type { CataloguedError } from "../../foundation/index.js";
import { codedColumn, Frame, frameOf } from "../../frame/index.js";
import { bpr } from "./bpr.js";
import type { RecommenderModel } from "./contract.js";
import { explicitAls } from "./explicit-als.js";
import { implicitAls } from "./implicit-als.js";
import { itemKnn } from "./item-knn.js";
import { popularity } from "./popularity.js";
import { tasteWorld } from "./world.fixture.js";

interface Given {
  readonly weight?: readonly number[];
  readonly memoryLimit?: number;
}

type Fit = (frame: Frame, given?: Given, options?: object) => Promise<RecommenderModel>;

const ones = (frame: Frame) => new Float64Array(frame.rowCount).fill(3);

/** Every recommender; explicit ALS is told that all ratings are 3. */
const fits: Readonly<Record<string, Fit>> = {
  bpr: (frame, given, options) => bpr.fit(frame, undefined, { sweeps: 5, ...options }, given),
  "explicit-als": (frame, given, options) => explicitAls.fit(frame, ones(frame), options, given),
  "implicit-als": (frame, given, options) => implicitAls.fit(frame, undefined, options, given),
  "item-knn": (frame, given, options) => itemKnn.fit(frame, undefined, options, given),
  popularity: (frame, given, options) => popularity.fit(frame, undefined, options, given),
};
const factorised = new Set(["bpr", "explicit-als", "implicit-als"]);

const pairs = frameOf({ user: ["a", "a", "b", null], item: ["x", "y", "x", "z"] });

/** What a refusal says, with its code. */
async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error("it was not refused"),
    (cause: CataloguedError) => cause,
  );
  return "code" in error ? `${error.code}: ${error.message} ${error.hint}` : error.message;
}

/** Nothing that a model says is NaN or infinite, and nobody is given anything twice. */
async function soundModel(model: RecommenderModel): Promise<void> {
  for (const user of [...model.users, "nobody"]) {
    for (const item of [...model.items, "nothing"]) {
      expect(Number.isFinite(model.predictRow({ user, item }))).toBe(true);
    }
  }
  const { items, scores, users, k } = await model.recommend("all", 5, { exclude: "none" });
  for (let row = 0; row < users.length; row++) {
    const own = items.subarray(row * k, (row + 1) * k).filter((item) => item >= 0);
    expect(new Set(own).size).toBe(own.length);
  }
  expect(scores.every((score, at) => Number.isFinite(score) === items[at]! >= 0)).toBe(true);
  expect(model.similarItems(model.items[0]!, 3).every(({ score }) => score >= -1)).toBe(true);
}

describe.each(Object.entries(fits))("%s", (kind, fit) => {
  it("takes users and items without rows, and leaves out rows without them", async () => {
    const some = pairs.view(0, 2);
    const model = await fit(some);
    expect(model.card.trainingRows).toBe(2);
    expect([model.users, model.items]).toEqual([
      ["a", "b"],
      ["x", "y", "z"],
    ]);
    await soundModel(model);
    expect((await fit(pairs)).card.trainingRows).toBe(3);
  });

  it("takes one user, one item, and one pair", async () => {
    for (const table of [
      { user: ["a", "a", "a"], item: ["x", "y", "z"] },
      { user: ["a", "b", "c"], item: ["x", "x", "x"] },
      { user: ["a"], item: ["x"] },
    ]) {
      const model = await fit(frameOf(table));
      await soundModel(model);
      // Who took all there is is given nothing.
      expect((await model.recommend(["a"], 2)).items).toEqual(Int32Array.of(-1, -1));
    }
  });

  it("takes more factors than items, or says that it knows no factors", async () => {
    const fitting = fit(pairs, {}, { factors: 40 });
    if (factorised.has(kind)) await soundModel(await fitting);
    else expect(await refusal(fitting)).toMatch(/^LEARNER_OPTION: .*"?factors"?/);
  });

  it("adds up what the rows of a pair weigh", async () => {
    const twice = frameOf({ user: ["a", "b", "a", "a"], item: ["x", "y", "x", "y"] });
    const added = new Frame([
      codedColumn("user", Int32Array.of(0, 1, 0), ["a", "b"]),
      codedColumn("item", Int32Array.of(0, 1, 1), ["x", "y"]),
    ]);
    const apart = await fit(twice, { weight: [1, 2, 3, 5] });
    const sum = await fit(added, { weight: [4, 2, 5] });
    expect(sum.seen.indices).toEqual(apart.seen.indices);
    for (const user of sum.users) {
      for (const item of sum.items) {
        const score = apart.predictRow({ user, item });
        expect(sum.predictRow({ user, item })).toBeCloseTo(score, 5);
      }
    }
  });

  it("refuses what cannot be learnt from, in words that say what to do", async () => {
    const weighed = (...weight: number[]) => refusal(fit(pairs, { weight }));
    expect(await weighed(1, -1, 1, 1)).toBe(
      "WEIGHT_VALUE: The weight of row 1 is -1, and a finite number of at least 0 is expected. " +
        "Mend the weights; 0 leaves a row out.",
    );
    expect(await weighed(1, Number.NaN, 1, 1)).toMatch(/^WEIGHT_VALUE: The weight of row 1 is NaN/);
    expect(await weighed(1, 1e13, 1, 1)).toMatch(/^WEIGHT_SIZE: The weight of row 1 is 1000/);
    expect(await weighed(1, 1)).toMatch(/^TARGET_LENGTH: There are 2 values of the weight for 4/);
    const empty = `FIT_EMPTY: The ${kind} learner was given 0 rows (of weight above 0)`;
    expect(await weighed(0, 0, 0, 0)).toContain(empty);
    expect(await weighed(0, 0, 0, 1)).toContain(empty);
    expect(await refusal(fit(pairs.view(0, 0)))).toContain(empty);
    expect(await refusal(fit(pairs.drop(["item"])))).toMatch(/^FRAME_COLUMN_MISSING: .*"item"/);
    const numbers = frameOf({ user: [1, 2], item: ["x", "y"] });
    expect(await refusal(fit(numbers))).toMatch(/^FRAME_COLUMN_KIND: .*"user"/);
  });

  it("refuses users, items and lists that are none", async () => {
    const model = await fit(pairs);
    const asking = (users: readonly string[] | Int32Array, k = 1) =>
      refusal(model.recommend(users, k));
    expect(await asking(["c"])).toMatch(/^RECOMMEND_UNKNOWN: .*no user "c"/);
    expect(await asking(Int32Array.of(7))).toMatch(/^RECOMMEND_UNKNOWN: .*no user "7"/);
    expect(await asking(["a"], 0)).toMatch(/^LEARNER_OPTION: .*at least 1/);
    expect(() => model.similarItems("x", 0)).toThrow(/at least 1/);
    const short = { ...model.seen, starts: model.seen.starts.slice(1) };
    const barred = refusal(model.recommend("all", 1, { exclude: short }));
    expect(await barred).toMatch(/^TARGET_LENGTH: .*exclude/);
  });

  it("keeps to the memory that it is given", async () => {
    if (kind === "popularity") return;
    const { frame } = tasteWorld(1, 120, 60, 2400);
    expect(await refusal(fit(frame, { memoryLimit: 1000 }))).toMatch(/^KERNEL_MEMORY: /);
    const recommending = (await fit(frame)).recommend("all", 5, { memoryLimit: 1000 });
    expect(await refusal(recommending)).toMatch(/^KERNEL_MEMORY: /);
  });
});
