import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formats, type SimulationFormat, simulate, truthFiles } from "../index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-abuse-"));
});
afterAll(() => rm(folder, { recursive: true }));

const planted = {
  farms: 2,
  members: 3,
  bots: 1,
  loops: 2,
  shared: 4,
  strength: 0.5,
  drift: 0.5,
};
const daysOf = { musicbox: 40, pozytywka: 45 } as const;

async function write(as: SimulationFormat, name: string, more: object = {}): Promise<string> {
  const out = join(folder, `${as}-${name}`);
  const same = { as, users: 60, days: daysOf[as], seed: 6, threads: 1 };
  await simulate({ ...same, out, ...more });
  return out;
}

function textOf(...path: string[]): string {
  return readFileSync(join(...path), "utf8");
}

interface Told {
  readonly user: string;
  readonly kind: string;
  readonly strength: number;
  readonly since: string;
  readonly until: string;
  readonly group: string;
  readonly plays: number;
  readonly inflated: number;
}

function truthOf(directory: string): Told[] {
  const [head, ...lines] = textOf(directory, truthFiles.abuse).trimEnd().split("\n");
  expect(head).toBe("user_id,kind,strength,since,until,group,plays,inflated");
  return lines.map((line) => {
    const [user = "", kind = "", strength, since = "", until = "", group = "", ...counts] =
      line.split(",");
    const [plays, inflated] = counts.map(Number) as [number, number];
    return { user, kind, strength: Number(strength), since, until, group, plays, inflated };
  });
}

interface Play {
  readonly user: string;
  readonly date: string;
  readonly track: string;
  readonly session: number;
  readonly at: string;
  readonly device: string;
}

function playsOf(as: SimulationFormat, directory: string): Play[] {
  if (as === "pozytywka") {
    return textOf(directory, "sessions.jsonl")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, string>)
      .filter((event) => event["event_type"] === "PLAY")
      .map((event) => ({
        user: String(event["user_id"]),
        date: event["timestamp"]!.slice(0, 10),
        track: event["track_id"]!,
        session: Number(event["session_id"]),
        at: event["timestamp"]!,
        device: "",
      }));
  }
  return readdirSync(directory)
    .filter((name) => name.endsWith("_play.log"))
    .flatMap((name) => {
      const date = `${name.slice(0, 4)}-${name.slice(4, 6)}-${name.slice(6, 8)}`;
      return textOf(directory, name)
        .trimEnd()
        .split("\n")
        .map((line) => {
          const [user = "", device = "", track = ""] = line.split("|");
          return { user, date, track, session: 0, at: date, device };
        });
    });
}

/** Rows by key, in the order in which keys are met. */
function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** What was played most. */
function topTracks(plays: readonly Play[], count: number): Set<string> {
  const sorted = [...groupBy(plays, (play) => play.track)].sort(
    (a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1),
  );
  return new Set(sorted.slice(0, count).map(([track]) => track));
}

function hashOf(directory: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" }).sort()) {
    hash.update(name);
    if (/\.\w+$/.test(name)) hash.update(readFileSync(join(directory, name)));
  }
  return hash.digest("hex");
}

describe.each(formats)("abuse in %s", (as) => {
  it("stands behind the listeners' events, whose bytes and truth stay", async () => {
    const clean = await write(as, "clean");
    const cheated = await write(as, "cheated", { abuse: planted });
    for (const name of readdirSync(clean).filter((one) => /l(og)?$/.test(one))) {
      expect(textOf(cheated, name).startsWith(textOf(clean, name)), name).toBe(true);
    }
    for (const name of readdirSync(join(clean, "truth"))) {
      if (name === "truth.json") continue;
      const both = [clean, cheated].map((one) => readFileSync(join(one, "truth", name)));
      expect(both[0]!.equals(both[1]!), name).toBe(true);
    }
    const [before, after] = [clean, cheated].map((one) =>
      JSON.parse(textOf(one, "truth/truth.json")),
    );
    expect(after.difficulty).toEqual(before.difficulty);
    expect(after).toMatchObject({ abuse: planted, abusers: { farm: 6, bot: 1, shared: 4 } });
    expect("abuse" in before || "abusers" in before).toBe(false);
    expect(existsSync(join(clean, truthFiles.abuse))).toBe(false);
  });

  it("is what truth/abuse.csv says: plays, first and last day", () => {
    const directory = join(folder, `${as}-cheated`);
    const byUser = groupBy(playsOf(as, directory), (play) => play.user);
    const told = truthOf(directory);
    expect(told.length).toBe(13);
    for (const { user, plays, since, until, kind, inflated } of told) {
      const found = byUser.get(user) ?? [];
      expect(found.length, kind).toBe(plays);
      const dates = found.map((play) => play.date).sort();
      expect([dates[0], dates.at(-1)], kind).toEqual([since, until]);
      if (kind === "shared") expect(inflated).toBe(0);
      else expect(inflated).toBeGreaterThan(0.5 * plays);
    }
  });

  it("has the same bytes for any threads and blocks, dirt too", async () => {
    const more = { abuse: planted, dirt: 0.02 };
    const one = await write(as, "one", { ...more, threads: 1 });
    const many = await write(as, "many", { ...more, threads: 3, blockUsers: 7 });
    expect(hashOf(one)).toBe(hashOf(many));
    const other = await write(as, "other", { ...more, seed: 7 });
    expect(textOf(other, truthFiles.abuse)).not.toBe(textOf(one, truthFiles.abuse));
  });

  it("grows with strength, account by account", async () => {
    const told = [];
    for (const strength of [0.1, 0.35, 0.6]) {
      const abuse = { ...planted, shared: 0, drift: 0, strength };
      told.push(truthOf(await write(as, `strong-${strength}`, { abuse })));
    }
    const inflated = (rows: readonly Told[], kind: string) =>
      rows.filter((row) => row.kind === kind).reduce((sum, row) => sum + row.inflated, 0);
    for (const kind of ["farm", "bot", "loop"]) {
      const sums = told.map((rows) => inflated(rows, kind));
      expect(sums[1]! > 1.2 * sums[0]! && sums[2]! > 1.2 * sums[1]!, `${kind}: ${sums}`).toBe(true);
    }
    for (const [i, row] of told[2]!.entries()) {
      expect(row.strength).toBeGreaterThan(told[0]![i]!.strength);
      expect(row.since).toBe(told[0]![i]!.since);
    }
  });

  it("puts a farm's accounts in lockstep", () => {
    const directory = join(folder, `${as}-cheated`);
    const byUser = groupBy(playsOf(as, directory), (play) => play.user);
    const farms = groupBy(truthOf(directory), (row) => row.group);
    const tops = (user: string) => topTracks(byUser.get(user)!, 12);
    const common = (a: string, b: string) =>
      [...tops(a)].filter((track) => tops(b).has(track)).length;
    const [first, second] = [farms.get("farm-1")!, farms.get("farm-2")!];
    const within = common(first[0]!.user, first[1]!.user);
    expect(within).toBeGreaterThanOrEqual(5);
    expect(within).toBeGreaterThan(2 * common(first[0]!.user, second[0]!.user));
  });
});

describe("abuse", () => {
  it("lets two listeners of one account hear at once, the more the bolder", async () => {
    const overlaps = async (strength: number) => {
      const out = await write("pozytywka", `shared-${strength}`, {
        abuse: { shared: 12, strength },
      });
      const users = new Set(truthOf(out).map((row) => row.user));
      let mixed = 0;
      for (const plays of groupBy(playsOf("pozytywka", out), (play) => play.user).values()) {
        if (!users.has(plays[0]!.user)) continue;
        const left = new Set<number>();
        for (const [i, { session }] of plays.entries()) {
          if (left.has(session)) mixed += 1;
          if (i > 0 && plays[i - 1]!.session !== session) left.add(plays[i - 1]!.session);
        }
      }
      return mixed;
    };
    const meek = await overlaps(0.1);
    expect(await overlaps(0.9)).toBeGreaterThan(2 * meek + 20);
  });

  it("shows shared accounts of musicbox on several devices", () => {
    const directory = join(folder, "musicbox-cheated");
    const byUser = groupBy(playsOf("musicbox", directory), (play) => play.user);
    const shared = truthOf(directory).filter((row) => row.kind === "shared");
    const devices = shared.map(({ user }) => new Set(byUser.get(user)!.map((play) => play.device)));
    expect(devices.some((own) => own.size === 2)).toBe(true);
  });

  it("turns to other catalogues from month to month, where it drifts", async () => {
    const stays = async (drift: number) => {
      const abuse = { loops: 12, strength: 0.4, drift };
      const out = await write("pozytywka", `drift-${drift}`, { abuse, days: 160 });
      const byUser = groupBy(playsOf("pozytywka", out), (play) => play.user);
      const kept = truthOf(out).map(({ user }) => {
        const months = groupBy(byUser.get(user)!, (play) => play.date.slice(0, 7));
        const [first, last] = [[...months.values()][0]!, [...months.values()].at(-1)!].map(
          (plays) => topTracks(plays, 5),
        ) as [Set<string>, Set<string>];
        return [...first].some((track) => last.has(track));
      });
      return kept.filter(Boolean).length / kept.length;
    };
    expect(await stays(0)).toBe(1);
    expect(await stays(1)).toBeLessThan(0.9);
  });

  it("gives every musicbox song an album, an artist and a kind of label", () => {
    const lines = textOf(folder, "musicbox-cheated", "catalogue.txt").trimEnd().split("\n");
    expect(lines[0]).toBe("song_id|album|artist|label_kind|length");
    const rows = lines.slice(1).map((line) => line.split("|"));
    expect(rows.length).toBe(6_000);
    const indie = rows.filter((row) => row[3] === "indie").length / rows.length;
    expect(indie).toBeGreaterThan(0.4);
    expect(indie).toBeLessThan(0.8);
    const artists = new Map(rows.map((row) => [row[1], row[2]]));
    expect(rows.every((row) => artists.get(row[1]) === row[2])).toBe(true);
  });
});
