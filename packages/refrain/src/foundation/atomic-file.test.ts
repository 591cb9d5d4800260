import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asDiskFull, writeAtomically } from "./atomic-file.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atomic-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("writeAtomically", () => {
  it("makes the folder, replaces the old file and leaves nothing beside it", async () => {
    const path = join(folder, "deep", "file.txt");
    await writeAtomically(path, (temporary) => writeFile(temporary, "old"));
    await writeAtomically(path, (temporary) => writeFile(temporary, "new"));
    expect(await readFile(path, "utf8")).toBe("new");
    expect(await readdir(join(folder, "deep"))).toEqual(["file.txt"]);
  });

  it("keeps the old file when writing fails", async () => {
    const path = join(folder, "file.txt");
    await writeFile(path, "old");
    const failing = writeAtomically(path, async (temporary) => {
      await writeFile(temporary, "half");
      throw new Error("broken");
    });
    await expect(failing).rejects.toThrow("broken");
    expect(await readFile(path, "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["file.txt"]);
  });

  it("says DISK_FULL when the system does", async () => {
    const full = Object.assign(new Error("write"), { code: "ENOSPC" });
    const failing = writeAtomically(join(folder, "x"), () => Promise.reject(full));
    await expect(failing).rejects.toMatchObject({ code: "DISK_FULL", exitCode: 3, cause: full });
  });
});

describe("asDiskFull", () => {
  it("knows the SQL engine's words and leaves other errors alone", () => {
    const engine = new Error("IO Error: Could not write file: No space left on device");
    expect(asDiskFull(engine, "x")).toMatchObject({ code: "DISK_FULL" });
    const other = new Error("other");
    expect(asDiskFull(other, "x")).toBe(other);
  });
});
