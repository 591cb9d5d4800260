import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { capturedTerminal } from "./captured-terminal.fixture.js";
import {
  evaluateDocument,
  failureDocument,
  featuresDocument,
  ingestDocument,
  qualityDocument,
  scoreDocument,
  trainDocument,
} from "./documents.fixture.js";
import { main } from "./main.js";

const golden = fileURLToPath(new URL("../../../../test/golden/cli/", import.meta.url));
const home = process.cwd();
let folder: string;

// `train` writes the task's latest model into the current folder.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-cli-"));
  process.chdir(folder);
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

/** The same with what differs from machine to machine and from run to run taken out. */
function steady(text: string): string {
  return text
    .replaceAll(folder, "FOLDER")
    .replace(/[\d,]+ rows\/s/g, "N rows/s")
    .replace(/\d+(\.\d+)? s\b/g, "N s")
    .replace(/peak memory [\d.]+ [kMG]B/g, "peak memory N MB");
}

async function expectGolden(line: string, name: string): Promise<string> {
  const { code, printed, messages } = await run(`${line} --quiet`);
  expect({ code, messages }).toEqual({ code: 0, messages: "" });
  await expect(`$ refrain ${line}\n${steady(printed)}`).toMatchFileSnapshot(`${golden}${name}.txt`);
  return printed;
}

const document = async (line: string) => JSON.parse((await run(`${line} --json --quiet`)).printed);

describe("churn, from logs to scores", { timeout: 120_000 }, () => {
  it("simulates, ingests and shows what was rejected", async () => {
    await expectGolden(
      "simulate --as musicbox --users 300 --days 62 --seed 3 --dirt .02 --out logs",
      "simulate",
    );
    await expectGolden("ingest logs --as musicbox --lake lake", "ingest");
    await expectGolden("rejects --lake lake --limit 4", "rejects");
    const again = ingestDocument.parse(await document("ingest logs --as musicbox --lake lake"));
    expect(again.rows.kept).toBe(0);
    const { rejects } = await document("rejects --lake lake --limit 1");
    expect(rejects[0]).toMatchObject({ file: expect.any(String), line: expect.any(Number) });
  });

  it("says what is wrong with the data", async () => {
    qualityDocument.parse(await document("quality --lake lake"));
    const { code } = await run("quality --lake lake --html quality.html --quiet");
    expect(code).toBe(0);
    expect(readFileSync("quality.html", "utf8")).toMatch(/^<!doctype html>/);
  });

  it("computes features and exports the published tables", async () => {
    await expectGolden("features churn --lake lake --out df_model_final.csv", "features");
    expect(readFileSync("df_model_final.csv", "utf8")).toMatch(/^uid,cutoff,label,freq_P_last_1,/);
    const checked = await document("features churn --lake lake --out checked.csv --check-leaks");
    expect(featuresDocument.parse(checked).leaks?.rows).toBeGreaterThan(100);
    expect(readFileSync("checked.csv")).toEqual(readFileSync("df_model_final.csv"));
    const given =
      "features churn --lake lake --out two.parquet --cutoff 2017-04-10 --cutoff 2017-04-18";
    const { cutoffs } = featuresDocument.parse(await document(given));
    expect(cutoffs).toEqual(["2017-04-10", "2017-04-18"]);
    expect((await run("export --as musicbox --lake lake --out tables --quiet")).code).toBe(0);
    expect(readFileSync("tables/play_ds.csv", "utf8")).toMatch(/^uid,device,song_id,/);
  });

  it("trains, writes the model under both names, and scores by either", async () => {
    await expectGolden("train churn --lake lake --out model.refrain", "train");
    expect(await readFile("churn.refrain")).toEqual(await readFile("model.refrain"));
    const { hash } = trainDocument.parse(await document("train churn --lake lake"));
    const toFile = await document("score model.refrain --lake lake --out scores.csv");
    expect(scoreDocument.parse(toFile).hash).toBe(hash);
    const toScreen = await run("score churn --lake lake");
    expect(toScreen.printed).toBe(readFileSync("scores.csv", "utf8"));
    expect(toScreen.printed.split("\n")[0]).toBe("uid,cutoff,churn_prob");
    expect(toScreen.messages).toContain(`Scored ${toFile.rows} rows with churn.refrain`);
    for (const line of toScreen.printed.trim().split("\n").slice(1)) {
      expect(line).toMatch(/^[^,]+,2017-05-02,(0\.\d+|[01]|\d(\.\d+)?e-\d+)$/);
    }
  });

  it("evaluates against baselines, random labels and the truth, and draws the page", async () => {
    await expectGolden("evaluate churn --lake lake --truth logs --html churn.html", "evaluate");
    const page = readFileSync("churn.html", "utf8");
    for (const words of ["<svg", "Who stays", "Random labels", "Assumptions and limits"]) {
      expect(page).toContain(words);
    }
  });

  it("refuses a model whose features differ from the data's: FEATURES_DIFFER", async () => {
    const fewer = "uid,cutoff,freq_P_last_1\nu1,2017-05-01,2\n";
    await writeFile("fewer.csv", fewer);
    const { code, messages } = await run("score churn fewer.csv");
    expect(code).toBe(3);
    expect(messages).toContain(
      "FEATURES_DIFFER: The data's features are not those of churn.refrain",
    );
    expect(messages).toContain("it lacks ");
  });
});

describe("wide files", { timeout: 120_000 }, () => {
  const table = ["id,plays,city,when,bought"];
  for (let row = 0; row < 600; row += 1) {
    const plays = (row * 7919) % 101;
    const bought = plays + ((row * 104_729) % 60) > 90 ? 1 : 0;
    table.push(`u${row},${plays},${row % 3 ? "Wien" : "Graz"},2023-0${1 + (row % 6)}-01,${bought}`);
  }

  it("are learnt from, judged and scored, by user and by time", async () => {
    await writeFile("wide.csv", `${table.join("\n")}\n`);
    const trained = trainDocument.parse(
      await document(
        "train premium wide.csv --target bought --id id --drop when --out wide.refrain",
      ),
    );
    expect(trained.metrics["rocAuc"]?.value).toBeGreaterThan(0.8);
    const scored = await run("score wide.refrain wide.csv");
    const lines = scored.printed.trim().split("\n");
    expect(lines.slice(0, 2).map((line) => line.split(",")[0])).toEqual(["id", "u0"]);
    expect(lines).toHaveLength(601);
    const byUser = evaluateDocument.parse(
      await document("evaluate premium wide.csv --target bought --id id --drop when"),
    );
    expect(byUser.population).toMatchObject({ rows: 600, users: 600 });
    const byTime = evaluateDocument.parse(
      await document("evaluate premium wide.csv --target bought --id id --time when"),
    );
    expect(byTime.protocol).toMatch(/^By time/);
  });

  it.each([
    ["MODEL_SOURCE", 2, "score wide.refrain --lake lake --out x.csv"],
    ["MODEL_NOT_FOUND", 3, "score nothing --lake lake --out x.csv"],
    ["TASK_UNKNOWN", 2, "train chrn --lake lake"],
    ["TASK_UNKNOWN", 2, "features chrn --lake lake"],
    ["LEARNER_UNKNOWN", 2, "train churn --lake lake --learner oracle"],
    ["CUTOFF_OUTSIDE", 2, "features churn --lake lake --cutoff 2030-01-01 --out never.csv"],
    ["OPTION_NEEDED", 2, "train premium wide.csv --id id"],
    ["OPTION_CONFLICT", 2, "train premium wide.csv --lake lake"],
    ["OPTION_CONFLICT", 2, "features premium --lake lake --keep-bots"],
    ["OPTION_CONFLICT", 2, "score wide.refrain wide.csv --lake lake"],
    ["OPTION_MISSING", 2, "train premium"],
    ["ARGUMENT_MISSING", 2, "train"],
    ["ARGUMENT_MISSING", 2, "ingest --as musicbox --lake lake"],
    ["OPTION_MISSING", 2, "score wide.refrain wide.csv"],
    ["LAKE_NOT_FOUND", 3, "evaluate churn --lake nowhere"],
    ["MODEL_NOT_FOUND", 3, "score ./lake --lake lake --out x.csv"],
    ["PATH_UNUSABLE", 3, "score wide.refrain wide.csv --out wide.csv/x.csv"],
    ["MODEL_FILE_BROKEN", 3, "score ./wide.csv --lake lake --out x.csv"],
    ["NOTHING_TO_LEARN", 3, "train premium --lake lake"],
    ["SOURCE_UNKNOWN", 2, "ingest wide.csv --as winamp --lake lake"],
  ])("%s ends with exit code %i: %s", async (code, exit, line) => {
    const result = await run(`${line} --json --quiet`);
    const { error } = failureDocument.parse(JSON.parse(result.printed));
    expect({ code: error.code, exit: result.code }).toEqual({ code, exit });
    expect(`${error.message} ${error.hint}`).toMatch(/^.+[.?] .+[.?]$/);
  });
});
