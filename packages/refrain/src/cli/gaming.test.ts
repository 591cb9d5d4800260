import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { capturedTerminal } from "./captured-terminal.fixture.js";
import { main } from "./main.js";

const home = process.cwd();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-gaming-cli-"));
  process.chdir(folder);
  const lines = (seed: number, marked: boolean) => {
    const rows = Array.from({ length: 400 }, (_, row) => {
      const number = (row * 7919 + seed * 104_729) % 997;
      const cheat = number % 20 === 0;
      const plays = (cheat ? 500 : 10) + (number % 50);
      const album = cheat ? plays : 1 + (plays % 9);
      const ratio = cheat ? plays : (plays % 30) / 10;
      const values = [5000 * seed + row, ratio, plays, album, 1 + (number % 3), album];
      return [...values, ...(marked ? [cheat ? "yes" : "no"] : [])].join(",");
    });
    const head = "userID,IndieToMajorRatio,TotalPlays,MaxSingleAlbumUse,MaxSingleTrackUse,";
    return `${head}MaxSingleArtistUse${marked ? ",gamer" : ""}\n${rows.join("\n")}\n`;
  };
  await writeFile("day.csv", lines(1, false));
  await writeFile("marked.csv", lines(2, true));
  await writeFile("kept.csv", lines(3, true));
});
afterAll(async () => {
  process.chdir(home);
  await rm(folder, { recursive: true, force: true });
});

async function run(line: string) {
  const terminal = capturedTerminal();
  const code = await main(line.split(" "), terminal);
  return { code, printed: terminal.printed(), messages: terminal.messages() };
}

const document = async (line: string) => JSON.parse((await run(`${line} --json --quiet`)).printed);

describe("gaming, step by step", { timeout: 60_000 }, () => {
  it("trains, evaluates and scores with reasons", async () => {
    const trained = await document(
      "train gaming day.csv --validation marked.csv --method gaussian --trim none --out g.refrain",
    );
    expect(trained).toMatchObject({ kind: "gaussian", task: "gaming", trim: null });
    expect(trained.mu.totUsage).toBeGreaterThan(10);
    expect(await readFile("gaming.refrain")).toEqual(await readFile("g.refrain"));
    const judged = await document("evaluate gaming g.refrain --test kept.csv");
    expect(judged.test.f1).toBeGreaterThan(0.9);
    const scored = await document("score g.refrain kept.csv --out all.csv");
    expect(scored).toMatchObject({ rows: 400, task: "gaming" });
    const flagged = await run("score gaming kept.csv --only-flagged --reasons 2 --quiet");
    const lines = flagged.printed.trim().split("\n");
    expect(lines[0]).toMatch(/^UserPartyID,.*,score,p_value,flagged,farm,reason_1,reason_2$/);
    expect(lines).toHaveLength(1 + scored.flagged);
    expect(lines[1]).toMatch(/plays/);
  });

  it("cuts by an epsilon without marks", async () => {
    const line = "train gaming day.csv --epsilon 1e-9 --out e.refrain";
    expect(await document(line)).toMatchObject({ epsilon: expect.closeTo(1e-9, 12) });
  });

  it("does it all at once", async () => {
    const { code, printed } = await run(
      "detect gaming day.csv --validation marked.csv --test kept.csv --budget 9 --quiet",
    );
    expect(code).toBe(0);
    expect(printed).toMatch(/^\d of 400 user-days are alarms/);
    expect(printed).toContain("indie-plays");
    expect(printed).not.toContain("Left out");
  });

  it("says which marked rows it could not use, and where they stand", async () => {
    const marked = (await readFile("marked.csv", "utf8")).split("\n");
    marked[3] = marked[3]!.replace(/(yes|no)$/, "maybe");
    marked[5] = marked[5]!.replace(/^(\d+,[^,]+,)/, "$1-");
    await writeFile("spoilt.csv", marked.join("\n"));
    const told = /Left out of the (\w+) rows: 1 label_unreadable, 1 value_negative; .* line 4 of/;
    const method = "--method gaussian";
    const detect = `detect gaming day.csv --validation marked.csv --test spoilt.csv ${method}`;
    expect(told.exec((await run(detect)).printed)?.[1]).toBe("test");
    const train = `train gaming day.csv --validation spoilt.csv ${method} --out s.refrain`;
    expect(told.exec((await run(train)).printed)?.[1]).toBe("validation");
    const evaluate = await document("evaluate gaming s.refrain --test spoilt.csv");
    expect(evaluate.rejects.map(({ line }: { line: number }) => line)).toEqual([4, 6]);
  });

  it("takes verdicts to the lake, from where features leave the flagged out", async () => {
    await run("simulate --as musicbox --users 40 --days 36 --seed 3 --abuse loops=4 --out logs");
    await run("ingest logs --as musicbox --lake plays");
    const detect = "detect gaming --lake plays --date 2017-04-01 --budget 3 --write-verdicts";
    const { messages } = await run(detect);
    expect(messages).toContain("3 alarms written, 0 taken back, 0 stood already");
    expect((await document(detect)).verdicts).toMatchObject({ flagged: 0, unchanged: 3 });
    const features = "features churn --lake plays --out table.csv --cutoff";
    const dropped = async (rest: string) => (await document(`${features} ${rest}`)).dropped;
    expect(await dropped("2017-04-05")).toEqual({});
    expect(await dropped("2017-04-05 --leave-out-flagged")).toEqual({ flagged_plays: 3 });
    expect(await dropped("2017-04-01 --leave-out-flagged")).toEqual({});
    await run(`train ${detect.slice(7, -17)} --out l.refrain`);
    const scored = await document("score l.refrain --lake plays --out l.csv --write-verdicts");
    expect(scored.verdicts).toMatchObject({ flagged: 3, withdrawn: 0 });
  });

  it.each([
    ["VERDICTS_NEED_LAKE", 2, "detect gaming day.csv --budget 3 --write-verdicts"],
    ["VERDICTS_NEED_LAKE", 2, "score ./e.refrain day.csv --write-verdicts --out x.csv"],
    ["OPTION_INVALID", 2, "detect gaming --lake lake --write-verdicts --known-at 2017-02-30"],
    ["TASK_UNKNOWN", 2, "detect weather day.csv"],
    ["OPTION_MISSING", 2, "detect gaming"],
    ["OPTION_CONFLICT", 2, "detect gaming day.csv --budget 3 --false-discovery-rate .1"],
    ["OPTION_CONFLICT", 2, "train gaming day.csv --lake lake"],
    ["OPTION_INVALID", 2, "detect gaming day.csv --trim 0"],
    ["NO_GAMING_MODEL", 3, "evaluate gaming ./plain.refrain --test kept.csv"],
    ["OPTION_CONFLICT", 2, "detect gaming day.csv --lake lake --budget 3"],
    ["OPTION_MISSING", 2, "detect gaming day.csv --verdicts review"],
    ["OPTION_CONFLICT", 2, "train gaming --lake lake --verdicts review --validation marked.csv"],
    ["OPTION_MISSING", 2, "evaluate gaming g.refrain"],
    ["OPTION_MISSING", 2, "evaluate gaming g.refrain --test kept.csv --date 2017-03-01"],
    ["OPTION_CONFLICT", 2, "evaluate gaming g.refrain kept.csv --test kept.csv"],
    ["LAKE_NOT_FOUND", 3, "score ./e.refrain --lake lake --out x.csv"],
  ])("%s ends with exit code %i: %s", async (code, exit, line) => {
    const { logistic, frameOf, writeModel } = await import("@refrain/learn");
    const plain = await logistic.fit(frameOf({ a: [1, 2, 3, 4] }), [0, 1, 0, 1]);
    await writeFile("plain.refrain", writeModel(plain));
    const result = await run(`${line} --json --quiet`);
    const { error } = JSON.parse(result.printed);
    expect({ code: error.code, exit: result.code }).toEqual({ code, exit });
  });
});
