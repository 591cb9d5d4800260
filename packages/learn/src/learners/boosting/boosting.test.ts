import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exp, RandomStream } from "../../foundation/index.js";
import { Frame, numberColumn } from "../../frame/index.js";
import { logLoss, rocAuc } from "../../metrics/index.js";
import { drawTreeWorld, fingerprint } from "../tree/tree-world.fixture.js";
import { boosting, boostingMulticlass, boostingRegression } from "./boosting.js";
import { fitDoubles, fitWords } from "./fit-memory.js";

const draw = (rows: number, seed: number) =>
  drawTreeWorld(rows, seed, { purpose: "boosting test", weights: [1, 0.6] });

describe("the memory of a fit", () => {
  it("has the fields of the kernels, in their order", () => {
    const source = readFileSync(new URL("../../../assembly/fit.ts", import.meta.url), "utf8");
    const [body] = /export class Fit \{[^}]*/.exec(source) ?? [""];
    const fields = [...body.matchAll(/^ {2}(\w+): (\w+);/gm)];
    const named = (double: boolean) =>
      fields.filter(([, , type]) => (type === "f64") === double).map(([, name]) => name);
    expect(named(false)).toEqual(fitWords);
    expect(named(true)).toEqual(fitDoubles);
    expect(fields.findIndex(([, , type]) => type === "f64")).toBe(fitWords.length);
  });
});

/** The same on every version of Node too: change them only with what a fit computes. */
const prints = {
  "two classes": "7dc77b13f0fb8ef5958bcd05532015682fcaaf0445b1d8a9b36ff01fa991baa4",
  "two classes, few leaves": "f0808c2082ecc7fd8af395c04efe6dade75207c84c7f47b8008e52355aec07f4",
  "several classes": "c1ecb690aba871ef66898a29e04fb0ca23854ff86bd6c245ff1a975d6b4d9c3f",
  values: "acec9cebfcb6530ff911d58a7ec6a8b1286c34974a115db478cd1d0cd9feb7b7",
};

describe("the same bytes on any number of threads", () => {
  const { frame, target } = draw(40_000, 1);
  const weight = Float64Array.from(target, (_, row) => 1 + (row % 4) / 2);
  const validation = draw(3000, 2);
  const common = { rounds: 60, maxLeaves: 40, patience: 2, learningRate: 0.9 };
  const sampled = { ...common, rowShare: 0.8, columnShare: 0.8 };
  const fits = {
    "two classes": [boosting, target, sampled],
    "two classes, few leaves": [boosting, target, { ...common, columnShare: 0.8, maxLeaves: 4 }],
    "several classes": [boostingMulticlass, target.map((y, row) => y + (row % 2)), sampled],
    values: [
      boostingRegression,
      target.map((y, row) => y + (row % 7)),
      { ...sampled, monotone: { a: 1 } },
    ],
  } as const;

  it.each(Object.keys(fits) as (keyof typeof fits)[])("%s", async (name) => {
    const [learner, targets, options] = fits[name];
    for (const threads of [1, 2, 4]) {
      const extras = { weight, validation, threads };
      const model = await learner.fit(frame, targets, options, extras);
      expect(fingerprint(model)).toBe(prints[name]);
    }
  });
});

describe("a model", () => {
  it("learns directions of missing values, and categories", async () => {
    const { frame, target } = draw(4000, 3);
    const test = draw(4000, 4);
    const model = await boosting.fit(frame, target, { rounds: 60, maxLeaves: 15 });
    const auc = rocAuc(test.target, await model.predict(test.frame));
    expect(auc).toBeGreaterThan(rocAuc(test.target, test.margin) - 0.03);
    const without = await boosting.fit(frame.drop(["place", "c"]), target, { rounds: 60 });
    expect(rocAuc(test.target, await without.predict(test.frame))).toBeLessThan(auc - 0.05);
  });

  it("scores a row, a small table and a large one to the same bits", async () => {
    const { frame, target } = draw(3000, 5);
    const classes = target.map((y, row) => y + (row % 2));
    for (const model of [
      await boosting.fit(frame, target, { rounds: 50 }),
      await boostingMulticlass.fit(frame, classes, { rounds: 20 }),
      await boostingRegression.fit(frame, classes, { rounds: 50 }),
    ]) {
      const odd = draw(140_000, 6).frame.with([
        numberColumn(
          "a",
          Float64Array.from({ length: 140_000 }, (_, k) =>
            k % 3 === 0 ? [Infinity, -Infinity, Number.NaN, 1e308, -0][k % 5]! : (k % 100) / 25 - 2,
          ),
        ),
      ]);
      const large = await model.predict(odd);
      const outputs = model.card.outputs.length;
      const small = await model.predict(odd.view(139_000));
      expect(small).toEqual(large.slice(139_000 * outputs));
      for (let row = 139_000; row < 139_200; row++) {
        for (let output = 0; output < outputs; output++) {
          expect(model.predictRow(odd.row(row), output)).toBe(large[row * outputs + output]);
        }
      }
    }
  });

  it("takes categories that it has not seen as missing", async () => {
    const { frame, target } = draw(2000, 7);
    const model = await boosting.fit(frame, target, { rounds: 20 });
    const row = { a: 1, b: 0, c: 0, noise: 0 };
    expect(model.predictRow({ ...row, place: "atlantis" })).toBe(model.predictRow(row));
    expect(model.predictRow({ ...row, place: "town 3" })).not.toBe(model.predictRow(row));
  });

  it("puts rows on both sides of every split of several monotone columns", async () => {
    const random = new RandomStream(1, "monotone");
    const names = ["a", "b", "c"] as const;
    const draws = names.map(() =>
      Float64Array.from({ length: 3000 }, () => exp(2 * random.normal())),
    );
    const frame = new Frame(names.map((name, k) => numberColumn(name, draws[k]!)));
    const target = draws[0]!.map((a, row) => (a + draws[1]![row]! > 6 ? 1 : 0));
    const model = await boosting.fit(frame, target, { monotone: { a: 1, b: 1 } });
    expect(model.trees.value.every(Number.isFinite)).toBe(true);
    expect(Math.min(...model.trees.cover)).toBeGreaterThan(0);
    expect(rocAuc(target, await model.predict(frame))).toBeGreaterThan(0.99);
  });

  it("holds monotone constraints on a grid", async () => {
    const { frame, target } = draw(3000, 8);
    const monotone = { a: 1, c: -1 } as const;
    const model = await boosting.fit(frame, target, { rounds: 60, monotone });
    const random = new RandomStream(9, "grid");
    for (let repeat = 0; repeat < 100; repeat++) {
      const row = { b: random.normal(), noise: random.normal(), place: `town ${repeat % 11}` };
      const [a, c] = [random.normal(), random.normal()];
      for (let step = 0; step < 20; step++) {
        const at = { ...row, a: a + step / 10, c };
        const up = model.predictRow({ ...at, a: at.a + 0.1 });
        const down = model.predictRow({ ...at, c: c + 0.1 });
        expect(up).toBeGreaterThanOrEqual(model.predictRow(at));
        expect(down).toBeLessThanOrEqual(model.predictRow(at));
      }
    }
    const free = await boosting.fit(frame, target, { rounds: 60 });
    expect(fingerprint(free)).not.toBe(fingerprint(model));
  });

  it("keeps the rounds with the lowest validation loss, and says what it saw", async () => {
    const { frame, target } = draw(1500, 10);
    const validation = draw(1500, 11);
    const seen: number[] = [];
    const model = await boosting.fit(
      frame,
      target,
      { rounds: 300, patience: 10, learningRate: 0.3 },
      {
        validation,
        onProgress: ({ round, rounds, loss, validationLoss }) => {
          expect([round, rounds]).toEqual([seen.length + 1, 300]);
          expect(loss).toBeGreaterThan(0);
          seen.push(validationLoss!);
        },
      },
    );
    const best = seen.indexOf(Math.min(...seen)) + 1;
    expect(seen.length).toBe(best + 10);
    expect(model.card.summary).toMatchObject({ rounds: best, trees: best, bestRound: best });
    expect(model.trees.starts.length).toBe(best + 1);
    const loss = logLoss(validation.target, await model.predict(validation.frame));
    expect(loss).toBeCloseTo(model.card.summary["validationLoss"] as number, 12);
  });

  it("keeps leaves as large, trees as deep and as many-leaved as it was told", async () => {
    const { frame, target } = draw(3000, 12);
    const options = { rounds: 5, maxDepth: 3, minRows: 200, maxLeaves: 7 };
    const { trees } = await boostingRegression.fit(frame, target, options);
    for (let tree = 0; tree + 1 < trees.starts.length; tree++) {
      const [start, end] = [trees.starts[tree]!, trees.starts[tree + 1]!];
      expect(end - start).toBeLessThanOrEqual(13);
      expect(trees.cover[start]).toBe(3000);
      for (let node = start; node < end; node++) {
        if (trees.column[node]! < 0) expect(trees.cover[node]).toBeGreaterThanOrEqual(200);
        else {
          const left = trees.left[node]!;
          expect(trees.cover[left]! + trees.cover[left + 1]!).toBe(trees.cover[node]);
        }
      }
    }
  });

  it("is a constant where nothing can be split", async () => {
    const frame = new Frame([numberColumn("a", new Float64Array(50))]);
    const target = Float64Array.from({ length: 50 }, (_, row) => (row < 10 ? 1 : 0));
    const model = await boosting.fit(frame, target, { rounds: 3 });
    for (const p of await model.predict(frame)) expect(p).toBeCloseTo(0.2, 12);
  });
});

describe("what is refused", () => {
  const { frame, target } = draw(300, 13);

  it("TARGET_NUMBER, TARGET_CLASS, TARGET_ONE_CLASS, LEARNER_OPTION", async () => {
    const odd = target.map((y, row) => (row === 7 ? Number.NaN : y));
    const code = (promise: Promise<unknown>) =>
      promise.then(
        () => "fitted",
        (error: { code: string }) => error.code,
      );
    expect(await code(boostingRegression.fit(frame, odd))).toBe("TARGET_NUMBER");
    expect(await code(boostingMulticlass.fit(frame, odd))).toBe("TARGET_CLASS");
    const ones = new Float64Array(300).fill(1);
    expect(await code(boostingMulticlass.fit(frame, ones))).toBe("TARGET_ONE_CLASS");
    const validation = { frame, target: target.map((y) => y + 5) };
    expect(await code(boostingMulticlass.fit(frame, target, {}, { validation }))).toBe(
      "TARGET_CLASS",
    );
    for (const options of [
      { monotone: { place: 1 } },
      { monotone: { a: 2 as 1 } },
      { maxLeaves: 1 },
      { rowShare: 0 },
    ] as const) {
      expect(await code(boosting.fit(frame, target, options))).toBe("LEARNER_OPTION");
    }
  });

  it("KERNEL_MEMORY before the trees grow, where leaves × columns are too many", async () => {
    const wide = new Frame(
      Array.from({ length: 200 }, (_, k) => numberColumn(`c${k}`, new Float64Array(20_000))),
    );
    const targets = Float64Array.from({ length: 20_000 }, (_, row) => row % 2);
    await expect(boosting.fit(wide, targets, { maxLeaves: 20_000 })).rejects.toMatchObject({
      code: "KERNEL_MEMORY",
    });
  });

  it("KERNEL_MEMORY before anything is read, above a limit or 4 GiB of cells", async () => {
    const values = new Float32Array(3_000_000);
    const many = new Frame(Array.from({ length: 800 }, (_, k) => numberColumn(`c${k}`, values)));
    const half = Float64Array.from(values, (_, row) => row % 2);
    const tooMany = { code: "KERNEL_MEMORY" };
    await expect(boosting.fit(many, half)).rejects.toMatchObject(tooMany);
    const limited = boosting.fit(frame, target, {}, { memoryLimit: 1e6 });
    await expect(limited).rejects.toMatchObject(tooMany);
  });

  it("states that no fit made", async () => {
    const model = await boosting.fit(frame, target, { rounds: 3 });
    const state = model.state();
    const { column, left, value } = model.trees;
    const spoilt = (name: string, values: Float64Array | Int32Array | Uint8Array) => ({
      ...state,
      tensors: { ...state.tensors, [name]: { shape: [values.length], values } },
    });
    const bad = [
      spoilt("left", new Int32Array(left.length)),
      spoilt(
        "left",
        left.map((child) => child + 1),
      ),
      spoilt(
        "column",
        column.map(() => 99),
      ),
      spoilt(
        "column",
        column.map(() => -2),
      ),
      spoilt("column", column.slice(1)),
      spoilt(
        "value",
        value.map(() => Number.NaN),
      ),
      spoilt(
        "threshold",
        value.map(() => Number.NaN),
      ),
      spoilt(
        "set",
        Int32Array.from(left, () => 1000),
      ),
      spoilt(
        "set",
        Int32Array.from(left, () => -1),
      ),
      spoilt(
        "missingLeft",
        Uint8Array.from(left, () => 2),
      ),
      spoilt("starts", Int32Array.of(0)),
      spoilt("starts", Int32Array.of(0, 0, left.length)),
      spoilt("sets", new Uint8Array(5)),
      spoilt("categoryBins.3", new Uint8Array(1)),
      { ...state, settings: { ...state.settings, outputs: 0 } },
      { ...state, settings: { ...state.settings, start: ["0"] } },
    ];
    for (const one of bad) {
      expect(() => boosting.restore(model.card, one)).toThrow(
        expect.objectContaining({ code: "MODEL_STATE" }),
      );
    }
    expect(fingerprint(boosting.restore(model.card, state))).toBe(fingerprint(model));
  });

  it("LEARN_STOPPED as soon as the signal fires, in threads too", async () => {
    const large = draw(60_000, 14);
    const controller = new AbortController();
    const rounds: number[] = [];
    const fit = boosting.fit(
      large.frame,
      large.target,
      { rounds: 10_000 },
      {
        threads: 2,
        signal: controller.signal,
        onProgress: ({ round }) => {
          rounds.push(round);
          if (round === 5) controller.abort();
        },
      },
    );
    await expect(fit).rejects.toMatchObject({ code: "LEARN_STOPPED" });
    expect(rounds.length).toBeLessThan(200);
  });
});
