import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formats, simulate } from "./index.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "refrain-simulate-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** One hash over the names and bytes of all files. */
function hashOf(directory: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" }).sort()) {
    hash.update(name);
    if (/\.\w+$/.test(name)) hash.update(readFileSync(join(directory, name)));
  }
  return hash.digest("hex");
}

describe("simulate", () => {
  it.each(formats)("gives %s the same bytes in one thread and in three", async (as) => {
    const hashes: string[] = [];
    for (const threads of [1, 3]) {
      const out = join(folder, `${as}-${threads}`);
      await simulate({ as, users: 700, days: 120, seed: 5, out, threads });
      hashes.push(hashOf(out));
    }
    expect(hashes[0]).toBe(hashes[1]);
  });
});
