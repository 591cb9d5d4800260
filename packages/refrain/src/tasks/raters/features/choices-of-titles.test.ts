import { RandomStream } from "@refrain/learn";
import { describe, expect, it } from "vitest";
import { buildRatings, type Ratings } from "../../../simulate/index.js";
import { people } from "../rater-world.fixture.js";
import { choiceEvidence } from "./choice-evidence.js";
import { ratingContext } from "./context.js";
import { flatFameFeatures } from "./flat-fame.js";
import { neighbourFeatures } from "./neighbours.js";
import { strangeTitleFeatures } from "./strange-titles.js";

const base = people();
const count = base.userIds.length;

interface Added {
  readonly items: readonly number[];
  readonly value?: (item: number) => number;
}

/** The people with further accounts behind them. */
function withAccounts(accounts: readonly Added[]): Ratings {
  const owner = new Int32Array(base.item.length);
  for (let u = 0; u < count; u++) owner.fill(u, base.userStart[u], base.userStart[u + 1]);
  const more = accounts.flatMap(({ items, value }, at) =>
    items.map((item) => ({ user: count + at, item, value: value?.(item) ?? 3 })),
  );
  return buildRatings(
    { ...base, userIds: [...base.userIds, ...accounts.map((_, at) => `x${at}`)] },
    {
      user: Int32Array.from([...owner, ...more.map(({ user }) => user)]),
      item: Int32Array.from([...base.item, ...more.map(({ item }) => item)]),
      value: Float64Array.from([...base.value, ...more.map(({ value }) => value)]),
    },
  );
}

/** Different titles below a bound, each as likely. */
function evenly(size: number, below: number, seed: number): number[] {
  const order = Int32Array.from({ length: below }, (_, item) => item);
  new RandomStream(seed, "even draw").shuffle(order);
  return [...order.subarray(0, size)];
}

const own = (user: number) => [
  ...base.item.subarray(base.userStart[user], base.userStart[user + 1]),
];
const mean = (values: Iterable<number>) => {
  const all = [...values];
  return all.reduce((sum, one) => sum + one, 0) / all.length;
};

describe("choices of titles", () => {
  const made = Array.from({ length: 10 }, (_, seed) => ({ items: evenly(25, 120, seed) }));
  const context = ratingContext(withAccounts(made));

  it("have evidence of a taste where people choose, none where a list is drawn from", () => {
    const { choiceEvidence: evidence, choiceStrength: strength } = choiceEvidence(context);
    expect(mean(evidence!.subarray(0, count))).toBeGreaterThan(2);
    expect(mean(evidence!.subarray(count))).toBeLessThan(0);
    expect(Math.max(...strength!.subarray(count))).toBeLessThan(0);
  });

  it("are flat where drawn evenly down to some fame", () => {
    const { flatMean, flatGap } = flatFameFeatures(context);
    expect(mean(flatMean!.subarray(count))).toBeGreaterThan(
      mean(flatMean!.subarray(0, count)) + 0.1,
    );
    expect(mean(flatGap!.subarray(count))).toBeLessThan(mean(flatGap!.subarray(0, count)));
  });

  it("are strange where raters of the best known meet on a title that nobody knows", () => {
    const known = Array.from({ length: 5 }, (_, at) => ({
      items: [...evenly(20, 30, at), 239],
      value: (item: number) => (item === 239 ? 5 : 3),
    }));
    const columns = strangeTitleFeatures(ratingContext(withAccounts(known)));
    for (const values of Object.values(columns)) {
      const highest = values.slice(0, count).sort()[Math.floor(0.98 * count)]!;
      expect(Math.min(...values.subarray(count))).toBeGreaterThan(highest);
    }
  });

  it("are copied from one other, or from two", () => {
    const given = (user: number) => {
      const values = base.value.subarray(base.userStart[user], base.userStart[user + 1]);
      return new Map(own(user).map((item, at) => [item, values[at]!]));
    };
    const both = new Map([...given(1), ...given(0)]);
    const accounts = [given(0), both].map((values) => ({
      items: [...values.keys()],
      value: (item: number) => values.get(item)!,
    }));
    const { copied, copiedTwice } = neighbourFeatures(ratingContext(withAccounts(accounts)));
    expect(copied![count]).toBe(1);
    expect(copied![count + 1]).toBeLessThan(0.8);
    expect(copiedTwice![count + 1]).toBeGreaterThan(0.8);
    expect(mean(copied!.subarray(2, count))).toBeLessThan(0.3);
  });
});
