import { frameOf } from "@refrain/learn";
import { describe, expect, it } from "vitest";
import type { UsageDays } from "./data.js";
import { farmsOf } from "./farms.js";
import { underNoise } from "./label-noise.js";
import type { Outcome } from "./measure.js";
import { profileColumns, tailShare } from "./profile.js";
import { countAlarms, strata, strataOf } from "./strata.js";

function daysOf(rows: readonly (readonly number[])[]): UsageDays {
  const column = (at: number) => rows.map((row) => row[at]!);
  return {
    files: ["made-up"],
    features: frameOf({
      IndieToMajorRatio: column(0),
      totUsage: column(1),
      MaxSingleAlbumUse: column(2),
      MaxSingleTrackUse: column(3),
      MaxSingleArtistUse: column(4),
    }),
    users: rows.map((_, row) => `u${row}`),
    rowsRead: rows.length,
    dropped: {},
    rejects: [],
    ratiosRepaired: 0,
  };
}

describe("strata", () => {
  it("tell users by whose music they play", () => {
    const days = daysOf([
      [10, 10, 1, 1, 1],
      [9, 10, 1, 1, 1],
      [0.5, 9, 1, 1, 1],
      [0, 9, 1, 1, 1],
    ]);
    const names = [...strataOf(days.features)].map((place) => strata[place]);
    expect(names).toEqual(["all-indie", "mixed", "mostly-major", "mostly-major"]);
    const { perHundredThousand, strata: counts } = countAlarms(days.features, (row) => row === 3);
    expect(perHundredThousand).toBe(25_000);
    expect(counts.map(({ alarms }) => alarms)).toEqual([0, 0, 1]);
  });
});

describe("farms", () => {
  it("are near-identical users, more than chance gives", () => {
    const ordinary = Array.from({ length: 60 }, (_, row) => {
      const plays = 300 + 17 * row;
      return [plays, plays, 40 + 3 * row, 5 + row, 90 + 5 * row];
    });
    const farm = Array.from({ length: 12 }, (_, row) => [790 + row, 790 + row, 100, 8, 220]);
    const small = Array.from({ length: 30 }, () => [12, 12, 6, 2, 8]);
    const days = daysOf([...ordinary, ...farm, ...small]);
    const { list, of } = farmsOf(days, days.users.keys());
    expect(list).toHaveLength(1);
    expect(list[0]!.users).toEqual(Array.from({ length: 12 }, (_, row) => `u${60 + row}`));
    expect(list[0]!.usual.slice(1)).toEqual([100, 8, 220]);
    expect(of.get(60)).toBe(0);
    expect(farmsOf(days, [0]).list).toEqual([]);
    // Two users whose day stands there six times are two, and no farm.
    const twice = {
      ...days,
      users: days.users.map((user, row) => (row < 60 ? user : `u${row % 2}`)),
    };
    expect(farmsOf(twice, twice.users.keys()).list).toEqual([]);
  });

  it("stay apart whichever of their users is looked at first", () => {
    const one = (plays: number) =>
      Array.from({ length: 7 }, (_, row) => [plays + row, plays + row, 100, 8, plays - 40 + row]);
    const days = daysOf([...one(400), ...one(900)]);
    const { list } = farmsOf(days, [5, 12, 3]);
    expect(list.map(({ rows }) => rows)).toEqual([
      [0, 1, 2, 3, 4, 5, 6],
      [7, 8, 9, 10, 11, 12, 13],
    ]);
  });
});

describe("profiles", () => {
  it("know how rare a value is", () => {
    const values = Array.from({ length: 999 }, (_, row) => row);
    const [profile] = profileColumns(frameOf({ plays: values }));
    expect(profile!.median).toBe(499);
    expect(tailShare(profile!, 998)).toBeCloseTo(2 / 1000, 12);
    expect(tailShare(profile!, 5000)).toBeCloseTo(1 / 1000, 12);
    expect(tailShare(profile!, 0)).toBeGreaterThan(0.9);
  });
});

describe("noise of marks", () => {
  it("lowers F1, and changes nothing where there is none", () => {
    const counts = { truePositives: 90, falsePositives: 10, falseNegatives: 10 };
    const found = underNoise({ rows: 1000, positives: 100, ...counts } as Outcome);
    expect(found[0]).toEqual({ wronglyMarked: 0, missed: 0, f1: 0.9 });
    expect(found.every(({ f1 }) => f1 <= 0.9 + 1e-12)).toBe(true);
  });
});
