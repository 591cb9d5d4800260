import { lgamma } from "@refrain/learn";
import { describe, expect, it } from "vitest";
import { buildRatings } from "../../../simulate/index.js";
import { ratingContext } from "./context.js";
import { oneValueFeatures } from "./one-value.js";

/** Surprise of users by the values that they gave, each to titles of their own. */
function surpriseOf(users: readonly (readonly number[])[]): Float64Array {
  const rows = users.flatMap((values, user) =>
    values.map((value, item) => ({ user, item, value })),
  );
  const ratings = buildRatings(
    {
      userIds: users.map((_, user) => `u${user}`),
      itemIds: Array.from({ length: 60 }, (_, item) => `i${item}`),
      scale: { low: 1, high: 5, step: 1 },
    },
    {
      user: Int32Array.from(rows, ({ user }) => user),
      item: Int32Array.from(rows, ({ item }) => item),
      value: Float64Array.from(rows, ({ value }) => value),
      at: undefined,
    },
  );
  return oneValueFeatures(ratingContext(ratings))["oneValue"]!;
}

const mixed = Array.from({ length: 40 }, (_, user) =>
  Array.from({ length: 20 }, (__, k) => 1 + ((3 * k + user) % 5)),
);

describe("oneValueFeatures", () => {
  it("is -log of the beta-binomial's upper tail", () => {
    const users = [
      [4, 4, 4, 2],
      [4, 2],
      [2, 2, 4],
    ];
    // Mean shares of 4: (3/4 + 1/2 + 1/3) / 3; of the pairs within users 3/6, 0 and 1/3 agree.
    const share = (3 / 4 + 1 / 2 + 1 / 3) / 3;
    const chance = share ** 2 + (1 - share) ** 2;
    const kept = Math.max(1e-3, ((3 / 6 + 0 + 1 / 3) / 3 - chance) / (1 - chance));
    const [a, b] = [share * (1 / kept - 1), (1 - share) * (1 / kept - 1)];
    const beta = (x: number, y: number) => lgamma(x) + lgamma(y) - lgamma(x + y);
    const chanceOf = (k: number, ways: number) =>
      ways * Math.exp(beta(a + k, b + 4 - k) - beta(a, b));
    const tail = chanceOf(3, 4) + chanceOf(4, 1);
    expect(surpriseOf(users)[0]).toBeCloseTo(-Math.log(tail), 8);
  });

  it("counts how many ratings there are, and how usual the value is", () => {
    const of = (value: number, times: number) => new Array<number>(times).fill(value);
    const world = [...mixed, ...mixed.map((values) => values.map(() => 3).concat(values))];
    const [few, many, usual] = surpriseOf([of(1, 3), of(1, 40), of(3, 40), ...world]);
    expect(many).toBeGreaterThan(2 * few!);
    expect(many).toBeGreaterThan(usual!);
  });

  it("is finite where everybody gives one value", () => {
    expect([...surpriseOf([[3, 3], [3], [3, 3, 3]])].every(Number.isFinite)).toBe(true);
  });
});
