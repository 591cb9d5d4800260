import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  buildRatings,
  type Ratings,
  type Series,
  simulateRatings,
} from "../../../simulate/index.js";
import { createContest } from "../contest.js";
import { detectRaters } from "../detect-raters.js";
import { evaluateRaters } from "../evaluate-raters.js";
import { ratingContext } from "../features/context.js";
import { raterFeatures } from "../features/rater-features.js";
import { people } from "../rater-world.fixture.js";
import { ratersPage } from "../report.js";
import { readBeside } from "./beside.js";
import { seriesFeatures } from "./series-features.js";
import { turnedGroups } from "./series-groups.js";
import { seriesWords } from "./series-words.js";

const day = 86_400_000;

/** Sixty people who rate 3 or 4, and five who lower series X within two days. */
function lowered(isTimed: boolean): { readonly ratings: Ratings; readonly series: Series } {
  const rows: [user: number, item: number, value: number, at: number][] = [];
  for (let user = 0; user < 60; user++) {
    for (let k = 0; k < 8; k++) {
      const item = (user * 7 + k * 3) % 20;
      rows.push([user, item, 3 + ((user + k) % 2), day * ((user * 13 + k * 5) % 200)]);
    }
    // Items 0 to 3 are series X.
    if (user < 5) for (let item = 0; item < 4; item++) rows.push([user, item, 1, day * 100 + item]);
  }
  const names = (count: number, letter: string) =>
    Array.from({ length: count }, (_, k) => `${letter}${k}`);
  const ratings = buildRatings(
    { userIds: names(60, "u"), itemIds: names(20, "i"), scale: { low: 1, high: 5, step: 1 } },
    {
      user: Int32Array.from(rows, ([user]) => user),
      item: Int32Array.from(rows, ([, item]) => item),
      value: Float64Array.from(rows, ([, , value]) => value),
      at: isTimed ? Float64Array.from(rows, ([, , , at]) => at) : undefined,
    },
  );
  const of = Int32Array.from({ length: 20 }, (_, item) => item >> 2);
  const items = [...of.slice(0, 5).keys()].map((one) =>
    Int32Array.from({ length: 4 }, (_, k) => 4 * one + k),
  );
  return {
    ratings,
    series: { names: ["X", "Y", "Z", "V", "W"], of, items, titles: names(20, "T") },
  };
}

describe("features by series", () => {
  it.each([true, false])("tell who lowers a series (times: %s)", (isTimed) => {
    const { ratings, series } = lowered(isTimed);
    const context = ratingContext(ratings);
    const { columns, turnOf } = seriesFeatures(context, series);
    const bombers = columns["seriesTurnLow"]!.map((one, user) => (user < 5 ? one : -one));
    expect(Math.min(...bombers.subarray(0, 5))).toBeGreaterThan(4);
    expect(Math.min(...bombers.subarray(5))).toBeCloseTo(0, 12);
    expect(turnOf(0)).toMatchObject({ series: 0, end: 1 });
    expect(turnOf(30)).toBeUndefined();
    expect("seriesAtOnce" in columns).toBe(isTimed);
    const [group, ...others] = turnedGroups(context, series);
    expect(group!.members.map(({ user }) => user).sort()).toEqual([0, 1, 2, 3, 4]);
    expect([group!.series, group!.end, others.length]).toEqual([0, 1, 0]);
    expect(columns["seriesGroup"]![0]).toBeGreaterThan(columns["seriesGroup"]![9]!);
    expect(Object.keys(columns).filter((name) => !(name in seriesWords))).toEqual([]);
  });

  it("are unavailable for who rated no series, and not there without one", async () => {
    const { ratings, series } = lowered(true);
    const none = { ...series, of: series.of.map((one, item) => (item < 4 ? one : -1)) };
    const { columns } = seriesFeatures(ratingContext(ratings), none);
    const rates = (user: number) =>
      ratings.item.subarray(ratings.userStart[user], ratings.userStart[user + 1]);
    for (let user = 0; user < 60; user++) {
      const isWithout = !rates(user).some((item) => item < 4);
      expect(Number.isNaN(columns["seriesShare"]![user]!)).toBe(isWithout);
    }
    const { frame } = await raterFeatures(ratings);
    expect(frame.names.filter((name) => /^(series|view|replay)/.test(name))).toEqual([]);
  });
});

it("evaluates a kind more where series are given", async () => {
  const base = people(90, 80);
  const of = Int32Array.from(base.itemIds, (_, item) => item >> 2);
  const items = Array.from({ length: 20 }, (_, one) => {
    return Int32Array.from({ length: 4 }, (__, k) => 4 * one + k);
  });
  const names = items.map((_, one) => `series ${one}`);
  const series: Series = { names, of, items, titles: base.itemIds };
  const found = await evaluateRaters({
    ...{ base, beside: { series }, seeds: 1, perKindAndHalf: 2, firstStepOnly: true },
  });
  expect(Object.keys(found.kinds)).toHaveLength(11);
  expect(found.kinds["series-bombing"]!.prAuc.value).toBeGreaterThan(0);
});

describe("a service with series", () => {
  let folder = "";
  const path = (name: string) => join(folder, "shows", name);
  const beside = () => ({ items: path("items.csv"), views: path("views.csv") });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "series-"));
    await simulateRatings({
      ...{ users: 150, items: 200, days: 90, seed: 7, series: true, out: join(folder, "shows") },
      abuse: { each: 10, kinds: ["series-bombing", "repeated-viewing"] },
    });
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("names series with their titles in queue, groups and page", async () => {
    const found = await detectRaters({ ratings: path("ratings.tsv"), ...beside(), budget: 25 });
    expect(found.items!.series).toBeGreaterThan(10);
    expect(found.views!.kept).toBeGreaterThan(2_000);
    const truth = (await readFile(path("truth/abuse.csv"), "utf8")).trim().split("\n");
    const told = truth.filter((line) => line.includes("series-bombing")).map((l) => l.split(","));
    expect(told).toHaveLength(20);
    const groups = found.seriesGroups!;
    const users = new Set(groups.flatMap((one) => one.users));
    expect(told.filter(([user]) => users.has(user!)).length).toBeGreaterThanOrEqual(6);
    expect(groups[0]!.titles[0]!.title).toMatch(/, part \d+$/);
    const played = found.queue.map(({ watching }) => watching!.mostPlayed?.plays ?? 0);
    expect(Math.max(...played)).toBeGreaterThan(20);
    const page = ratersPage(found);
    expect(page).toContain(groups[0]!.series);
    expect(page).toContain("What they watch");
  });

  it("is made a contest of, with the files beside it", async () => {
    const out = join(folder, "contest");
    const base = path("ratings.tsv");
    const made = await createContest({ base, out, ...beside(), seed: 3 });
    const hidden = await readFile(join(out, "truth/labels.csv"), "utf8");
    expect(hidden).toContain("series-bombing");
    expect(made.anomalous / made.users).toBeCloseTo(0.066, 1);
    expect(await readFile(join(out, "views.csv"), "utf8")).toMatch(/^user,item,at,seconds,share/);
    expect(await readFile(join(out, "items.csv"), "utf8")).toMatch(/^item,series,title/);
  });

  it("says ITEMS_STRANGERS where nothing meets", async () => {
    const { ratings } = lowered(false);
    const read = readBeside({ items: path("items.csv") }, ratings);
    await expect(read).rejects.toMatchObject({ code: "ITEMS_STRANGERS" });
    const wrong = join(folder, "wrong.csv");
    await writeFile(wrong, "item,series\ni0,X\n");
    const lonely = readBeside({ items: wrong, columns: { "items.series": "saga" } }, ratings);
    await expect(lonely).rejects.toMatchObject({ code: "COLUMN_MISSING" });
  });
});
