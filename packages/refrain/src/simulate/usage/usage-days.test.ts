import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { simulateUsageDays, truthFiles } from "../index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-usage-"));
});
afterAll(() => rm(folder, { recursive: true }));

const abuse = { farms: 2, members: 5, bots: 4, loops: 5, shared: 6 };

function linesOf(...path: string[]): string[] {
  return readFileSync(join(folder, ...path), "utf8")
    .trimEnd()
    .split("\n");
}

function hashOf(name: string): string {
  const hash = createHash("sha256");
  for (const file of readdirSync(join(folder, name), {
    recursive: true,
    encoding: "utf8",
  }).sort()) {
    hash.update(file);
    if (/\.\w+$/.test(file)) hash.update(readFileSync(join(folder, name, file)));
  }
  return hash.digest("hex").slice(0, 16);
}

describe("usage days", () => {
  it("have the same bytes for any threads and blocks, and those they always had", async () => {
    const same = { users: 400, days: 35, seed: 9, abuse, start: "2019-12-20" };
    await simulateUsageDays({ ...same, out: join(folder, "one"), threads: 1, blockUsers: 400 });
    await simulateUsageDays({ ...same, out: join(folder, "three"), threads: 3, blockUsers: 30 });
    expect(hashOf("one")).toBe(hashOf("three"));
    expect(hashOf("one")).toBe("c985f2669ff3e857");
    await simulateUsageDays({ ...same, out: join(folder, "other"), seed: 10, threads: 1 });
    expect(hashOf("other")).not.toBe(hashOf("one"));
  });

  it("keep every genuine row, in its order, when some cheat", async () => {
    const same = { users: 400, days: 2, seed: 9, threads: 1 } as const;
    await simulateUsageDays({ ...same, out: join(folder, "clean") });
    await simulateUsageDays({ ...same, out: join(folder, "cheated"), abuse });
    const cheats = new Set(
      linesOf("cheated", truthFiles.abuse)
        .slice(1)
        .map((line) => line.split(",")[0]),
    );
    expect(cheats.size).toBe(25);
    for (const file of ["usage-20200101.csv", "usage-20200102.csv"]) {
      const all = linesOf("cheated", file);
      const rest = all.filter((line) => !cheats.has(line.split(",")[0]!));
      expect(rest).toEqual(linesOf("clean", file));
      const places = all.flatMap((line, i) => (cheats.has(line.split(",")[0]!) ? [i] : []));
      expect(Math.min(...places) < 150 && Math.max(...places) > 200).toBe(true);
    }
    expect(existsSync(join(folder, "clean", truthFiles.abuse))).toBe(false);
  });

  it("are what truth/abuse.csv says, and add up over a month", async () => {
    const same = { users: 60, days: 45, seed: 2, abuse, threads: 1, labelled: true } as const;
    const daily = await simulateUsageDays({ ...same, out: join(folder, "daily") });
    const monthly = await simulateUsageDays({
      ...same,
      out: join(folder, "monthly"),
      every: "month",
    });
    expect(daily.files.length).toBe(45);
    expect(monthly.files).toEqual(["usage-20200131.csv", "usage-20200214.csv"]);
    const totals = (name: string, files: readonly string[]) => {
      const sums = new Map<string, { plays: number; days: string[]; flags: number }>();
      for (const file of files) {
        const [head, ...rows] = linesOf(name, file);
        expect(head).toMatch(/^UserPartyID,IndieToMajorRatio,totUsage,.*,gamerFlaggedManual$/);
        for (const row of rows) {
          expect(row).toMatch(/^\d{10},\d+\.\d{3},\d+,\d+,\d+,\d+,[01]$/);
          const [user = "", , total, , , , flag] = row.split(",");
          const sum = sums.get(user) ?? { plays: 0, days: [], flags: 0 };
          sum.plays += Number(total);
          sum.flags += Number(flag);
          sum.days.push(file.slice(6, 14));
          sums.set(user, sum);
        }
      }
      return sums;
    };
    const byDay = totals("daily", daily.files);
    const byMonth = totals("monthly", monthly.files);
    for (const [user, { plays }] of byDay) expect(byMonth.get(user)?.plays).toBe(plays);
    const told = linesOf("daily", truthFiles.abuse).slice(1);
    expect(told.length).toBe(25);
    expect(linesOf("monthly", truthFiles.abuse).slice(1)).toEqual(told);
    for (const line of told) {
      const [user = "", kind, , since = "", until = "", group, plays, inflated] = line.split(",");
      const found = byDay.get(user)!;
      expect(found.plays).toBe(Number(plays));
      expect(found.days[0]).toBe(since.replaceAll("-", ""));
      expect(found.days.at(-1)).toBe(until.replaceAll("-", ""));
      expect(group).toMatch(kind === "farm" ? /^farm-[12]$/ : /^$/);
      expect(found.flags > 0).toBe(kind !== "shared");
      expect(Number(inflated) > 0).toBe(kind !== "shared");
    }
  });

  it.each([
    ["--users", { users: 0 }],
    ["--days", { days: 4_000 }],
    ["--every", { every: "year" as "month" }],
    ["--drift", { drift: 2 }],
    ["--abuse", { abuse: { farms: -1 } }],
    ["--start", { start: "2020-02-30" }],
  ])("refuse a bad %s as OPTION_INVALID", async (option, given) => {
    await expect(simulateUsageDays({ out: join(folder, "no"), ...given })).rejects.toMatchObject({
      code: "OPTION_INVALID",
      details: { option },
    });
  });

  it("leave nothing when stopped: INTERRUPTED", async () => {
    const controller = new AbortController();
    const out = join(folder, "stopped");
    const running = simulateUsageDays({
      ...{ out, users: 50_000, blockUsers: 500, threads: 1, signal: controller.signal },
      onProgress: () => controller.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(existsSync(out) || existsSync(`${out}.part`)).toBe(false);
  });
});
