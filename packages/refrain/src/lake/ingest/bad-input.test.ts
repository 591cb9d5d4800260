import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { CataloguedError } from "@refrain/learn";
import { afterAll, describe, expect, it } from "vitest";
import { type IngestOptions, ingest, openLake, quality, readRejects } from "../index.js";

const folder = await mkdtemp(join(tmpdir(), "refrain-bad-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const good = Array.from({ length: 20 }, (_, at) => `${at}|ar|${at + 5}|0|song|singer|12|300|0\n`);
let turn = 0;

/** Writes a file into a folder of its own and ingests it into a new lake. */
async function take(
  name: string,
  content: string | Buffer,
  more: Partial<IngestOptions> = {},
): Promise<{ lake: string; done: ReturnType<typeof ingest> }> {
  const here = join(folder, String(turn++));
  await mkdir(here);
  await writeFile(join(here, name), content);
  const lake = join(here, "lake");
  const done = ingest({ inputs: [join(here, name)], source: "musicbox", lake, ...more });
  done.catch(() => undefined);
  return { lake, done };
}

/** The error in full: code, exit code, both sentences; and that the lake holds nothing. */
async function refusal({ lake, done }: Awaited<ReturnType<typeof take>>): Promise<string> {
  const error = await done.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CataloguedError)) throw error ?? new Error("It was taken.");
  expect(await openLake(lake).catch((other: CataloguedError) => other.code)).toBe("LAKE_NOT_FOUND");
  expect(await readdir(join(lake, "staging")).catch(() => [])).toEqual([]);
  expect(await readdir(join(lake, "data")).catch(() => [])).toEqual([]);
  return `${error.code} ${error.exitCode}: ${error.message} ${error.hint}`;
}

describe("files that cannot be used", () => {
  it("refuses an empty file, one of blank lines, and a header without rows", async () => {
    const empty = await refusal(await take("20170301_play.log", ""));
    expect(empty).toBe(
      "FILE_EMPTY 3: 20170301_play.log holds no rows. " +
        "Check how it was delivered, or leave it out.",
    );
    expect(await refusal(await take("20170301_play.log", "\n\r\n\n"))).toContain("FILE_EMPTY");
    expect(await refusal(await take("a_play.csv.gz", gzipSync("")))).toContain("FILE_EMPTY");
    const header = await take("x.csv", "user,item,rating\n", { source: "ratings" });
    expect(await refusal(header)).toContain("FILE_EMPTY");
  });

  it("refuses a folder in which nothing fits, and names that are not there", async () => {
    const { lake, done } = await take("readme.md", "hello", { inputs: [folder] });
    expect(await refusal({ lake, done })).toMatch(/^NO_FILES 3: None of the \d+ files in /);
    const gone = await take("x", "", { inputs: [join(folder, "no*where", "*.log")] });
    expect(await refusal(gone)).toContain("FILE_NOT_FOUND 3: There is no file or folder");
  });

  it("refuses a binary file", async () => {
    const bytes = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 10, 3, 4, 10]);
    expect(await refusal(await take("20170301_play.log", bytes))).toBe(
      "NOT_TEXT 3: 20170301_play.log is not a text file: a byte that no text has stands at 7. " +
        "Give text (UTF-8 or GBK, plain or .gz) or a .parquet file.",
    );
  });

  it("refuses a gzip file that is cut off or damaged: the engine would read it", async () => {
    const whole = gzipSync(Array.from({ length: 5_000 }, () => good.join("")).join(""));
    const cut = await take("20170301_play.log.gz", whole.subarray(0, whole.length >> 1));
    expect(await refusal(cut)).toContain("GZIP_DAMAGED 3: 20170301_play.log.gz cannot be unpacked");
    const flipped = Buffer.from(whole);
    flipped[flipped.length - 6]! ^= 0xff;
    expect(await refusal(await take("20170301_play.log.gz", flipped))).toContain("GZIP_DAMAGED");
  });

  it("refuses a file that does not split at any delimiter of its kind", async () => {
    const spaces = good.map((line) => line.replaceAll("|", " ")).join("");
    expect(await refusal(await take("20170301_play.log", spaces))).toBe(
      "WRONG_DELIMITER 3: 20 of the first 20 lines of 20170301_play.log do not split " +
        'into 9 columns at "|" or a tab or ",". ' +
        "Check the source and the kind, and that each line has one row.",
    );
  });

  it("refuses lines that are no JSON where the kind is JSON", async () => {
    const text = await take("sessions.jsonl", "a|b\nc|d\n", { source: "pozytywka" });
    expect(await refusal(text)).toContain("WRONG_FORMAT 3");
    const broken = await take("sessions.jsonl", '{"a": 1\n{"b"\n', { source: "pozytywka" });
    expect(await refusal(broken)).toContain("WRONG_FORMAT 3: 2 of the first 2 lines");
  });

  it("names the columns that are there when one is missing, and how to map it", async () => {
    const csv = "user;song;play_time\n1;2;3\n";
    expect(await refusal(await take("20170301_play.csv", csv))).toContain("WRONG_DELIMITER");
    const commas = csv.replaceAll(";", ",");
    expect(await refusal(await take("20170301_play.csv", commas))).toContain("COLUMN_MISSING");
    const named = await take("z.csv", "who,title,stars,uid\n1,2,3,4\n", {
      source: "ratings",
      columns: { item: "title" },
    });
    expect(await refusal(named)).toBe(
      'COLUMN_MISSING 3: z.csv has no column "user" (it has: who, title, stars, uid). ' +
        "Map it with --column user=uid, or whichever of them holds it.",
    );
    const mapped = await take("y.csv", "who;title;n\n1;2;3\n", {
      source: "generic",
      columns: { user: "who", item: "title", count: "plays" },
    });
    expect(await refusal(mapped)).toContain('COLUMN_MISSING 3: y.csv has no column "plays"');
  });

  it("refuses a file of which nearly nothing can be used, and says why", async () => {
    const nobody = good.map((line) => line.replace(/^\d+/, "")).join("");
    expect(await refusal(await take("20170301_play.log", nobody))).toBe(
      "ALL_REJECTED 3: 20 of 20 rows were rejected, most of them (20 as MISSING_KEY). " +
        "Nothing was kept; check the source, the kind and --column.",
    );
  });

  it("refuses undated plays, a damaged Parquet file, and names that tell no kind", async () => {
    expect(await refusal(await take("play.log", good.join("")))).toContain("DATE_MISSING 2");
    const parquet = Buffer.concat([Buffer.from("PAR1"), Buffer.alloc(64), Buffer.from("PAR1")]);
    expect(await refusal(await take("20170301_play.parquet", parquet))).toContain(
      "PARQUET_DAMAGED 3",
    );
    expect(await refusal(await take("x.log", "a|b\nc|d\n"))).toContain("KIND_UNKNOWN 2: x.log is");
  });
});

describe("wrong use", () => {
  it("refuses a source, kind, column or option that there is not", async () => {
    const log = good.join("");
    const name = "20170301_play.log";
    const source = await take(name, log, { source: "spotify" });
    expect(await refusal(source)).toContain('SOURCE_UNKNOWN 2: There is no source "spotify"');
    expect(await refusal(await take(name, log, { kind: "likes" }))).toContain("KIND_UNKNOWN 2");
    const column = await take(name, log, { columns: { colour: "x" } });
    expect(await refusal(column)).toContain("COLUMN_UNKNOWN 2: The source musicbox knows no");
    for (const wrong of [
      { sampleUsers: 0 },
      { sampleUsers: 2 },
      { buckets: 0 },
      { date: "2017-02-30" },
      { timeZone: "Mars/Olympus" },
      { inputs: [] },
    ]) {
      expect(await refusal(await take(name, log, wrong))).toContain("OPTION_INVALID 2");
    }
  });

  it("keeps the number of buckets that a lake was made with", async () => {
    const { lake, done } = await take("20170301_play.log", good.join(""), { buckets: 4 });
    await done;
    const again = ingest({
      inputs: [join(lake, "..", "*.log")],
      source: "musicbox",
      lake,
      buckets: 8,
    });
    await expect(again).rejects.toMatchObject({ code: "OPTION_INVALID" });
    expect((await openLake(lake)).manifest.buckets).toBe(4);
  });

  it("leaves a lake of a newer version alone", async () => {
    const { lake, done } = await take("20170301_play.log", good.join(""));
    await done;
    await writeFile(join(lake, "manifests", "000002.json"), '{"version": 3}');
    const again = ingest({ inputs: [join(lake, "..", "*.log")], source: "musicbox", lake });
    await expect(again).rejects.toMatchObject({ code: "LAKE_VERSION", exitCode: 3 });
    await expect(again).rejects.toThrow("has format 3, and this program knows 2.");
    expect((await readdir(join(lake, "manifests"))).sort()).toEqual(["000001.json", "000002.json"]);
  });
});

describe("a lake of earlier code", () => {
  it.each([
    ["that lacks lists", '{"version": 1, "sequence": 2, "files": []}'],
    ["that is cut off", '{"version": 1, "seq'],
  ])("answers LAKE_VERSION to a manifest %s", async (_, manifest) => {
    const { lake, done } = await take("20170301_play.log", good.join(""));
    await done;
    await writeFile(join(lake, "manifests", "000002.json"), manifest);
    await expect(openLake(lake)).rejects.toMatchObject({ code: "LAKE_VERSION", exitCode: 3 });
  });

  it("takes profiles without places, answers LAKE_VERSION to those without counts", async () => {
    const { lake, done } = await take("20170301_play.log", good.join(""));
    await done;
    const { manifest } = await openLake(lake);
    const path = join(lake, manifest.inputs[0]!.profile!);
    const profile = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
    const columns = Object.entries(profile["columns"] as Record<string, object>);
    const without = (...names: string[]): string => {
      const kept = (column: object): object =>
        Object.fromEntries(Object.entries(column).filter(([name]) => !names.includes(name)));
      const drafts = columns.map(([name, column]) => [name, kept(column)]);
      return JSON.stringify({ ...profile, columns: Object.fromEntries(drafts) as object });
    };
    await writeFile(path, without("ends", "missingPlaces"));
    expect(Object.keys((await quality({ lake })).tables)).toEqual(["play"]);
    await writeFile(path, without("shapes"));
    await expect(quality({ lake })).rejects.toMatchObject({ code: "LAKE_VERSION" });
  });
});

describe("what is left by a first run that fails", () => {
  it("is no folder, nor those made above it", async () => {
    const lake = join(folder, "not", "yet", "lake");
    await writeFile(join(folder, "20170301_play.log"), "a,b\n".repeat(20));
    const inputs = [join(folder, "20170301_play.log")];
    await expect(ingest({ inputs, source: "musicbox", lake })).rejects.toThrow();
    expect(existsSync(join(folder, "not"))).toBe(false);
  });

  it.skipIf(!existsSync("/proc/self"))("is an end, also where nothing can be made", async () => {
    await writeFile(join(folder, "20170301_play.log"), good.join(""));
    const inputs = [join(folder, "20170301_play.log")];
    const failing = ingest({ inputs, source: "musicbox", lake: "/proc/missing/lake" });
    await expect(failing).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("what is survived", () => {
  it("rejects a line of 200 MB with its first 10 kB and its offset, keeps the others", async () => {
    const { lake, done } = await take("20170301_play.log", "");
    await done.catch(() => undefined);
    const path = join(lake, "..", "20170301_play.log");
    const file = await open(path, "w");
    await file.write(good.slice(0, 10).join(""));
    for (let part = 0; part < 200; part++) await file.write(Buffer.alloc(1_000_000, 0x78));
    await file.write(`\n${good.slice(10).join("")}`);
    await file.close();
    const { rows, rejectedByReason } = await ingest({ inputs: [path], source: "musicbox", lake });
    await rm(path);
    expect(rows).toMatchObject({ read: 21, kept: 20, rejected: 1 });
    expect(rejectedByReason).toEqual({ LINE_TOO_LONG: 1 });
    const [reject] = await readRejects(lake);
    const offset = good.slice(0, 10).join("").length;
    const bytes = 200_000_000;
    expect(reject).toMatchObject({ line: 11, reason: "LINE_TOO_LONG", offset, bytes });
    expect(reject?.text).toBe("x".repeat(10_000));
  });

  it("tells where a rejected line stands in a .gz file, longer than is kept", async () => {
    const long = `|ar|5|0|${"name ".repeat(5_000)}|b|12|300|0`;
    const text = [...good.slice(0, 3), `${long}\r\n`, ...good.slice(3)].join("");
    const { lake, done } = await take("20170301_play.log.gz", gzipSync(text));
    expect((await done).rejectedByReason).toEqual({ MISSING_KEY: 1 });
    const [reject] = await readRejects(lake);
    expect(reject?.text).toHaveLength(10_000);
    const { offset, bytes } = reject!;
    expect(text.slice(offset!, offset! + bytes!)).toBe(long);
  });

  it("keeps nothing of a run that the disk has no room for", () => {
    const built = join(import.meta.dirname, "../../../dist/lake/index.js");
    const script = join(folder, "full.mjs");
    const lake = join(folder, "full-lake");
    const rows = Array.from({ length: 60_000 }, (_, at) => `${at}|ar|${at * 7}|0|s${at}|x|1|300|0`);
    return writeFile(join(folder, "20170301_play.log"), rows.join("\n"))
      .then(() =>
        writeFile(
          script,
          `import { ingest } from ${JSON.stringify(built)};
           await ingest({ inputs: [${JSON.stringify(join(folder, "20170301_play.log"))}],
             source: "musicbox", lake: ${JSON.stringify(lake)}, buckets: 1 })
             .catch((error) => process.stdout.write(error.code + " " + error.exitCode));`,
        ),
      )
      .then(() => {
        expect(existsSync(built)).toBe(true);
        // Files of at most 100 kB stand for a full disk: the same refusal by the system.
        const shell = `trap '' XFSZ; ulimit -f 100; exec "$0" "$1"`;
        const run = spawnSync("bash", ["-c", shell, process.execPath, script], {
          encoding: "utf8",
        });
        expect(run.stdout).toBe("DISK_FULL 3");
        return openLake(lake).catch((error: CataloguedError) =>
          expect(error.code).toBe("LAKE_NOT_FOUND"),
        );
      });
  });
});
