import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeFolder, removeEmptyFolders } from "./folder.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "folder-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("makeFolder", () => {
  it("makes what is missing and names the highest of it", async () => {
    const deep = join(folder, "a", "b", "c");
    expect(await makeFolder(deep)).toBe(join(folder, "a"));
    expect(existsSync(deep)).toBe(true);
    expect(await makeFolder(deep)).toBeUndefined();
  });

  it("makes one folder for several who ask at once", async () => {
    const deep = join(folder, "a", "b");
    await Promise.all(Array.from({ length: 8 }, () => makeFolder(deep)));
    expect(existsSync(deep)).toBe(true);
  });

  it("ends with what the system says where no folder can be", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(makeFolder(join(folder, "file", "x"))).rejects.toMatchObject({ code: "ENOTDIR" });
    await expect(makeFolder(join(folder, "file"))).rejects.toMatchObject({ code: "EEXIST" });
  });

  it.skipIf(!existsSync("/proc/self"))("ends below a missing folder of /proc", async () => {
    await expect(makeFolder("/proc/missing/deep/er")).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("removeEmptyFolders", () => {
  it("goes up to the highest, and stops at what holds something", async () => {
    await makeFolder(join(folder, "a", "b", "c"));
    await removeEmptyFolders(join(folder, "a", "b"), join(folder, "a"));
    expect(existsSync(join(folder, "a"))).toBe(false);
    await makeFolder(join(folder, "a", "b"));
    await writeFile(join(folder, "a", "file"), "");
    await removeEmptyFolders(join(folder, "a", "b"), join(folder, "a"));
    expect(existsSync(join(folder, "a", "file"))).toBe(true);
    expect(existsSync(join(folder, "a", "b"))).toBe(false);
  });
});
