import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ingest, openDuckDb, openLake, registerViews } from "../index.js";

const folder = await mkdtemp(join(tmpdir(), "refrain-together-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function searches(name: string, users: readonly number[]): Promise<string> {
  const path = join(folder, name);
  const lines = users.map((user) => `${user}\tar\t2017-03-02 10:00:00\tabba\n`);
  await writeFile(path, lines.join(""));
  return path;
}

async function count(lake: string): Promise<number> {
  const engine = await openDuckDb();
  await registerViews(engine, await openLake(lake));
  const [row] = await engine.rows('SELECT count(*) AS "rows" FROM "search"');
  engine.close();
  return Number(row?.["rows"]);
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, at) => from + at);

describe("two runs at once", () => {
  it("both end up in the lake, and an event that is in both is there once", async () => {
    const lake = join(folder, "both");
    const paths = await Promise.all([
      searches("20170302_search_a.log", range(0, 60)),
      searches("20170302_search_b.log", range(50, 100)),
      searches("20170302_search_c.log", range(90, 120)),
    ]);
    const done = await Promise.all(
      paths.map((path) => ingest({ inputs: [path], source: "musicbox", lake, buckets: 3 })),
    );
    expect(await count(lake)).toBe(120);
    const sum = (pick: (rows: (typeof done)[0]["rows"]) => number): number =>
      done.reduce((total, one) => total + pick(one.rows), 0);
    expect([sum((rows) => rows.kept), sum((rows) => rows.duplicate)]).toEqual([120, 20]);
    expect(done.map((one) => one.sequence).sort()).toEqual([1, 2, 3]);
    const { manifest } = await openLake(lake);
    expect(manifest.inputs.map((input) => input.rows.kept + input.rows.duplicate)).toHaveLength(3);
    expect(await readdir(join(lake, "staging"))).toEqual([]);
  });

  it("of the same file, one is a duplicate", async () => {
    const lake = join(folder, "same");
    const path = await searches("20170303_search.log", range(0, 40));
    const run = (): ReturnType<typeof ingest> =>
      ingest({ inputs: [path], source: "musicbox", lake, buckets: 3 });
    const done = await Promise.all([run(), run()]);
    expect(done.map((one) => one.rows.kept).sort((a, b) => a - b)).toEqual([0, 40]);
    expect(done.map((one) => one.rows.duplicate).sort((a, b) => a - b)).toEqual([0, 40]);
    expect(await count(lake)).toBe(40);
    expect((await openLake(lake)).manifest.inputs).toHaveLength(1);
  });

  it("tells the later one LAKE_CHANGED where the lake became another meanwhile", async () => {
    const [mine, theirs] = [join(folder, "mine"), join(folder, "theirs")];
    const path = await searches("20170304_search.log", range(0, 40));
    const other = await searches("20170305_search.log", range(0, 40));
    await ingest({ inputs: [other], source: "musicbox", lake: theirs, buckets: 2 });
    const manifest = readFileSync(join(theirs, "manifests", "000001.json"));
    const done = ingest({
      inputs: [path],
      source: "musicbox",
      lake: mine,
      buckets: 4,
      onProgress: ({ doing }) => {
        if (doing !== "committing") return;
        mkdirSync(join(mine, "manifests"), { recursive: true });
        writeFileSync(join(mine, "manifests", "000001.json"), manifest);
      },
    });
    await expect(done).rejects.toMatchObject({ code: "LAKE_CHANGED", exitCode: 3 });
    expect(await readdir(join(mine, "data")).catch(() => [])).toEqual([]);
  });
});

describe("Ctrl-C", () => {
  it.each(["reading", "loading", "committing"])(
    "ends as INTERRUPTED with exit code 5 and leaves nothing: while %s",
    async (step) => {
      const lake = join(folder, `stopped-${step}`);
      const path = await searches("20170306_search.log", range(0, 20_000));
      const stop = new AbortController();
      const done = ingest({
        inputs: [path],
        source: "musicbox",
        lake,
        signal: stop.signal,
        onProgress: ({ doing }) => {
          if (doing.startsWith(step)) stop.abort();
        },
      });
      await expect(done).rejects.toMatchObject({ code: "INTERRUPTED", exitCode: 5 });
      await expect(openLake(lake)).rejects.toMatchObject({ code: "LAKE_NOT_FOUND" });
      expect(existsSync(lake)).toBe(false);
    },
  );
});
