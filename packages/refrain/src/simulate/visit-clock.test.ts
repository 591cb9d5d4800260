import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { timedPlayHeader } from "./musicbox-log.js";
import { simulate } from "./simulate.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-timed-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const scenario = { as: "musicbox", users: 300, days: 20, seed: 3, threads: 1 } as const;

/** Lines of plays, and of everything else. */
async function linesOf(out: string) {
  const names = (await readdir(out)).filter((name) => name.endsWith(".log")).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(out, name), "utf8")));
  const lines = (isPlay: boolean) =>
    texts.filter((_, at) => names[at]!.includes("_play") === isPlay).flatMap((t) => t.split("\n"));
  return { plays: lines(true).filter((line) => line !== ""), rest: lines(false) };
}

describe("plays with times", () => {
  it("are the same plays, with times and devices that go astray now and then", async () => {
    const plain = await simulate({ ...scenario, out: join(folder, "plain") });
    const timed = await simulate({ ...scenario, out: join(folder, "timed"), timed: true });
    expect(timed.events).toBe(plain.events);
    const [a, b] = [await linesOf(plain.out), await linesOf(timed.out)];
    const shown = b.plays.filter((line) => line !== timedPlayHeader);
    expect(b.plays.length - shown.length).toBe(scenario.days);
    const without = (line: string) => line.split("|").filter((_, at) => at !== 1 && at < 9);
    expect(shown.map(without)).toEqual(a.plays.map(without));
    expect(shown.every((line) => /\|2017-03-\d\d \d\d:\d\d:\d\d$/.test(line))).toBe(true);
    const moved = shown.filter((line, at) => line.split("|")[1] !== a.plays[at]!.split("|")[1]);
    expect(moved.length / shown.length).toBeGreaterThan(0.02);
    expect(moved.length / shown.length).toBeLessThan(0.3);
  });

  it("are of musicbox without dirt alone: OPTION_INVALID", async () => {
    const code = "OPTION_INVALID";
    const out = join(folder, "none");
    await expect(simulate({ as: "pozytywka", timed: true, out })).rejects.toMatchObject({ code });
    await expect(simulate({ ...scenario, dirt: 0.1, timed: true, out })).rejects.toMatchObject({
      code,
    });
  });
});
