import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formats, simulate } from "./index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-simulate-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** One hash over the names and bytes of all files. */
function hashOf(directory: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" }).sort()) {
    hash.update(name);
    if (/\.\w+$/.test(name)) hash.update(readFileSync(join(directory, name)));
  }
  return hash.digest("hex");
}

function linesOf(...path: string[]): string[] {
  return readFileSync(join(folder, ...path), "utf8")
    .trimEnd()
    .split("\n");
}

describe("simulate", () => {
  it.each(formats)("gives %s the same bytes for any threads and blocks, dirt too", async (as) => {
    const hashes: string[] = [];
    for (const [threads, blockUsers] of [
      [1, 300],
      [3, 20],
    ] as const) {
      const out = join(folder, `${as}-${threads}`);
      const days = as === "musicbox" ? 40 : 90;
      await simulate({ as, users: 250, days, seed: 5, out, threads, blockUsers, dirt: 0.01 });
      hashes.push(hashOf(out));
    }
    expect(hashes[0]).toBe(hashes[1]);
  });

  // A change of the model changes these; the same seed must give them on every engine.
  it.each([
    ["musicbox", "ca1f61cdad07fa38"],
    ["pozytywka", "843dde080ce5e54b"],
  ] as const)("gives %s the bytes that it always gave", async (as, golden) => {
    const out = join(folder, `golden-${as}`);
    await simulate({ as, users: 40, days: 65, seed: 9, out, threads: 1 });
    expect(hashOf(out).slice(0, 16)).toBe(golden);
  });

  it("gives another seed other bytes, and says what it wrote", async () => {
    const small = { as: "musicbox", users: 60, days: 40, threads: 1 } as const;
    const steps: number[] = [];
    const one = await simulate({
      ...small,
      seed: 1,
      out: join(folder, "one"),
      onProgress: ({ share = 0 }) => steps.push(share),
    });
    await simulate({ ...small, seed: 2, out: join(folder, "two") });
    expect(hashOf(join(folder, "one"))).not.toBe(hashOf(join(folder, "two")));
    const rows = readdirSync(join(folder, "one"))
      .filter((name) => name.endsWith(".log"))
      .reduce((sum, name) => sum + linesOf("one", name).length, 0);
    expect(one).toMatchObject({ users: 60, days: 40, seed: 1, start: "2017-03-01", events: rows });
    expect(steps.at(-1)).toBe(1);
  });

  it("writes musicbox files with the published columns", async () => {
    const out = join(folder, "columns");
    await simulate({ as: "musicbox", users: 200, days: 5, out, threads: 1 });
    for (const line of linesOf("columns", "20170303_play.log")) {
      expect(line).toMatch(/^[12]\d{8}\|(ar|ip|wp|mc)\|\d+\|[01]\|[^|]+\|[^|]+\|\d+\|\d+\|[01]$/);
    }
    for (const line of linesOf("columns", "20170303_down.log")) {
      expect(line).toMatch(/^[12]\d{8}\|(ar|ip|wp|mc)\|\d+\|[^|]+\|[^|]+\|[01]$/);
    }
    for (const line of linesOf("columns", "20170303_search.log")) {
      expect(line).toMatch(/^[12]\d{8}\|(ar|ip|wp|mc)\|2017-03-03 [\d:]{8}\|[^|]+$/);
    }
  });

  it("writes pozytywka files with the keys of the deliveries", async () => {
    const out = join(folder, "keys");
    await simulate({ as: "pozytywka", users: 50, days: 60, out, threads: 1 });
    const keys = (file: string) => [
      ...new Set(linesOf("keys", file).map((line) => Object.keys(JSON.parse(line)).join())),
    ];
    expect(keys("sessions.jsonl")).toEqual(["timestamp,user_id,track_id,event_type,session_id"]);
    expect(keys("users.jsonl")).toEqual(["user_id,name,city,street,favourite_genres,premium_user"]);
    expect(keys("artists.jsonl")).toEqual(["id,name,genres"]);
    expect(keys("track_storage.jsonl")).toEqual(["track_id,storage_class,daily_cost"]);
    expect(keys("tracks.jsonl")).toEqual([
      "id,name,popularity,duration_ms,explicit,id_artist,release_date,danceability,energy,key," +
        "loudness,speechiness,acousticness,instrumentalness,liveness,valence,tempo",
    ]);
    const kinds = new Set(
      linesOf("keys", "sessions.jsonl").map((line) => JSON.parse(line).event_type),
    );
    expect([...kinds].sort()).toEqual(["ADVERTISEMENT", "BUY_PREMIUM", "LIKE", "PLAY", "SKIP"]);
    const ascii = /^[\x20-\x7e]+$/;
    expect(linesOf("keys", "users.jsonl").every((line) => ascii.test(line))).toBe(true);
  });

  it("keeps each listener's events in time order, and all of a day within the day", async () => {
    const last = new Map<number, string>();
    for (const line of linesOf("keys", "sessions.jsonl")) {
      const { user_id, timestamp } = JSON.parse(line) as { user_id: number; timestamp: string };
      const padded = timestamp.padEnd(26, ".000000".slice(timestamp.length - 19));
      expect(padded >= (last.get(user_id) ?? "")).toBe(true);
      last.set(user_id, padded);
    }
  });

  it.each([
    ["users", { users: 0 }],
    ["users", { users: 1.5 }],
    ["users", { users: 20_000_000, days: 3_000 }],
    ["days", { days: 4_000 }],
    ["seed", { seed: -1 }],
    ["dirt", { dirt: 0.6 }],
    ["threads", { threads: 0 }],
    ["start", { start: "2023-02-30" }],
    ["as", { as: "winamp" as "musicbox" }],
  ])("refuses a bad --%s as OPTION_INVALID: %j", async (option, given) => {
    const out = join(folder, "never");
    await expect(simulate({ as: "musicbox", out, ...given })).rejects.toMatchObject({
      code: "OPTION_INVALID",
      details: { option: `--${option}` },
    });
    expect(existsSync(out)).toBe(false);
  });

  it("replaces a simulation of its own and refuses another folder as OUT_NOT_EMPTY", async () => {
    const out = join(folder, "again");
    const small = { as: "musicbox", users: 20, days: 3, threads: 1 } as const;
    await simulate({ ...small, out });
    await simulate({ ...small, out, days: 2 });
    expect(existsSync(join(out, "20170303_play.log"))).toBe(false);
    const foreign = join(folder, "foreign");
    mkdirSync(foreign);
    writeFileSync(join(foreign, "thesis.txt"), "mine");
    await expect(simulate({ ...small, out: foreign })).rejects.toMatchObject({
      code: "OUT_NOT_EMPTY",
    });
    expect(readdirSync(foreign)).toEqual(["thesis.txt"]);
  });

  it.each([1, 2])("leaves nothing when stopped, with %i threads: INTERRUPTED", async (threads) => {
    const out = join(folder, `stopped-${threads}`);
    const controller = new AbortController();
    const running = simulate({
      as: "musicbox",
      users: 3_000,
      days: 60,
      blockUsers: 50,
      out,
      threads,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(existsSync(out)).toBe(false);
    expect(existsSync(`${out}.part`)).toBe(false);
  });
});
