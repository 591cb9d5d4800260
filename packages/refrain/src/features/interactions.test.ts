import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { implicitAls } from "@refrain/learn";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ingest, openDuckDb, openLake, registerViews } from "../lake/index.js";
import { type InteractionSource, readInteractions } from "./interactions.js";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-interactions-"));
  const plays = "userID\tartistID\tweight\n2\t51\t10\n2\t52\t3\n7\t51\t1\n10\t53\t4\n";
  await writeFile(join(folder, "plays.tsv"), plays);
  await writeFile(join(folder, "ratings.csv"), "user,item,rating\nb,x,4\na,y,2.5\nb,y,1\n");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(lakeFolder: string, source: InteractionSource) {
  const engine = await openDuckDb({ threads: 2, memoryBytes: 500e6 });
  try {
    await registerViews(engine, await openLake(lakeFolder));
    return await readInteractions(engine, source);
  } finally {
    engine.close();
  }
}

it("reads counted plays of a generic file, in order of the texts", async () => {
  const lake = join(folder, "plays");
  const columns = { user: "userID", item: "artistID", count: "weight" };
  await ingest({ inputs: [join(folder, "plays.tsv")], source: "generic", lake, columns });
  const { frame, values } = await read(lake, "play_count");
  expect(Array.from(frame.categories("user").codes)).toEqual([0, 1, 1, 2]);
  expect(frame.categories("user").dictionary).toEqual(["10", "2", "7"]);
  expect(frame.categories("item").dictionary).toEqual(["51", "52", "53"]);
  expect(Array.from(frame.categories("item").codes)).toEqual([2, 0, 1, 0]);
  expect(Array.from(values)).toEqual([4, 10, 3, 1]);
  const model = await implicitAls.fit(frame, undefined, { factors: 2 }, { weight: values });
  expect((await model.recommend(["7"], 1)).items[0]).toBeGreaterThan(0);
  const code = { code: "NO_EVENTS" };
  await expect(read(lake, "rating")).rejects.toMatchObject(code);
});

it("reads ratings, each as a row", async () => {
  const lake = join(folder, "ratings");
  await ingest({ inputs: [join(folder, "ratings.csv")], source: "ratings", lake });
  const { frame, values } = await read(lake, "rating");
  expect(frame.categories("user").dictionary).toEqual(["a", "b"]);
  expect(Array.from(frame.categories("item").codes)).toEqual([1, 0, 1]);
  expect(Array.from(values)).toEqual([2.5, 4, 1]);
});
