import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { raterKinds, readRatings, simulateRatings, truthFiles, viewByItem } from "../index.js";
import { completeRaterAbuse, parseRaterAbuse } from "./rater-abuse.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-ratings-"));
});
afterAll(() => rm(folder, { recursive: true }));

const small = { users: 200, items: 400, days: 60, seed: 3 };

function linesOf(...path: string[]): string[] {
  return readFileSync(join(folder, ...path), "utf8")
    .trimEnd()
    .split("\n");
}

function hashOf(name: string): string {
  const hash = createHash("sha256");
  for (const file of ["ratings.tsv", "truth/truth.json", "truth/abuse.csv"]) {
    hash.update(readFileSync(join(folder, name, file)));
  }
  return hash.digest("hex").slice(0, 16);
}

interface Told {
  readonly user: string;
  readonly kind: string;
  readonly since: string;
  readonly until: string;
  readonly group: string;
  readonly targets: readonly string[];
}

function truthOf(name: string): Told[] {
  return linesOf(name, truthFiles.abuse)
    .slice(1)
    .map((line) => {
      const [user = "", kind = "", , since = "", until = "", group = "", , targets = ""] =
        line.split(",");
      return { user, kind, since, until, group, targets: targets.split(" ").filter(Boolean) };
    });
}

interface Row {
  readonly user: string;
  readonly item: string;
  readonly rating: number;
  readonly at: number;
}

function rowsOf(name: string): Map<string, Row[]> {
  const byUser = new Map<string, Row[]>();
  for (const line of linesOf(name, "ratings.tsv").slice(1)) {
    const [user = "", item = "", rating, at] = line.split("\t");
    const rows = byUser.get(user) ?? [];
    rows.push({ user, item, rating: Number(rating), at: Number(at) });
    byUser.set(user, rows);
  }
  return byUser;
}

/** Mean distance of an account's ratings from the genuine means of the titles. */
function strangeness(rows: readonly Row[], means: ReadonlyMap<string, number>): number {
  const sum = rows.reduce((all, { item, rating }) => all + Math.abs(rating - means.get(item)!), 0);
  return sum / rows.length;
}

describe("simulated ratings", () => {
  it("are as a service's are: sparse tails, means and spreads, in sessions", async () => {
    await simulateRatings({ users: 500, seed: 3, out: join(folder, "genuine") });
    const { ratings } = await readRatings(join(folder, "genuine", "ratings.tsv"));
    const mean = ratings.value.reduce((sum, one) => sum + one, 0) / ratings.value.length;
    expect(mean).toBeGreaterThan(3.3);
    expect(mean).toBeLessThan(3.9);
    expect(ratings.scale).toEqual({ low: 1, high: 5, step: 1 });
    const counts = Array.from({ length: 500 }, (_, user) => {
      return ratings.userStart[user + 1]! - ratings.userStart[user]!;
    }).sort((a, b) => a - b);
    expect([counts[0]! >= 20, counts[250]! > 45 && counts[250]! < 90]).toEqual([true, true]);
    const byItem = viewByItem(ratings);
    const popularity = ratings.itemIds.map(
      (_, item) => byItem.start[item + 1]! - byItem.start[item]!,
    );
    expect(Math.max(...popularity)).toBeGreaterThan(150);
    expect(popularity.filter((count) => count < 20).length).toBeGreaterThan(500);
    const gaps = [...rowsOf("genuine").values()].flatMap((rows) =>
      rows.slice(1).map((row, i) => row.at - rows[i]!.at),
    );
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(3);
    const short = gaps.filter((gap) => gap < 1_800).length / gaps.length;
    expect(short > 0.8 && short < 0.98).toBe(true);
    expect(existsSync(join(folder, "genuine", truthFiles.abuse))).toBe(false);
    // A change of the model changes this; the same seed must give it on every engine.
    const text = readFileSync(join(folder, "genuine", "ratings.tsv"));
    expect(createHash("sha256").update(text).digest("hex").slice(0, 16)).toBe("51ba3f065ccb6e61");
  });

  it("have the same bytes for the same seed", async () => {
    const abuse = { each: 4 };
    const one = await simulateRatings({ ...small, abuse, out: join(folder, "one") });
    await simulateRatings({ ...small, abuse, out: join(folder, "again") });
    await simulateRatings({ ...small, abuse, seed: 4, out: join(folder, "other") });
    expect(hashOf("again")).toBe(hashOf("one"));
    expect(hashOf("other")).not.toBe(hashOf("one"));
    expect(one.events).toBe(linesOf("one", "ratings.tsv").length - 1);
    expect(one.abusers).toEqual(Object.fromEntries(raterKinds.map((kind) => [kind, 8])));
  });

  it("hold what truth/abuse.csv says: accounts, days and targets", () => {
    const byUser = rowsOf("one");
    const told = truthOf("one");
    expect(told.length).toBe(80);
    for (const { user, since, until, targets, kind, group } of told) {
      const rows = byUser.get(user)!;
      const days = rows.map(({ at }) => new Date(at * 1000).toISOString().slice(0, 10));
      expect([days[0], days.at(-1)], kind).toEqual([since, until]);
      const rated = new Set(rows.map((row) => row.item));
      expect(targets.every((target) => rated.has(target))).toBe(true);
      expect(group === "").toBe(targets.length === 0);
    }
    for (const { user } of told.filter((one) => one.kind === "bot")) {
      const rows = byUser.get(user)!;
      const gaps = rows.slice(1).map((row, i) => row.at - rows[i]!.at);
      // Times are whole seconds: a pause is up to one longer or shorter than the beat made it.
      expect((Math.max(...gaps) - 1) / (Math.min(...gaps) + 1)).toBeLessThan(1.6);
      expect(new Set(rows.map((row) => row.item)).size).toBeLessThan(rows.length);
    }
  });

  it("are the stranger the bolder", async () => {
    const means = new Map<string, number>();
    await simulateRatings({ ...small, out: join(folder, "base") });
    const { ratings } = await readRatings(join(folder, "base", "ratings.tsv"));
    const byItem = viewByItem(ratings);
    for (const [item, id] of ratings.itemIds.entries()) {
      const own = byItem.value.subarray(byItem.start[item], byItem.start[item + 1]);
      means.set(id, own.reduce((sum, one) => sum + one, 0) / own.length);
    }
    const found: number[][] = [];
    for (const strength of [0.1, 0.9]) {
      const name = `strength-${strength}`;
      await simulateRatings({ ...small, abuse: { each: 4, strength }, out: join(folder, name) });
      const byUser = rowsOf(name);
      found.push(
        ["love-hate", "segment"].map((kind) => {
          const own = truthOf(name).filter((one) => one.kind === kind);
          const all = own.map(({ user }) =>
            strangeness(
              byUser.get(user)!.filter(({ item }) => means.has(item)),
              means,
            ),
          );
          return all.reduce((sum, one) => sum + one, 0) / all.length;
        }),
      );
    }
    for (const [kind, weak] of found[0]!.entries()) {
      expect(found[1]![kind]!).toBeGreaterThan(weak + 0.1);
    }
  });

  it("let the two listeners of an account rate at once", () => {
    const fastest = ({ user }: Told) => {
      const rows = rowsOf("one").get(user)!;
      return Math.min(...rows.slice(1).map((row, i) => row.at - rows[i]!.at));
    };
    const shared = truthOf("one").filter((one) => one.kind === "shared");
    expect(shared.filter((one) => fastest(one) < 3).length).toBeGreaterThan(1);
  });

  it("hide raters in a given file, whose users and titles they leave in peace", async () => {
    const rows = Array.from({ length: 130 * 30 }, (_, i) => {
      return `${1 + Math.floor(i / 30)} ${(i * 7) % 211} ${1 + ((i * i) % 8) / 2}`;
    });
    const base = join(folder, "film.txt");
    writeFileSync(base, `${rows.join("\n")}\n`);
    const out = join(folder, "hidden");
    const written = await simulateRatings({ base, out, abuse: { each: 3, kinds: ["random"] } });
    expect(written).toMatchObject({ users: 130, abusers: { random: 6 } });
    expect(linesOf("hidden", "ratings.tsv")[0]).toBe("user\titem\trating");
    expect(truthOf("hidden").map((one) => [one.kind, one.since])).toEqual(
      Array.from({ length: 6 }, () => ["random", ""]),
    );
    await expect(simulateRatings({ base, out, users: 5 })).rejects.toMatchObject({
      code: "OPTION_INVALID",
      details: { option: "--users" },
    });
    const none = join(folder, "none.txt");
    await expect(simulateRatings({ base: none, out })).rejects.toMatchObject({
      code: "FILE_NOT_FOUND",
    });
  });

  it("refuse a bad option as OPTION_INVALID, few users as BASE_TOO_SMALL", async () => {
    const out = join(folder, "never");
    for (const given of [{ users: 0 }, { items: 5 }, { users: 100_000, items: 50_000 }]) {
      await expect(simulateRatings({ out, ...given })).rejects.toMatchObject({
        code: "OPTION_INVALID",
      });
    }
    await expect(simulateRatings({ out, users: 20, abuse: {} })).rejects.toMatchObject({
      code: "BASE_TOO_SMALL",
    });
    expect(existsSync(out)).toBe(false);
  });

  it("leave nothing when stopped: INTERRUPTED", async () => {
    const controller = new AbortController();
    const out = join(folder, "stopped");
    const running = simulateRatings({
      ...{ out, signal: controller.signal },
      onProgress: () => controller.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(existsSync(out) || existsSync(`${out}.part`)).toBe(false);
  });
});

describe("what is hidden in ratings", () => {
  it("is read from text, and completed", () => {
    const given = completeRaterAbuse(parseRaterAbuse("each=5,kinds=bot+shared,strength=.7"));
    expect(given).toEqual({ each: 5, kinds: ["bot", "shared"], strength: 0.7 });
    expect(completeRaterAbuse({}).kinds).toEqual(raterKinds);
  });

  it.each(["each=0", "each=1.5", "strength=2", "kinds=bots", "farms=3", "each=1=2", "each"])(
    "refuses %s as OPTION_INVALID",
    (text) => {
      expect(() => completeRaterAbuse(parseRaterAbuse(text))).toThrow(
        expect.objectContaining({ code: "OPTION_INVALID" }),
      );
    },
  );
});
