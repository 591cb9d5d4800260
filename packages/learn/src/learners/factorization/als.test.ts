import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Pacer } from "../../foundation/index.js";
import { type CategoryColumn, frameOf } from "../../frame/index.js";
import type { FactorModel } from "./contract.js";
import { csrOf } from "./csr.js";
import { implicitAls } from "./implicit-als.js";
import { alsWords, bprWords, sparseTopWords, topWords } from "./plan-words.js";
import { tasteWorld } from "./world.fixture.js";

const [USERS, ITEMS] = [120, 60];
const { frame, weight } = tasteWorld(1, USERS, ITEMS, 2400);

function codes(name: string): Int32Array {
  return (frame.column(name) as CategoryColumn).codes;
}

/** Summed weights of all pairs, users × items. */
async function table(): Promise<Float64Array> {
  const entries = { rows: codes("user"), columns: codes("item"), values: weight };
  const counts = await csrOf(entries, [USERS, ITEMS], new Pacer(undefined, "a test"));
  const out = new Float64Array(USERS * ITEMS);
  for (let user = 0; user < USERS; user++) {
    for (let at = counts.starts[user]!; at < counts.starts[user + 1]!; at++) {
      out[user * ITEMS + counts.indices[at]!] = counts.values[at]!;
    }
  }
  return out;
}

interface Penalty {
  readonly alpha: number;
  readonly l2: number;
  readonly power: number;
}

function squares(factors: Float32Array, width: number, row: number): number {
  return factors.subarray(row * width, (row + 1) * width).reduce((s, v) => s + v * v, 0);
}

/** Hu's objective in doubles, over all pairs, with Rendle's penalties. */
async function objectiveOf(model: FactorModel, { alpha, l2, power }: Penalty): Promise<number> {
  const counts = await table();
  const users = new Float64Array(USERS).fill(ITEMS);
  const items = new Float64Array(ITEMS).fill(USERS);
  let sum = 0;
  for (let user = 0; user < USERS; user++) {
    for (let item = 0; item < ITEMS; item++) {
      const taken = counts[user * ITEMS + item]!;
      const score = model.predictRow({ user: `user ${user}`, item: `item ${item}` });
      sum += (1 + alpha * taken) * ((taken > 0 ? 1 : 0) - score) ** 2;
      users[user]! += alpha * taken;
      items[item]! += alpha * taken;
    }
  }
  for (const [own, factors] of [
    [users, model.userFactors],
    [items, model.itemFactors],
  ] as const) {
    for (const [row, value] of own.entries()) {
      sum += l2 * value ** power * squares(factors, model.width, row);
    }
  }
  return sum;
}

describe("implicit ALS", () => {
  it.each([0, 0.7])("tells what a double loop finds, and it falls (power %s)", async (power) => {
    const told: number[] = [];
    const l2 = power === 0 ? 0.3 : 0.01;
    const plain = { damping: "none", alpha: 0.5, frequencyPower: power } as const;
    const options = { factors: 11, l2, sweeps: 12, ...plain };
    const onProgress = ({ loss }: { loss?: number }) => told.push(loss!);
    const model = await implicitAls.fit(frame, undefined, options, { weight, onProgress });
    const count = Number(model.card.summary["observations"]);
    const found = await objectiveOf(model, { alpha: 0.5, l2, power });
    expect(told).toHaveLength(12);
    expect(Math.abs(told.at(-1)! * count - found) / found).toBeLessThan(1e-5);
    for (const [sweep, loss] of told.entries()) {
      expect(loss).toBeLessThan((told[sweep - 1] ?? Number.POSITIVE_INFINITY) * (1 + 1e-6));
    }
  });

  it("comes to the objective, scores and lists of implicit", async () => {
    const file = new URL("./fixtures/implicit.json", import.meta.url);
    const golden = JSON.parse(readFileSync(file, "utf8"));
    let state = 12_345;
    const rows: { user: string; item: string; count: number }[] = [];
    for (let user = 0; user < 60; user++) {
      for (let item = 0; item < 40; item++) {
        state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
        const draw = (state >> 16) % 100;
        if (draw >= (user % 3 === item % 3 ? 45 : 8)) continue;
        rows.push({ user: `u${user}`, item: `i${item}`, count: 1 + (draw % 5) });
      }
    }
    const given = frameOf({ user: rows.map((r) => r.user), item: rows.map((r) => r.item) });
    const { factors, l2, sweeps } = golden;
    const plain = { damping: "none", alpha: 1, frequencyPower: 0 } as const;
    const options = { factors, l2, sweeps, steps: 6, ...plain };
    const counts = rows.map((r) => r.count);
    const model = await implicitAls.fit(given, undefined, options, { weight: counts });
    const objective = Number(model.card.summary["objective"]) * golden.observations;
    expect(Math.abs(objective - golden.objective) / golden.objective).toBeLessThan(1e-5);
    for (const [user, scores] of golden.scores.entries()) {
      for (const [item, score] of scores.entries()) {
        expect(model.predictRow({ user: `u${user}`, item: `i${item}` })).toBeCloseTo(score, 3);
      }
    }
    const users = Array.from({ length: 60 }, (_, user) => `u${user}`);
    const { items } = await model.recommend(users, 5);
    const same = golden.lists.flat().filter((item: number, at: number) => {
      return model.items[items[at]!] === `i${item}`;
    });
    expect(same.length).toBeGreaterThan(295);
  });

  it("folds a user of the training in to its own factors, and a new item", async () => {
    const options = { factors: 8, l2: 0.05, sweeps: 150, frequencyPower: 0.5 };
    const model = await implicitAls.fit(frame, undefined, options, { weight });
    const counts = await table();
    const own = [...counts.subarray(0, ITEMS).keys()].filter((item) => counts[item]! > 0);
    const folded = model.foldInUser({
      names: [...own.map((item) => `item ${item}`), "not an item"],
      values: [...own.map((item) => counts[item]!), 3],
    });
    expect(folded.unknown).toEqual(["not an item"]);
    const scores = folded.scores();
    for (const [place, item] of model.items.entries()) {
      expect(scores[place]).toBeCloseTo(model.predictRow({ user: "user 0", item }), 2);
    }
    const best = folded.best(4).map(({ name }) => name);
    const { items } = await model.recommend(["user 0"], 4);
    expect(best).toEqual(Array.from(items, (item) => model.items[item]));
    const repeated = model.foldInUser({ names: ["item 1", "item 1"], values: [1, 2] });
    const summed = model.foldInUser({ names: ["item 1"], values: [3] });
    expect(repeated.factors).toEqual(summed.factors);
    const item = model.foldInItem({ names: ["user 3", "user 5"] });
    expect(item.scores()[3]).toBeGreaterThan(0.05);
    const nobody = model.foldInItem({ names: [] });
    expect(nobody.factors.every((value) => value === 0)).toBe(true);
    expect(() => model.foldInUser({ names: ["item 1"], values: [-1] })).toThrowError(
      expect.objectContaining({ code: "WEIGHT_VALUE" }),
    );
  });

  it("gives the same bytes for any number of threads, over chunks of heavy rows", async () => {
    const wide = tasteWorld(3, 1500, 200, 16_000);
    const fit = async (threads: number) => {
      const options = { factors: 24, sweeps: 3 };
      const model = await implicitAls.fit(wide.frame, undefined, options, {
        weight: wide.weight,
        threads,
      });
      const { items, scores } = await model.recommend("all", 7, { threads });
      return [model.userFactors, model.itemFactors, items, scores];
    };
    const alone = await fit(1);
    for (const threads of [2]) expect(await fit(threads)).toEqual(alone);
  });

  it("leaves out what it is told, and gives only what it may", async () => {
    const model = await implicitAls.fit(frame, undefined, { factors: 8 }, { weight });
    const only = ["item 9", "item 3", "item 21"];
    const found = await model.recommend(["user 4"], 5, { exclude: "none", only });
    const names = Array.from(found.items.subarray(0, 3), (item) => model.items[item]!);
    expect(names.toSorted()).toEqual(only.toSorted());
    expect(Array.from(found.items.subarray(3))).toEqual([-1, -1]);
    expect(found.scores[4]).toBeNaN();
    const starts = new Int32Array(USERS + 1).fill(1, 5);
    const barred = { ...model.seen, starts, indices: Int32Array.of(9) };
    const less = await model.recommend(["user 4"], 5, { exclude: barred, only });
    expect(less.items.includes(9)).toBe(false);
    const twice = await model.recommend(["user 4"], 5, { only: [...only, ...only] });
    expect(new Set(twice.items.filter((item) => item >= 0)).size).toBeLessThan(4);
    const short = { ...barred, starts: starts.slice(1) };
    await expect(model.recommend("all", 1, { exclude: short })).rejects.toThrowError(
      expect.objectContaining({ code: "TARGET_LENGTH" }),
    );
    const [first] = model.similarItems("item 5", 3);
    expect(first!.name).not.toBe("item 5");
    expect(first!.score).toBeLessThanOrEqual(1);
    expect(model.similarUsers("user 5", 2)).toHaveLength(2);
  });
});

it("keeps the words of its plans in the order of the kernels", () => {
  const fieldsOf = (file: string, name: string) => {
    const url = new URL(`../../../assembly/${file}.ts`, import.meta.url);
    const text = readFileSync(url, "utf8");
    const body = text.slice(text.indexOf(`class ${name} {`));
    return [...body.slice(0, body.indexOf("}")).matchAll(/^ {2}(\w+): /gm)].map(([, f]) => f);
  };
  expect(fieldsOf("als-plan", "AlsPlan")).toEqual([...alsWords]);
  expect(fieldsOf("als-top", "TopPlan")).toEqual([...topWords]);
  expect(fieldsOf("bpr", "BprPlan")).toEqual([...bprWords]);
  expect(fieldsOf("sparse-top", "SparseTopPlan")).toEqual([...sparseTopWords]);
});
