import { RandomStream } from "@refrain/learn";
import { describe, expect, it } from "vitest";
import { buildRatings, type Ratings } from "../../../simulate/index.js";
import { othersPlaces } from "./choice-evidence.js";
import { ratingContext } from "./context.js";
import { PersonEvidence, spreadsOf, type Units } from "./person-evidence.js";
import { twoPeopleFeatures } from "./two-people.js";

const hour = 3_600_000;

/** 120 people of two tastes, four sessions each; the last six have the second half of another. */
function world(): Ratings {
  const random = new RandomStream(5, "two tastes");
  const rows = Array.from({ length: 126 }, (_, user) => {
    const seen = new Set<number>();
    return Array.from({ length: 30 }, (__, k) => {
      const turned = user >= 120 && k >= 15 ? 1 : 0;
      let item: number;
      do {
        const taste = random.uniform() < 0.85 ? user + turned : user + turned + 1;
        item = 100 * (taste % 2) + random.below(100);
      } while (seen.has(item));
      seen.add(item);
      const at = 1e12 + 24 * hour * Math.floor(k / 10) + (k < 15 ? 0 : user < 120 ? 1 : 90) * hour;
      return { user, item, value: 1 + random.below(5), at: at + 20_000 * k };
    });
  }).flat();
  const names = (letter: string, count: number) =>
    Array.from({ length: count }, (_, k) => letter + k);
  return buildRatings(
    { userIds: names("u", 126), itemIds: names("t", 200), scale: { low: 1, high: 5, step: 1 } },
    {
      user: Int32Array.from(rows, (row) => row.user),
      item: Int32Array.from(rows, (row) => row.item),
      value: Float64Array.from(rows, (row) => row.value),
      at: Float64Array.from(rows, (row) => row.at),
    },
  );
}

describe("twoPeopleFeatures", () => {
  it("sees where another person goes on, and in which sessions", () => {
    const context = ratingContext(world());
    const found = twoPeopleFeatures(context, othersPlaces(context));
    for (const name of ["twoInTime", "twoSessions", "longestPause"]) {
      const two = found[name]!.subarray(120).reduce((sum, one) => sum + one / 6, 0);
      expect(two, name).toBeGreaterThan(found[name]!.slice(0, 120).sort()[114]!);
    }
    expect(found["longestPause"]![0]).toBeCloseTo(Math.log(1 + 24 + 20 / 3600), 9);
  });

  it("says nothing without times, nothing of a single session", () => {
    const { at: _, ...untimed } = world();
    const context = ratingContext(untimed);
    expect(twoPeopleFeatures(context, othersPlaces(context))).toEqual({});
    const once = ratingContext({
      ...world(),
      at: new Float64Array(untimed.item.length).fill(1e12),
    });
    const found = twoPeopleFeatures(once, othersPlaces(once));
    expect(Object.values(found).every((values) => values.every((one) => one === 0))).toBe(true);
  });
});

describe("evidence of persons", () => {
  it("has the variances that sessions were drawn with, and their Bayes factor", () => {
    const random = new RandomStream(2, "units");
    const [accounts, units, size, within] = [4_000, 3, 5, 4];
    const people = Array.from({ length: accounts }, () => 0.7 * random.normal());
    const mean = Float64Array.from({ length: accounts * units }, (_, unit) => {
      const noise = Math.sqrt(0.25 + within / size) * random.normal();
      return people[Math.floor(unit / units)]! + noise;
    });
    const told: Units = {
      measures: 1,
      start: Int32Array.from({ length: accounts + 1 }, (_, k) => units * k),
      size: new Float64Array(mean.length).fill(size),
      mean,
    };
    const squares = Float64Array.of(within * (size - 1) * mean.length);
    const spreads = spreadsOf(told, squares);
    expect(spreads.within[0]).toBeCloseTo(within, 9);
    expect(spreads.session[0]).toBeCloseTo(0.25, 1);
    expect(spreads.person[0]).toBeCloseTo(0.49, 1);
    const exact = { within: [4], session: [0.2], person: [0.5] } as const;
    const given = Object.fromEntries(
      Object.entries(exact).map(([name, one]) => [name, Float64Array.from(one)]),
    ) as unknown as typeof spreads;
    const two = { ...told, start: Int32Array.of(0, 2), mean: Float64Array.of(1.5, -1) };
    // Each of variance 4/5 + .2 = 1 about a person's: densities of (1.5, -1), apart and together.
    const apart = -0.5 * (2 * Math.log(1.5) + (1.5 ** 2 + 1) / 1.5);
    const together = -0.5 * (Math.log(1.5 ** 2 - 0.25) + (1.5 * 3.25 + 1.5) / 2);
    const factor = apart - together;
    const evidence = new PersonEvidence(two, given);
    expect(evidence.inTime(0)).toBeCloseTo(factor, 9);
    expect(evidence.anyhow(0)).toBeCloseTo(factor, 9);
  });
});
