import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { abuseKinds } from "../abuse/plan.js";
import { drawUsageMonth, type UsageMonth } from "./usage-month.js";

type Feature = "ratio" | "total" | "album" | "track" | "artist";
const features: readonly Feature[] = ["ratio", "total", "album", "track", "artist"];

function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(share * (sorted.length - 1))]!;
}

function of(month: UsageMonth, feature: Feature, kind: number): number[] {
  return [...month[feature]].filter((_, row) => month.kind[row] === kind);
}

describe("a month of usage", () => {
  const published = new URL("../../../../../../shared/data/music_gaming/", import.meta.url);
  const real = new URL("Dec10_WW.txt.gz", published);

  it.skipIf(!existsSync(real))(
    "is near the published day, quantile by quantile (skipped where shared data is absent)",
    () => {
      const lines = gunzipSync(readFileSync(real))
        .toString("latin1")
        .trimEnd()
        .split("\n")
        .slice(1);
      const some = lines.filter((_, row) => row % 5 === 0);
      const rows = some.map((line) => line.split(",").map(Number));
      const month = drawUsageMonth({ seed: 3, month: 0, users: 40_000 });
      for (const [column, feature] of features.entries()) {
        const there = rows.map((row) => row[column + 1]!);
        for (const share of [0.25, 0.5, 0.75, 0.9, 0.95, 0.99]) {
          const [wanted, found] = [quantile(there, share), quantile(month[feature], share)];
          const factor = (found + 1) / (wanted + 1);
          expect(Math.abs(Math.log(factor)), `${feature} at ${share}`).toBeLessThan(0.3);
        }
      }
      const alike = (a: number, b: number) => Math.abs(a - b) < 0.05;
      const share = (test: (row: readonly number[]) => boolean) =>
        rows.filter(test).length / rows.length;
      const mine = (test: (row: number) => boolean) =>
        [...month.total.keys()].filter(test).length / month.total.length;
      expect(
        alike(
          share((r) => r[1] === 0),
          mine((r) => month.ratio[r] === 0),
        ),
      ).toBe(true);
      const all = mine((r) => month.ratio[r] === month.total[r]);
      expect(
        alike(
          share((r) => r[1] === r[2]),
          all,
        ),
      ).toBe(true);
    },
  );

  it("obeys what counts obey, and is a function of its options", () => {
    const options = { seed: 4, month: 7, users: 2_000, abuse: { farms: 2, shared: 5 } };
    const month = drawUsageMonth(options);
    expect(drawUsageMonth(options)).toEqual(month);
    expect(drawUsageMonth({ ...options, month: 8 })).not.toEqual(month);
    for (const row of month.total.keys()) {
      const [total, album, track, artist] = [
        month.total,
        month.album,
        month.track,
        month.artist,
      ].map((column) => column[row]!) as [number, number, number, number];
      expect(track <= artist && artist <= total && album <= total && track >= 1).toBe(true);
      expect(month.ratio[row]).toBeLessThanOrEqual(total);
    }
    const clean = drawUsageMonth({ seed: 4, month: 7, users: 2_000 });
    expect(month.total.subarray(0, clean.total.length)).toEqual(clean.total);
    expect(month.user.subarray(0, clean.user.length)).toEqual(clean.user);
  });

  it("inflates the more the bolder, kind by kind, but for shared accounts", () => {
    const abuse = { farms: 10, members: 5, bots: 40, loops: 60, shared: 20, drift: 0 };
    const medians = [0.1, 0.5, 0.9].map((strength) => {
      const month = drawUsageMonth({ seed: 5, month: 3, users: 1, abuse: { ...abuse, strength } });
      return abuseKinds.map((_, kind) => quantile(of(month, "total", kind + 1), 0.5));
    });
    for (const kind of [0, 1, 2]) {
      const path = medians.map((row) => row[kind]!);
      expect(path[1]! > 1.5 * path[0]! && path[2]! > 1.5 * path[1]!, `${path}`).toBe(true);
    }
    expect(medians[2]![3]).toBeLessThan(150);
  });

  it("drifts where it is told to: abusers alone, or the genuine users", () => {
    const medianOf = (drift: object, kind: number) =>
      [0, 20, 40, 60, 80].map((month) => {
        const abuse = { loops: 150, strength: 0.5, drift: 0, ...drift };
        const drawn = drawUsageMonth({ seed: 6, month, users: 1_500, abuse, ...drift });
        return Math.log(quantile(of(drawn, "total", kind), 0.5));
      });
    const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
    expect(spread(medianOf({}, 0))).toBeLessThan(0.25);
    expect(spread(medianOf({ genuineDrift: 1 }, 0))).toBeGreaterThan(0.3);
    const wandering = (drift: number) => {
      const abuse = { loops: 150, strength: 0.5, drift };
      const drawn = drawUsageMonth({ seed: 6, month: 60, users: 1, abuse });
      const logs = of(drawn, "total", 3).map(Math.log);
      return quantile(logs, 0.9) - quantile(logs, 0.1);
    };
    expect(wandering(1)).toBeGreaterThan(1.5 * wandering(0));
  });

  it("keeps the number of abusers while accounts make room for others", () => {
    const abuse = { farms: 4, members: 10 };
    const groups = [0, 1, 9].map((month) => {
      const drawn = drawUsageMonth({ seed: 8, month, users: 1, abuse });
      return new Set([...drawn.group].filter((group) => group >= 0));
    });
    expect([...groups[0]!].some((group) => groups[1]!.has(group))).toBe(true);
    expect([...groups[0]!].some((group) => groups[2]!.has(group))).toBe(false);
  });
});
