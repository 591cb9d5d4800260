import { expect, it } from "vitest";
import type { CategoryColumn } from "../../frame/index.js";
import { choleskyInPlace, choleskySolve } from "../../kernels/index.js";
import { explicitAls } from "./explicit-als.js";
import { tasteWorld } from "./world.fixture.js";

const [USERS, ITEMS, ROWS] = [60, 30, 1200];
const world = tasteWorld(5, USERS, ITEMS, ROWS + 300);
const frame = world.frame.view(0, ROWS);
const rating = world.rating.slice(0, ROWS);
const [users, items] = ["user", "item"].map((name) => {
  return (frame.column(name) as CategoryColumn).codes;
}) as [Int32Array, Int32Array];

/** One side's rows as plain lists of doubles. */
type Rows = Float64Array[];

interface Reference {
  readonly user: Rows;
  readonly item: Rows;
  readonly mean: number;
}

const FACTORS = 3;
const L2 = 0.2;

/** Solves each row of one side exactly: its factors and its bias, the other's bias known. */
function solveSide(
  own: Rows,
  other: Rows,
  sides: readonly [Int32Array, Int32Array],
  rest: number[],
) {
  const size = FACTORS + 1;
  const counts = own.map((_, row) => sides[0].filter((code) => code === row).length);
  for (const [row, to] of own.entries()) {
    const matrix = new Float64Array(size * size);
    const right = new Float64Array(size);
    for (let at = 0; at < ROWS; at++) {
      if (sides[0][at] !== row) continue;
      const facing = other[sides[1][at]!]!;
      const vector = [...facing.subarray(0, FACTORS), 1];
      for (let a = 0; a < size; a++) {
        right[a]! += vector[a]! * (rest[at]! - facing[FACTORS]!);
        for (let b = 0; b < size; b++) matrix[a * size + b]! += vector[a]! * vector[b]!;
      }
    }
    for (let a = 0; a < size; a++) matrix[a * size + a]! += L2 * counts[row]!;
    if (counts[row] === 0) continue;
    choleskyInPlace(matrix, size);
    choleskySolve(matrix, size, right);
    to.set(right);
  }
}

/** The squared errors and penalties of a reference. */
function objectiveOf({ user, item, mean }: Reference): number {
  let sum = 0;
  for (let at = 0; at < ROWS; at++) {
    const [a, b] = [user[users[at]!]!, item[items[at]!]!];
    let score = mean + a[FACTORS]! + b[FACTORS]!;
    for (let j = 0; j < FACTORS; j++) score += a[j]! * b[j]!;
    sum += (rating[at]! - score) ** 2;
  }
  for (const [rows, codes] of [
    [user, users],
    [item, items],
  ] as const) {
    const counts = rows.map((_, row) => codes.filter((code) => code === row).length);
    for (const [row, values] of rows.entries()) {
      sum += L2 * counts[row]! * values.reduce((s, v) => s + v * v, 0);
    }
  }
  return sum;
}

it("comes to what exact solves in doubles come to", async () => {
  const options = { factors: FACTORS, l2: L2, sweeps: 60, steps: 8, seed: 2 };
  const told: number[] = [];
  const onProgress = ({ loss }: { loss?: number }) => told.push(loss!);
  const model = await explicitAls.fit(frame, rating, options, { onProgress });
  const mean = rating.reduce((sum, value) => sum + value, 0) / ROWS;
  expect(model.base).toBeCloseTo(mean, 12);
  const rest = Array.from(rating, (value) => value - mean);
  const rowsOf = (factors: Float32Array, bias: number, count: number): Rows =>
    Array.from({ length: count }, (_, row) => {
      const from = row * model.width;
      const own = factors.subarray(from, from + FACTORS);
      return Float64Array.from([...own, factors[from + FACTORS + bias]!]);
    });
  const reference: Reference = {
    user: rowsOf(model.userFactors, 0, USERS),
    item: rowsOf(model.itemFactors, 1, ITEMS),
    mean,
  };
  const pairs = Number(model.card.summary["observations"]);
  const found = objectiveOf(reference);
  expect(Math.abs((told.at(-1)! * pairs) / found - 1)).toBeLessThan(1e-5);
  for (const [sweep, loss] of told.entries()) {
    expect(loss).toBeLessThan((told[sweep - 1] ?? Number.POSITIVE_INFINITY) * (1 + 1e-6));
  }
  for (let sweep = 0; sweep < 20; sweep++) {
    solveSide(reference.user, reference.item, [users, items], rest);
    solveSide(reference.item, reference.user, [items, users], rest);
  }
  const best = objectiveOf(reference);
  expect(found / best - 1).toBeLessThan(1e-3);
});

it("predicts held-out ratings better than the mean, and unknown ones by bias", async () => {
  const model = await explicitAls.fit(frame, rating, { factors: 4, l2: 0.1 });
  const test = world.frame.view(ROWS);
  const scores = await model.predict(test);
  const [square, naive] = [0, 1].map((which) =>
    scores.reduce((sum, score, row) => {
      const truth = world.rating[ROWS + row]!;
      return sum + (truth - (which === 0 ? score : model.base)) ** 2;
    }, 0),
  );
  expect(square!).toBeLessThan(0.6 * naive!);
  const alone = model.predictRow({ user: "nobody", item: "item 3" });
  const facing = model.predictRow({ user: "user 2", item: "nothing" });
  expect(alone).not.toBe(model.base);
  expect(facing).not.toBe(model.base);
  expect(model.predictRow({})).toBe(model.base);
  const taken = [...users.keys()].filter((row) => users[row] === 2);
  const folded = model.foldInUser({
    names: taken.map((row) => `item ${items[row]}`),
    values: taken.map((row) => rating[row]!),
  });
  const scored = folded.scores();
  expect(scored[3]).toBeCloseTo(model.predictRow({ user: "user 2", item: "item 3" }), 0);
});

it("wants ratings that are numbers", async () => {
  const code = (name: string) => expect.objectContaining({ code: name });
  await expect(explicitAls.fit(frame, undefined)).rejects.toThrowError(code("TARGET_MISSING"));
  const broken = rating.with(4, Number.NaN);
  await expect(explicitAls.fit(frame, broken)).rejects.toThrowError(code("TARGET_NUMBER"));
});
