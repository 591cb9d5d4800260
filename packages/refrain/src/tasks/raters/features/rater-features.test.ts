import { describe, expect, it } from "vitest";
import { buildRatings, injectRaters, type Ratings } from "../../../simulate/index.js";
import { featureWords } from "../feature-words.js";
import { people } from "../rater-world.fixture.js";
import { raterFeatures } from "./rater-features.js";

/** Ratings of a small table: one row a user, 0 = not rated. */
function ratingsOf(table: readonly (readonly number[])[], at?: number): Ratings {
  const rows = table.flatMap((row, user) =>
    row.flatMap((value, item) => (value === 0 ? [] : [{ user, item, value }])),
  );
  return buildRatings(
    {
      userIds: table.map((_, user) => `u${user}`),
      itemIds: table[0]!.map((_, item) => `i${item}`),
      scale: { low: 1, high: 5, step: 1 },
    },
    {
      user: Int32Array.from(rows, (row) => row.user),
      item: Int32Array.from(rows, (row) => row.item),
      value: Float64Array.from(rows, (row) => row.value),
      at: at === undefined ? undefined : Float64Array.from(rows, (row) => at + 1e5 * row.item),
    },
  );
}

describe("raterFeatures", () => {
  it("computes what the formulas say", async () => {
    const { frame } = await raterFeatures(
      ratingsOf([
        [5, 3, 0],
        [1, 3, 4],
        [3, 0, 4],
      ]),
    );
    const mean = 23 / 7;
    // Of the others with two ratings' worth of the mean of all.
    const expected = (others: number, count: number) => (others + 2 * mean) / (count + 1);
    const off = [Math.abs(5 - expected(4, 3)), Math.abs(3 - expected(3, 2))];
    expect(frame.numbers("rdma")[0]).toBeCloseTo((off[0]! / 3 + off[1]! / 2) / 2, 12);
    expect(frame.numbers("wdma")[0]).toBeCloseTo((off[0]! / 9 + off[1]! / 4) / 2, 12);
    expect(frame.numbers("wda")[0]).toBeCloseTo(off[0]! / 3 + off[1]! / 2, 12);
    expect([...frame.numbers("mud")]).toEqual([2.5, 7 / 3, 2.5]);
    expect([...frame.numbers("rud")]).toEqual([1, 1, 1]);
    expect([...frame.numbers("qud")]).toEqual([2, 2, 2]);
    expect(frame.numbers("entropy")[1]).toBeCloseTo(Math.log(3), 12);
    expect(frame.numbers("topShare")[0]).toBe(0.5);
    const n = [2, 3, 2];
    const spread = n.reduce((sum, one) => sum + (one - 7 / 3) ** 2, 0);
    expect(frame.numbers("lengthVar")[1]).toBeCloseTo((3 - 7 / 3) / spread, 12);
  });

  it("sees the ends of a scale without steps, and of one of fine steps", async () => {
    const near = [
      [9.93, 5.1, 0.04],
      [9.9, 4.6, 0.11],
      [9.87, 0.02, 6.3],
    ];
    const whole = near.map((row) => row.map((one) => (one > 9 ? 10 : one < 1 ? 1e-9 : one)));
    const of = async (table: readonly (readonly number[])[], step: number) =>
      (await raterFeatures({ ...ratingsOf(table), scale: { low: 0, high: 10, step } })).frame;
    const names = ["topShare", "bottomShare", "rareExtreme", "fraudarDegree", "lockstepHigh"];
    const exact = await of(whole, 0);
    for (const frame of [await of(near, 0), await of(near, 0.01)]) {
      for (const name of names) expect(frame.numbers(name)).toEqual(exact.numbers(name));
      expect(frame.numbers("oddHigh")[0]).toBeGreaterThan(0);
      expect([...frame.numbers("topShare")]).toEqual([1 / 3, 1 / 3, 1 / 3]);
    }
    expect((await of(near, 0.5)).numbers("bottomShare")[1]).toBe(1 / 3);
    expect((await of([[9.5, 1, 4]], 1)).numbers("topShare")[0]).toBe(0);
  });

  it("has words for every feature, more of them where there are times", async () => {
    const table = [
      [5, 3, 1],
      [4, 3, 2],
    ];
    const { frame } = await raterFeatures(ratingsOf(table));
    const timed = await raterFeatures(ratingsOf(table, 1.5e12));
    expect(frame.columns.length).toBeGreaterThan(55);
    expect(timed.frame.columns.length).toBeGreaterThan(frame.columns.length + 8);
    const names = timed.frame.columns.map(({ name }) => name);
    expect(names.filter((name) => featureWords[name] === undefined)).toEqual([]);
  });

  it.each([
    ["one user", [[5, 3, 1]]],
    ["one rating each", [[5], [5], [1]]],
    [
      "one value",
      [
        [3, 3],
        [3, 3],
      ],
    ],
  ])("gives finite numbers for %s", async (_, table) => {
    const { frame } = await raterFeatures(ratingsOf(table, 1.5e12));
    for (const { name } of frame.columns) {
      expect([name, frame.numbers(name).every(Number.isFinite)]).toEqual([name, true]);
    }
  });

  it("gives the same bits again, and the same numbers in another order of users", async () => {
    const ratings = people(80, 60);
    const [one, two] = [await raterFeatures(ratings), await raterFeatures(ratings)];
    expect(one.frame.hash()).toBe(two.frame.hash());
    const owner = (user: number) => ratings.userIds.length - 1 - user;
    const user = new Int32Array(ratings.item.length);
    for (let u = 0; u < ratings.userIds.length; u++) {
      user.fill(owner(u), ratings.userStart[u], ratings.userStart[u + 1]);
    }
    const turned = await raterFeatures(
      buildRatings(ratings, { user, item: ratings.item, value: ratings.value }),
    );
    // The order of leaving breaks ties of weight by place.
    for (const { name } of one.frame.columns) {
      if (name.startsWith("fraudar")) continue;
      const [here, there] = [one.frame.numbers(name), turned.frame.numbers(name)];
      for (let u = 0; u < 80; u++) expect(there[owner(u)]).toBeCloseTo(here[u]!, 6);
    }
  });

  it("finds accomplices of a campaign and the title it aims at", async () => {
    const hidden = { seed: 3, perKindAndHalf: 10, kinds: ["bandwagon"] } as const;
    const { ratings, truth } = injectRaters(people(), hidden);
    const { accomplices, oddTitles } = await raterFeatures(ratings);
    const hits = [...truth.keys()].filter((user) => {
      if (truth[user]!.kind !== "bandwagon" || truth[user]!.direction !== "nuke") return false;
      const same = accomplices(user).some(({ user: other }) => {
        const theirs = truth[other]!;
        return theirs.targets.some((item) => truth[user]!.targets.includes(item));
      });
      const items = oddTitles(user).map(({ place }) => ratings.item[place]!);
      return same && items.some((item) => truth[user]!.targets.includes(item));
    });
    expect(hits.length).toBeGreaterThanOrEqual(3);
    // What two strangers may share by chance names nobody.
    const named = [...truth.keys()].filter((user) => truth[user]!.anomalous === 0);
    const wrongly = named.filter((user) => accomplices(user).length > 0);
    expect(wrongly.length / named.length).toBeLessThan(0.1);
  });

  it("says INTERRUPTED", async () => {
    const stopped = raterFeatures(people(80, 60), { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: "INTERRUPTED" });
  });
});
