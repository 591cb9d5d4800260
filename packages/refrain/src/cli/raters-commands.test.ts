import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RandomStream } from "@refrain/learn";
import { afterAll, beforeAll, expect, it } from "vitest";
import { capturedTerminal } from "./captured-terminal.fixture.js";
import { main } from "./main.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-raters-"));
  const random = new RandomStream(7, "test ratings");
  const lines: string[] = [];
  for (let user = 0; user < 120; user++) {
    for (let k = 0; k < 25; k++) {
      const item = Math.floor(150 * random.uniform() ** 2);
      lines.push(`p${user}\tt${item}\t${1 + random.below(5)}`);
    }
  }
  await writeFile(join(folder, "ratings.tsv"), lines.join("\n"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...argv: readonly string[]) {
  const terminal = capturedTerminal();
  const code = await main(argv, terminal);
  return { code, printed: terminal.printed(), messages: terminal.messages() };
}

it("makes a contest, detects without labels and ranks what was submitted", async () => {
  const [base, out, submit, html] = ["ratings.tsv", "contest", "one.csv", "page.html"].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  const made = await run("contest", "create", base, "--out", out, "--json");
  expect(made.code).toBe(0);
  const contest = JSON.parse(made.printed) as { readonly users: number; readonly test: number };
  const ratings = join(out, "ratings.csv");
  const args = ["--budget", "5", "--submit", submit, "--html", html];
  const found = await run("detect", "raters", ratings, ...args, "--json");
  expect(JSON.parse(found.printed)).toMatchObject({
    users: contest.users,
    anomalous: 5,
    protocol: "no labels: detectors alone",
    pooled: null,
    kinds: {},
    out: submit,
  });
  expect(await readFile(html, "utf8")).toContain("Whom to look at");
  const board = await run("leaderboard", submit, "--contest", out, "--final");
  expect(board.printed).toContain(`On all ${contest.test} users`);
  expect(board.printed).toContain("one.csv");
});

it("shows the options of what is asked for alone", async () => {
  const [all, raters] = [await run("detect", "--help"), await run("detect", "raters", "--help")];
  expect(all.printed).toContain("--trim");
  expect(all.printed).toContain("raters: write user,anomalous,score of all users");
  expect(raters.printed).toContain("  write user,anomalous,score of all users");
  expect(raters.printed).not.toMatch(/--trim|detect gaming day\.csv/);
  expect((await run("detect", "others", "--help")).printed).toBe(all.printed);
});

it("refuses two ways to cut, a scale upside down, and no file", async () => {
  const ratings = join(folder, "ratings.tsv");
  const two = ["--budget", "5", "--false-discovery-rate", "0.1"];
  expect((await run("detect", "raters", ratings, ...two)).messages).toContain("OPTION_CONFLICT");
  expect((await run("detect", "raters", ratings, "--scale", "5:1")).code).toBe(2);
  expect((await run("detect", "raters")).messages).toContain("OPTION_MISSING");
  const nowhere = await run("detect", "raters", ratings, "--write-verdicts");
  expect(nowhere.messages).toContain("--lake");
  expect((await run("contest", "undo", ratings, "--out", folder)).code).toBe(2);
});
