import { mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { type LakeFile, type LakeInput, type Manifest, manifestVersion } from "./manifest.js";
import { commitManifest, readManifest } from "./manifest-store.js";

const folder = await mkdtemp(join(tmpdir(), "refrain-manifests-"));
afterAll(() => rm(folder, { recursive: true }));
let lake: string;
beforeEach(async () => {
  lake = await mkdtemp(join(folder, "lake-"));
});

function manifest(sequence: number, by = "run"): Manifest {
  const ids = Array.from(
    { length: sequence },
    (_, at) => `${at === sequence - 1 ? by : "run"}-${at}`,
  );
  const files = ids.map((id) => ({ path: `data/${id}.parquet`, rows: 1 }) as LakeFile);
  const inputs = ids.map((id) => ({ contentHash: id, delivery: "" }) as LakeInput);
  return { version: manifestVersion, sequence, buckets: 16, schemas: [], files, inputs };
}

const names = async (): Promise<string[]> => (await readdir(join(lake, "manifests"))).sort();

/** Commits 1 … last, as if two days ago. */
async function commitLongAgo(last: number): Promise<void> {
  const past = new Date(Date.now() - 48 * 3_600_000);
  for (let sequence = 1; sequence <= last; sequence++) {
    expect(await commitManifest(lake, manifest(sequence))).toBe(true);
    for (const name of await names()) await utimes(join(lake, "manifests", name), past, past);
  }
}

describe("commitManifest", () => {
  it("keeps the last 32 manifests, and what is younger than a day", async () => {
    await commitLongAgo(40);
    expect(await names()).toHaveLength(32);
    expect((await names())[0]).toBe("000009.json");
    expect(await readManifest(lake)).toEqual(manifest(40));
    for (let sequence = 41; sequence <= 80; sequence++) {
      await commitManifest(lake, manifest(sequence));
    }
    expect((await names())[0]).toBe("000041.json");
    expect(await names()).toHaveLength(40);
  });

  it("refuses a number that is taken", async () => {
    await commitManifest(lake, manifest(1));
    expect(await commitManifest(lake, manifest(1, "other"))).toBe(false);
    expect(await readManifest(lake)).toEqual(manifest(1));
  });

  it("refuses a number that is free only because it is long gone", async () => {
    await commitLongAgo(40);
    expect(await commitManifest(lake, manifest(1, "other"))).toBe(false);
    expect(await commitManifest(lake, manifest(3, "other"))).toBe(false);
    expect((await names())[0]).toBe("000009.json");
    expect(await readManifest(lake)).toEqual(manifest(40));
  });
});
