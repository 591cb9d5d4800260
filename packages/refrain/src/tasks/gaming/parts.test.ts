import { frameOf, RandomStream } from "@refrain/learn";
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

describe("farms over days", () => {
  const dates = ["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-04", "2020-01-05"];
  /** 30 listeners, each in a way of their own, and then others; plays by user and day. */
  function world(others: (day: number) => readonly (readonly [string, number])[]) {
    const random = new RandomStream(7, "farms over days");
    const rows = dates.flatMap((date, day) => {
      const listeners = Array.from({ length: 30 }, (_, user) => {
        return [
          `u${user}`,
          150 + ((37 * user) % 300) + random.below(20),
          0.2 + 0.4 * random.uniform(),
        ] as const;
      });
      const both = [...listeners, ...others(day).map((one) => [...one, 0.7] as const)];
      return both.map(([user, plays, share]) => ({ date, user, plays, share }));
    });
    const counts = rows.map(({ plays, share }) => {
      const [album, track, artist] = [1, 0.4, 1.2].map((part) => Math.round(part * share * plays));
      return [plays, plays, album!, track!, artist!];
    });
    const users = rows.map(({ user }) => user);
    return { ...daysOf(counts), users, days: rows.map(({ date }) => date) };
  }
  const seedsOf = (days: UsageDays) =>
    days.users.flatMap((user, row) => (user === "a" ? [row] : []));

  it("are named with their days, when too few agree on any one of them", () => {
    const plan = [180, 420, 300, 240, 390];
    const days = world((day) => [
      ["a", plan[day]!],
      ["b", plan[day]! + 1],
    ]);
    const [farm, ...more] = farmsOf(days, seedsOf(days)).list;
    expect(more).toEqual([]);
    expect(farm).toMatchObject({ users: ["a", "b"], days: dates });
    const { days: _, ...together } = days;
    expect(farmsOf(together, seedsOf(together)).list).toEqual([]);
  });

  it("are none where two listen alike every day, or more when everybody does", () => {
    const steady = world(() => [
      ["a", 300],
      ["b", 301],
    ]);
    expect(farmsOf(steady, seedsOf(steady)).list).toEqual([]);
    const level = [1, 2, 1.3, 1.6, 2.4];
    const risen = world((day) => [
      ["a", Math.round(300 * level[day]!)],
      ["b", Math.round(301 * level[day]!)],
    ]);
    const values = (name: string) =>
      risen.features.numbers(name).map((value, row) => {
        const [user, day] = [risen.users[row]!, dates.indexOf(risen.days[row]!)];
        return user.startsWith("u") ? Math.round(value * level[day]!) : value;
      });
    const features = frameOf(
      Object.fromEntries(risen.features.names.map((name) => [name, values(name)])),
    );
    expect(farmsOf({ ...risen, features }, seedsOf(risen)).list).toEqual([]);
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
