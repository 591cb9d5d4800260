import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeGbk } from "./gbk.js";
import { formats, type SimulationFormat, simulate, truthFiles } from "./index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-dirt-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Planted {
  readonly file: string;
  readonly line: number;
  readonly kind: string;
  readonly userId: string;
}

/** Lines of a file as text, whatever its encoding and packing. */
function linesOf(path: string): string[] {
  const name = existsSync(path) ? path : `${path}.gz`;
  const bytes = name.endsWith(".gz") ? gunzipSync(readFileSync(name)) : readFileSync(name);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    text = new TextDecoder("gbk").decode(bytes);
  }
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function plantedIn(directory: string): Planted[] {
  return linesOf(join(directory, truthFiles.dirt))
    .slice(1)
    .map((row) => {
      const [file = "", line = "", kind = "", userId = ""] = row.split(",");
      return { file, line: Number(line), kind, userId };
    });
}

/** What a faulty row of a kind looks like. */
const signs: Readonly<Record<string, RegExp>> = {
  missing_column: /^(ar|ip|wp|mc)\|/,
  stray_column: /^\d+\|\w\w\|x\||"id": -1}$/,
  empty_id: /^\|/,
  minus_one_id: /^-1\||"user_id": -1,|"id": -1,/,
  null_id: /^null\||"user_id": null/,
  negative_time: /\|-\d+\|\d+\|[01]$/,
  text_time: /\|abc\|/,
  long_play: /\|\d{3,6}\|\d{2,3}\|[01]$/,
  odd_time: /\d\d[/.]\d\d/,
  duplicate: /./,
  bot_day: /^\d+\|/,
  null_event: /"event_type": null/,
  unknown_event: /HEARTBEAT/,
  missing_time: /^\{"user_id"/,
  null_track: /"track_id": null/,
  null_premium: /"premium_user": null/,
  zero_tempo: /"tempo": 0\.0/,
  loud: /"loudness": 1\.5/,
};

const inPlace = new Set(["long_play", "null_track", "null_premium", "zero_tempo", "loud"]);

async function makePair(as: SimulationFormat): Promise<{ clean: string; dirty: string }> {
  const clean = join(folder, `${as}-clean`);
  const dirty = join(folder, `${as}-dirty`);
  const same = { as, users: 300, days: 45, seed: 3, threads: 1 } as const;
  await simulate({ ...same, out: clean });
  const { planted } = await simulate({ ...same, out: dirty, dirt: 0.04 });
  const counted: Record<string, number> = {};
  for (const { kind } of plantedIn(dirty)) counted[kind] = (counted[kind] ?? 0) + 1;
  expect(planted).toEqual(counted);
  return { clean, dirty };
}

/** The dirty file without what was planted: sound rows in order, "?" where dirt took a place. */
function withoutDirt(lines: readonly string[], planted: readonly Planted[], file: string) {
  const rest: (string | undefined)[] = [...lines];
  for (const { line, kind } of planted) {
    expect(lines[line - 1], `${file}:${line} ${kind}`).toMatch(signs[kind]!);
    if (kind === "bot_day") continue;
    const stays = inPlace.has(kind) || (kind === "stray_column" && file.endsWith("l"));
    rest[line - 1] = stays ? "?" : undefined;
  }
  return rest.filter((line) => line !== undefined);
}

describe("dirt", () => {
  it.each(formats)("is what truth/dirt.csv says, and nothing else (%s)", async (as) => {
    const { clean, dirty } = await makePair(as);
    const planted = plantedIn(dirty);
    const cut = new Set(planted.filter((one) => one.kind === "truncated_file").map((o) => o.file));
    const bots = new Set(planted.filter((one) => one.kind === "bot_day").map((one) => one.userId));
    const names = readdirSync(clean).filter((name) => /l(og)?$/.test(name));
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) {
      const lines = linesOf(join(dirty, name));
      if (cut.has(name)) lines.pop();
      const own = planted.filter((one) => one.file === name && one.line > 0);
      const sound = withoutDirt(lines, own, name).filter((line) => !bots.has(line.split("|")[0]!));
      const expected = linesOf(join(clean, name));
      expect(sound.length).toBe(expected.length);
      for (const [i, line] of sound.entries()) if (line !== "?") expect(line).toBe(expected[i]);
    }
    for (const file of [truthFiles.silent, truthFiles.users]) {
      expect(readFileSync(join(dirty, file))).toEqual(readFileSync(join(clean, file)));
    }
  });

  it("gives bots more than 24 hours of play a day", () => {
    const directory = join(folder, "musicbox-dirty");
    for (const { file, userId } of plantedIn(directory).filter((one) => one.kind === "bot_day")) {
      const seconds = linesOf(join(directory, file))
        .map((line) => line.split("|"))
        .filter((fields) => fields[0] === userId)
        .reduce((sum, fields) => sum + (Number(fields[6]) || 0), 0);
      expect(seconds).toBeGreaterThan(86_400);
    }
  });

  it("has files in GBK, in gzip, and with a cut last line", () => {
    const kinds = plantedIn(join(folder, "musicbox-dirty")).filter((one) => one.line === 0);
    for (const kind of ["gbk_file", "gzip_file", "truncated_file"]) {
      expect(kinds.some((one) => one.kind === kind)).toBe(true);
    }
    for (const { file, kind } of kinds) {
      const bytes = readFileSync(join(folder, "musicbox-dirty", file));
      if (kind === "truncated_file") expect(bytes.at(-1)).not.toBe(10);
      if (kind === "gzip_file") expect(basename(file)).toMatch(/\.gz$/);
      if (kind === "gbk_file") expect(new TextDecoder("gbk").decode(bytes)).not.toContain("\ufffd");
    }
  });

  it("encodes GBK as the decoder reads it", () => {
    const text = "爱情|abc|雨夜\n";
    expect(new TextDecoder("gbk").decode(encodeGbk(text))).toBe(text);
    expect(encodeGbk("ก").toString()).toBe("?");
  });
});
