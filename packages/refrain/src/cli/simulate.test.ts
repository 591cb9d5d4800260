import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { capturedTerminal } from "./captured-terminal.fixture.js";
import { main } from "./main.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-cli-simulate-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(line: string) {
  const terminal = capturedTerminal();
  const words = `simulate --quiet --threads 1 ${line}`.split(" ");
  const code = await main(words, terminal);
  return { code, printed: terminal.printed(), messages: terminal.messages() };
}

describe("refrain simulate", () => {
  it("writes usage days and says who cheats", async () => {
    const out = join(folder, "usage");
    const { code, printed } = await run(
      `--as usage-days --users 300 --days 40 --every month --labelled --abuse bots=2 --out ${out}`,
    );
    expect(code).toBe(0);
    expect(printed).toMatch(
      /^Wrote \d+ rows of 300 users in 2 files to .*\n2 accounts cheat \(bot/,
    );
    expect(readdirSync(out)).toEqual(["truth", "usage-20200131.csv", "usage-20200209.csv"]);
  });

  it("writes ratings, and logs with who cheats in them", async () => {
    const films = await run(
      `--as ratings --users 150 --abuse each=2,kinds=bot --out ${join(folder, "films")}`,
    );
    expect(films.printed).toMatch(/ratings of 1,700 titles by 150 genuine users .*\n4 accounts/);
    const logs = await run(
      `--as musicbox --users 20 --days 5 --abuse loops=1 --out ${join(folder, "logs")}`,
    );
    expect(logs.printed).toMatch(/1 accounts? cheats? \(loop 1\)/);
  });

  it.each([
    ["--as musicbox --drift .2", "OPTION_CONFLICT: --drift and --as musicbox do not go together."],
    ["--as ratings --labelled", "OPTION_CONFLICT: --labelled and --as ratings"],
    ["--as usage-days --dirt .1", "OPTION_CONFLICT: --dirt and --as usage-days"],
    ["--as usage-days --abuse bot=2", 'OPTION_INVALID: --abuse cannot be "bot=2".'],
    ["--as ratings --abuse farms=2", 'OPTION_INVALID: --abuse cannot be "farms=2".'],
  ])("refuses %s", async (line, message) => {
    const out = join(folder, "never");
    const { code, messages } = await run(`${line} --out ${out}`);
    expect({ code, there: existsSync(out) }).toEqual({ code: 2, there: false });
    expect(messages).toContain(message);
  });
});
