import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RandomStream, sha256, sigmoid } from "../../foundation/index.js";
import { categoryColumn, Frame, numberColumn } from "../../frame/index.js";
import { rocAuc } from "../../metrics/index.js";
import {
  extraTrees,
  extraTreesRegression,
  randomForest,
  randomForestMulticlass,
  randomForestRegression,
} from "./forest.js";
import { forestWords } from "./forest-memory.js";
import type { ForestModel } from "./model.js";
import { growMoreTrees } from "./more-trees.js";

/** Numbers with missing values, a category, and a target that depends on all of them. */
function draw(rows: number, seed: number) {
  const random = new RandomStream(seed, "forest test");
  const normal = () => Float64Array.from({ length: rows }, () => random.normal());
  const [a, b, c] = [normal(), normal(), normal()];
  const place = Int32Array.from({ length: rows }, () => random.below(12));
  const margin = a.map((x, i) => 2 * x * b[i]! + c[i]! + (place[i]! % 3) - 1);
  for (let row = 0; row < rows; row++) {
    if (random.uniform() < 0.1) {
      c[row] = Number.NaN;
      margin[row]! += 0.7;
    }
  }
  const frame = new Frame([
    numberColumn("a", a),
    numberColumn("b", Float32Array.from(b)),
    numberColumn("c", c),
    categoryColumn(
      "place",
      Array.from(place, (code) => (code === 11 ? null : `town ${code}`)),
    ),
    numberColumn("noise", normal()),
  ]);
  const target = margin.map((m) => (random.uniform() < sigmoid(m) ? 1 : 0));
  return { frame, target, margin };
}

function fingerprint(model: ForestModel): string {
  const { settings, tensors } = model.state();
  const parts = Object.entries(tensors).map(([name, { values }]) => {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return `${name} ${sha256(bytes)}`;
  });
  return sha256([JSON.stringify([settings, model.card]), ...parts].join("\n"));
}

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => "fitted",
    (error: { code: string }) => error.code,
  );

describe("the memory of a fit", () => {
  it("has the fields of the kernels, in their order", () => {
    const file = new URL("../../../assembly/forest-plan.ts", import.meta.url);
    const [body] = /export class Forest \{[^}]*/.exec(readFileSync(file, "utf8")) ?? [""];
    const fields = [...body.matchAll(/^ {2}(\w+): (\w+);/gm)];
    expect(fields.map(([, name]) => name)).toEqual(forestWords);
    expect(new Set(fields.map(([, , type]) => type))).toEqual(new Set(["i32", "u32", "usize"]));
  });
});

/** The same on every version of Node too: change them only with what a fit computes. */
const prints = {
  "two classes": "a4030379f177df448c8bd7e3101532285cfa15c46af814ab80bfbde867775448",
  "extra trees by entropy": "6c2fb257ee5da0f7a1f26d06f6256af23fa8ce692b3394d3661610d8c02983b2",
  "several classes": "7b8ae34c0f31449cc9c8d4414d817cb3c1773c4348ab2096b1159ce86649e677",
  values: "4a0c758177e7e2362c9c5314e6ffda70dcdd481c08ba945177fdb9087cc049d9",
};

describe("the same bytes on any number of threads", () => {
  const { frame, target } = draw(20_000, 1);
  const weight = Float64Array.from(target, (_, row) => 1 + (row % 4) / 2);
  const common = { trees: 12, minSamplesLeaf: 4 };
  const fits = {
    "two classes": [randomForest, target, common],
    "extra trees by entropy": [
      extraTrees,
      target,
      { ...common, bootstrap: true, outOfBag: true, criterion: "entropy" },
    ],
    "several classes": [randomForestMulticlass, target.map((y, row) => y + (row % 2)), common],
    values: [randomForestRegression, target.map((y, row) => y + (row % 7)), common],
  } as const;

  it.each(Object.keys(fits) as (keyof typeof fits)[])("%s", async (name) => {
    const [learner, targets, options] = fits[name];
    const weights = name === "two classes" ? {} : { weight };
    let outOfBag: Float64Array | undefined;
    for (const threads of [1, 2, 4]) {
      const model = await learner.fit(frame, targets, options, { ...weights, threads });
      expect(fingerprint(model)).toBe(prints[name]);
      outOfBag ??= model.outOfBag;
      expect(model.outOfBag).toEqual(outOfBag);
    }
  });
});

/** assembly/random.ts once more: which rows a tree draws. */
function drawCounts(rows: number, seed: number, tree: number): Uint8Array {
  const mix = (word: number): number => {
    let x = word;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return x ^ (x >>> 16);
  };
  const first = mix(mix(seed + 0x9e3779b9));
  const salt = mix(first + mix(Math.imul(11, 0x632be5ab) + tree));
  const counts = new Uint8Array(rows);
  for (let item = 0; item < rows; item++) {
    const word = mix(Math.imul(item, 0x9e3779b1) + salt) >>> 0;
    counts[Math.floor((word * rows) / 4294967296)]! += 1;
  }
  return counts;
}

describe("a forest", () => {
  it("finds interactions, missing values and categories", async () => {
    const { frame, target } = draw(3000, 3);
    const test = draw(3000, 4);
    const bound = rocAuc(test.target, test.margin);
    for (const learner of [randomForest, extraTrees]) {
      const model = await learner.fit(frame, target, { minSamplesLeaf: 3 });
      const auc = rocAuc(test.target, await model.predict(test.frame));
      expect(auc).toBeGreaterThan(bound - 0.06);
      const without = await learner.fit(frame.drop(["place", "c"]), target, { minSamplesLeaf: 3 });
      expect(rocAuc(test.target, await without.predict(test.frame))).toBeLessThan(auc - 0.03);
    }
  });

  it("judges rows by the trees that had not drawn them, and by no other", async () => {
    const { frame, target } = draw(300, 5);
    const options = { trees: 7, seed: 9 };
    const classes = target.map((y, row) => y + (row % 2));
    const fits = [
      await randomForest.fit(frame, target, options),
      await randomForestRegression.fit(frame, target, { ...options, maxFeatures: 2 }),
      await randomForestMulticlass.fit(frame, classes, options),
    ];
    for (const model of fits) {
      const outputs = model.card.outputs.length;
      const sums = new Float64Array(300 * outputs);
      const trees = new Float64Array(300);
      for (let tree = 0; tree < 7; tree++) {
        const { starts } = model.grown.trees;
        const one = { ...model.grown.trees, starts: starts.slice(tree, tree + 2) };
        const counts = drawCounts(300, 9, tree);
        const alone = model.grown.shares === undefined ? one : undefined;
        for (let row = 0; row < 300; row++) {
          if (counts[row] !== 0) continue;
          trees[row]! += 1;
          const leaf = leafOf(one, model, frame, row);
          for (let k = 0; k < outputs; k++) {
            sums[row * outputs + k]! +=
              alone === undefined ? model.grown.shares![leaf * outputs + k]! : leaf;
          }
        }
      }
      const expected = sums.map((sum, at) => sum / trees[Math.floor(at / outputs)]!);
      expect(trees.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(600);
      for (const [at, value] of expected.entries()) {
        if (Number.isNaN(value)) expect(model.outOfBag![at]).toBeNaN();
        else expect(model.outOfBag![at]).toBeCloseTo(value, 10);
      }
    }
  });

  it("judges rows out of bag as it does rows that it has never seen", async () => {
    const { frame, target } = draw(2500, 6);
    const test = draw(2500, 7);
    const model = await randomForest.fit(frame, target, { trees: 200, minSamplesLeaf: 5 });
    const auc = rocAuc(test.target, await model.predict(test.frame));
    const { outOfBagRocAuc, outOfBagRows } = model.card.summary;
    expect(outOfBagRows).toBe(2500);
    expect(Math.abs((outOfBagRocAuc as number) - auc)).toBeLessThan(0.02);
  });

  it("of two classes counted as several is the same forest", async () => {
    const { frame, target } = draw(800, 8);
    const random = new RandomStream(8, "weights without ties");
    const extras = { weight: target.map(() => 0.5 + random.uniform()) };
    for (const criterion of ["gini", "entropy"] as const) {
      const options = { trees: 10, criterion, minSamplesLeaf: 20 };
      const numbers = frame.drop(["place"]);
      const two = await randomForest.fit(numbers, target, options, extras);
      const several = await randomForestMulticlass.fit(numbers, target, options, extras);
      const [p, shares] = [await two.predict(frame), await several.predict(frame)];
      for (const [row, value] of p.entries()) expect(shares[2 * row + 1]).toBeCloseTo(value, 12);
      const gains = (model: ForestModel) => model.grown.trees.gain.reduce((sum, g) => sum + g, 0);
      expect(gains(two) / gains(several)).toBeCloseTo(1, 9);
    }
  });

  it("takes weight k as k equal rows, where bins are exact and all rows are used", async () => {
    const { frame, target } = draw(200, 10);
    const weight = Float64Array.from(target, (_, row) => 1 + (row % 3));
    const rows = Array.from(weight, (times, row) => Array<number>(times).fill(row)).flat();
    const repeated = rows.map((row) => target[row]!);
    for (const learner of [extraTrees, extraTreesRegression]) {
      const weighed = await learner.fit(frame, target, { trees: 5 }, { weight });
      const again = await learner.fit(frame.take(rows), repeated, { trees: 5 });
      const halved = await learner.fit(
        frame,
        target,
        { trees: 5 },
        { weight: weight.map((w) => w / 3) },
      );
      const expected = await again.predict(frame);
      for (const model of [weighed, halved]) {
        const found = await model.predict(frame);
        for (const [row, value] of found.entries()) expect(value).toBeCloseTo(expected[row]!, 12);
      }
    }
  });

  it("keeps leaves as large and trees as deep as it was told, each row counted once", async () => {
    const { frame, target } = draw(1500, 11);
    const options = { trees: 4, maxDepth: 4, minSamplesLeaf: 40, minSamplesSplit: 100 };
    for (const bootstrap of [false, true]) {
      const model = await randomForest.fit(frame, target, { ...options, bootstrap });
      const { trees } = model.grown;
      for (let tree = 0; tree < 4; tree++) {
        expect(trees.starts[tree + 1]! - trees.starts[tree]!).toBeLessThanOrEqual(31);
        const drawn = drawCounts(1500, 0, tree);
        const rows = new Map<number, number>();
        for (let row = 0; row < 1500; row++) {
          if (bootstrap && drawn[row] === 0) continue;
          const one = { ...trees, starts: trees.starts.slice(tree, tree + 2) };
          const leaf = leafNode(one, model, frame, row);
          rows.set(leaf, (rows.get(leaf) ?? 0) + 1);
        }
        expect(Math.min(...rows.values())).toBeGreaterThanOrEqual(40);
      }
    }
  });

  it("grows on where it was left", async () => {
    const { frame, target } = draw(600, 12);
    const classes = target.map((y, row) => y + (row % 2));
    const fits = [
      [randomForest, target],
      [randomForestMulticlass, classes],
      [randomForestRegression, classes],
    ] as const;
    for (const [learner, targets] of fits) {
      const options = { trees: 4, maxFeatures: 2, outOfBag: false };
      const few = await learner.fit(frame, targets, options);
      const restored = learner.restore(few.card, few.state());
      const grown = await growMoreTrees(restored, { frame, target: targets, more: 3 });
      const atOnce = await learner.fit(frame, targets, { ...options, trees: 7 });
      expect(fingerprint(grown)).toBe(fingerprint(atOnce));
      const other = draw(500, 13);
      const mixed = await growMoreTrees(few, { frame: other.frame, target: other.target, more: 2 });
      expect(mixed.card.summary).toMatchObject({ trees: 6 });
      expect((await mixed.predict(frame)).every(Number.isFinite)).toBe(true);
      learner.restore(mixed.card, mixed.state());
    }
  });
});

/** Node that a row ends at, by the ensemble's own words. */
function leafNode(
  trees: ForestModel["trees"],
  model: ForestModel,
  frame: Frame,
  row: number,
): number {
  let node = trees.starts[0]!;
  for (let asked = trees.column[node]!; asked >= 0; asked = trees.column[node]!) {
    const column = frame.column(model.schema.columns[asked]!.name);
    let right: boolean;
    if (column.kind === "category") {
      const own = column.codes[row]!;
      const bin = own < 0 ? 0 : trees.categoryBins[asked]![own]!;
      right = ((trees.sets[trees.set[node]! * 32 + (bin >> 3)]! >> (bin & 7)) & 1) === 1;
    } else {
      const value = column.values[row]!;
      right = Number.isNaN(value) ? trees.missingLeft[node] === 0 : value > trees.threshold[node]!;
    }
    node = trees.left[node]! + (right ? 1 : 0);
  }
  return node;
}

function leafOf(
  trees: ForestModel["trees"],
  model: ForestModel,
  frame: Frame,
  row: number,
): number {
  return trees.value[leafNode(trees, model, frame, row)]!;
}

describe("what is refused", () => {
  const { frame, target } = draw(300, 14);

  it("LEARNER_OPTION, TARGET_NUMBER, TARGET_CLASS, TARGET_ONE_CLASS, TARGET_VALUE", async () => {
    const odd = target.map((y, row) => (row === 7 ? Number.NaN : y));
    expect(await code(randomForest.fit(frame, odd))).toBe("TARGET_VALUE");
    expect(await code(randomForestRegression.fit(frame, odd))).toBe("TARGET_NUMBER");
    expect(await code(randomForestMulticlass.fit(frame, odd))).toBe("TARGET_CLASS");
    const ones = new Float64Array(300).fill(1);
    expect(await code(randomForestMulticlass.fit(frame, ones))).toBe("TARGET_ONE_CLASS");
    for (const options of [
      { trees: 0 },
      { maxFeatures: 0 },
      { maxFeatures: "half" as "all" },
      { minSamplesSplit: 1 },
      { criterion: "squared" as "gini" },
      { maxBins: 256 },
    ]) {
      expect(await code(randomForest.fit(frame, target, options))).toBe("LEARNER_OPTION");
    }
    const model = await randomForest.fit(frame, target, { trees: 2 });
    expect(await code(growMoreTrees(model, { frame, target, more: 0 }))).toBe("LEARNER_OPTION");
    const several = await randomForestMulticlass.fit(frame, target, { trees: 2 });
    const new3 = { frame, target: target.map((y) => y + 1), more: 1 };
    expect(await code(growMoreTrees(several, new3))).toBe("TARGET_CLASS");
    const tree = { ...model, card: { ...model.card, kind: "decision-tree" } };
    expect(await code(growMoreTrees(tree, { frame, target, more: 1 }))).toBe("LEARNER_OPTION");
  });

  it("states that no fit made: MODEL_STATE", async () => {
    const model = await randomForest.fit(frame, target, { trees: 3 });
    const several = await randomForestMulticlass.fit(frame, target, { trees: 3 });
    const spoilt = (one: ForestModel, name: string, values: Float64Array | Int32Array) => {
      const state = one.state();
      return {
        ...state,
        tensors: { ...state.tensors, [name]: { shape: [values.length], values } },
      };
    };
    const { value } = model.grown.trees;
    const shares = several.grown.shares!;
    const bad = [
      [
        model,
        spoilt(
          model,
          "value",
          value.map((v) => v + 1),
        ),
      ],
      [model, spoilt(model, "starts", Int32Array.of(0))],
      [model, { ...model.state(), settings: { outputs: 2 } }],
      [
        several,
        spoilt(
          several,
          "shares",
          shares.map((v) => 2 * v),
        ),
      ],
      [several, spoilt(several, "shares", shares.slice(2))],
      [several, spoilt(several, "shares", shares.slice(1))],
      [
        several,
        spoilt(
          several,
          "value",
          several.grown.trees.value.map((v) => v + 0.5),
        ),
      ],
    ] as const;
    for (const [one, state] of bad) {
      expect(() => randomForest.restore(one.card, state)).toThrow(
        expect.objectContaining({ code: "MODEL_STATE" }),
      );
    }
    for (const one of [model, several]) {
      expect(fingerprint(randomForest.restore(one.card, one.state()))).toBe(fingerprint(one));
    }
  });

  it("KERNEL_MEMORY before anything grows, where classes × leaves are too many", async () => {
    const classes = Float64Array.from({ length: 300_000 }, (_, row) => row % 1000);
    const wide = new Frame([numberColumn("a", classes)]);
    expect(await code(randomForestMulticlass.fit(wide, classes))).toBe("KERNEL_MEMORY");
  });

  it("LEARN_STOPPED as soon as the signal fires, in threads too", async () => {
    const large = draw(40_000, 15);
    const controller = new AbortController();
    const rounds: number[] = [];
    const onProgress = ({ round, rounds: most }: { round: number; rounds: number }) => {
      expect(most).toBe(10_000);
      rounds.push(round);
      controller.abort();
    };
    const extras = { threads: 2, signal: controller.signal, onProgress };
    const fit = randomForest.fit(large.frame, large.target, { trees: 10_000 }, extras);
    expect(await code(fit)).toBe("LEARN_STOPPED");
    expect(rounds[0]).toBe(1);
    expect(rounds.length).toBeLessThan(100);
  });
});
