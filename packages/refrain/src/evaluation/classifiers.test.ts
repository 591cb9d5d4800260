import {
  frameOf,
  isPipelineModel,
  RandomStream,
  readModel,
  sigmoid,
  writeModel,
} from "@refrain/learn";
import { describe, expect, it } from "vitest";
import { calibratedLogistic, priorRate } from "./candidates.js";
import { classifiers } from "./classifiers.js";
import { evaluate } from "./evaluate.js";
import type { LearningTable } from "./table.js";

/** Two months of users; an interaction decides, with missing values and a category beside it. */
function world(users: number, seed: number): LearningTable {
  const stream = new RandomStream(seed, "classifiers");
  const rows = Array.from({ length: 2 * users }, (_, row) => {
    const [a, b] = [stream.normal(), stream.normal()];
    const truth = sigmoid(2 * Math.sign(a) * b + 1.6 * b - 1);
    return { user: row % users, month: row < users ? 0 : 1, a, b, truth };
  });
  return {
    features: frameOf({
      a: rows.map(({ a }) => (stream.uniform() < 0.1 ? Number.NaN : a)),
      b: rows.map(({ b }) => b),
      device: rows.map(() => ["ios", "android", null][stream.below(3)] ?? null),
    }),
    target: Float64Array.from(rows, ({ truth }) => (stream.uniform() < truth ? 1 : 0)),
    users: rows.map(({ user }) => user),
    periods: {
      list: [0, 1].map((month) => ({ name: `m${month}`, at: month, labelEnd: month + 1 })),
      of: Int32Array.from(rows, ({ month }) => month),
    },
    truth: Float64Array.from(rows, ({ truth }) => truth),
  };
}

const job = { task: "t", resamples: 40, besides: [], randomLabels: { repeats: 0 } } as const;

describe("classifiers", () => {
  it("learn, keep their word, and are written and read", async () => {
    const table = world(700, 1);
    const models = new Map();
    const { models: rows, importance } = await evaluate({
      ...job,
      table,
      candidates: [priorRate, ...classifiers],
      onFitted: (name, model) => models.set(name, model),
    });
    for (const { name } of classifiers) {
      const row = rows.find((one) => one.name === name)!;
      expect(row.validationLogLoss, name).not.toBeNull();
      expect(row.rocAuc.value, name).toBeGreaterThan(0.6);
      expect(row.ece.value, name).toBeLessThan(0.12);
      const model = models.get(name);
      expect(isPipelineModel(model), name).toBe(true);
      expect(model.calibrator?.kind ?? null, name).toBe(row.calibration);
      const back = readModel(writeModel(model));
      const some = table.features.view(0, 50);
      expect(await back.predict(some), name).toEqual(await model.predict(some));
    }
    const of = (name: string) => rows.find((one) => one.name === name)!.rocAuc.value!;
    expect(of("boosting")).toBeGreaterThan(of("logistic") + 0.05);
    expect(importance?.features.slice(0, 2).map(({ feature }) => feature)).toEqual(["b", "a"]);
    expect(importance?.trees?.features.at(-1)?.feature).toBe("device");
  });

  it("stop early on validation rows inside training, never on the test", async () => {
    const candidates = [priorRate, classifiers.find(({ name }) => name === "boosting")!];
    const table = world(500, 2);
    const honest = await evaluate({ ...job, table, candidates });
    // Other answers in the test month must not move what was settled.
    const target = table.target.map((yes, row) => (row < 500 ? yes : 1 - yes));
    const turned = await evaluate({ ...job, table: { ...table, target }, candidates });
    const settled = honest.models[1]!.options;
    expect(settled["rounds"]).toBeGreaterThan(10);
    expect(settled["rounds"]).toBeLessThan(1000);
    expect(turned.models[1]!.options).toEqual(settled);
  });

  it("take a learner's own options as variants, and refuse others (LEARNER_OPTION)", async () => {
    const table = world(700, 3);
    const withVariants = (variants: object[]) => {
      const variant = { ...calibratedLogistic, variants: variants as Record<string, unknown>[] };
      return evaluate({ ...job, table, candidates: [priorRate, variant] });
    };
    const { models } = await withVariants([{ l2: 1e6 }, { l2: 1 }]);
    expect(models[1]!.options).toEqual({ l2: 1 });
    await expect(withVariants([{ l3: 1 }])).rejects.toMatchObject({ code: "LEARNER_OPTION" });
  });
});
