import { describe, expect, it } from "vitest";
import { buildRatings, type Views } from "../../../simulate/index.js";
import { ratingContext } from "../features/context.js";
import { overlappingViews } from "./overlaps.js";
import { watchingEvidence } from "./viewing-evidence.js";
import { viewingFeatures } from "./viewing-features.js";
import { viewingWords } from "./viewing-words.js";

const minute = 60_000;
const hour = 60 * minute;
const start = Date.parse("2020-01-01T18:00:00Z");

/** Three users rate titles 0 and 1 each. */
const ratings = buildRatings(
  { userIds: ["a", "b", "c"], itemIds: ["x", "y"], scale: { low: 1, high: 5, step: 1 } },
  {
    user: Int32Array.of(0, 0, 1, 1, 2, 2),
    item: Int32Array.of(0, 1, 0, 1, 0, 1),
    value: Float64Array.of(5, 1, 3, 3, 4, 4),
    at: Float64Array.from({ length: 6 }, () => start + 72 * hour),
  },
);
const context = ratingContext(ratings);

/** Rows of `[user, item, hours after the start, seconds, device]`, by user and time. */
function log(rows: readonly (readonly [number, number, number, number, number])[]): Views {
  const userStart = Int32Array.from({ length: 4 }, (_, user) => {
    return rows.filter(([owner]) => owner < user).length;
  });
  return {
    ...{ userIds: ratings.userIds, itemIds: ["x", "y", "z"], userStart },
    item: Int32Array.from(rows, ([, item]) => item),
    at: Float64Array.from(rows, ([, , at]) => start + at * hour),
    seconds: Float64Array.from(rows, ([, , , seconds]) => seconds),
    device: Int32Array.from(rows, ([, , , , device]) => device),
  };
}

/** User a watches two titles at once on two devices; user b plays z over and over; c nothing. */
const views = log([
  [0, 0, 0, 3_600, 1],
  [0, 1, 0.5, 3_600, 2],
  ...Array.from({ length: 30 }, (_, k) => [1, 2, 0.5 * k, 1_700, 3] as const),
]);

describe("features of a viewing log", () => {
  it("tell two titles at once, a title over and over, and ratings without a view", () => {
    const found = viewingFeatures(context, views);
    expect([...found["concurrentShare"]!]).toEqual([0.5, 0, Number.NaN]);
    expect([...found["concurrentDevices"]!]).toEqual([0.5, 0, Number.NaN]);
    expect([...found["unviewedShare"]!]).toEqual([0, 1, 1]);
    expect(found["replayDense"]![1]).toBeCloseTo(Math.log(30), 12);
    expect(found["replayRun"]![1]).toBeCloseTo(Math.log(30), 12);
    expect(found["replayUnrated"]![1]).toBeCloseTo(Math.log(30), 12);
    expect(found["viewStretch"]![1]).toBeCloseTo(Math.log(1 + 14.5), 12);
    expect(found["ratedFirstShare"]![0]).toBe(0);
    expect(Object.keys(found).filter((name) => !(name in viewingWords))).toEqual([]);
  });

  it("are not there where the log has no such column, and NaN where a user has no views", () => {
    const { seconds: _, device: __, ...bare } = views;
    const found = viewingFeatures(context, bare);
    const names = Object.keys(found);
    expect(names.filter((name) => /concurrent|device|address|glimpse|watched/.test(name))).toEqual(
      [],
    );
    const ofNobody = names.filter((name) => !Number.isNaN(found[name]![2]!));
    expect(ofNobody.sort()).toEqual(["unviewedShare", "viewsPerRating"]);
  });

  it("count no overlap of a minute, nor of one title with itself", () => {
    const few = log([
      [0, 0, 0, 3_660, 1],
      [0, 1, 1, 60, 2],
      [1, 0, 0, 3_600, 1],
      [1, 0, 0.5, 60, 2],
    ]);
    expect(overlappingViews(few, 0, 2)).toEqual([]);
    expect(overlappingViews(few, 2, 4)).toEqual([]);
  });

  it("are shown with titles and times", () => {
    expect(watchingEvidence(views, ratings, 0).atOnce).toEqual({
      ...{ times: 1, onTwoDevices: 1 },
      longest: { items: ["x", "y"], at: "2020-01-01T18:30:00.000Z", minutes: 30 },
    });
    expect(watchingEvidence(views, ratings, 1)).toMatchObject({
      ...{ views: 30, mostPlayed: { item: "z", plays: 30, rating: null } },
      ...{ rated: 2, unviewed: 2 },
    });
    expect(watchingEvidence(views, ratings, 2)).toMatchObject({ views: 0, mostPlayed: null });
  });
});
