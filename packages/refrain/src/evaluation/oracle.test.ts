import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { simulate, truthFiles } from "../simulate/index.js";
import { readOracle } from "./index.js";

const users = 40;
const days = 70;
let folder: string;
let out: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-oracle-"));
  out = join(folder, "logs");
  await simulate({ as: "pozytywka", users, days, out, threads: 1 });
});
afterAll(() => rm(folder, { recursive: true }));

function floats(file: string): Float32Array {
  const bytes = readFileSync(join(out, file));
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

describe("readOracle", () => {
  it("gives churn's true probability by listener and cutoff, in any order of rows", async () => {
    const silent = floats(truthFiles.silent);
    const rows = [39, 0, 17, 0, 3].map((user, i) => ({ user, day: 69 - 13 * i }));
    const found = await readOracle(join(out, "truth"), {
      label: "churn",
      users: rows.map(({ user }) => String(101 + user)),
      at: rows.map(({ day }) => new Date(Date.UTC(2023, 0, 1 + day)).toISOString().slice(0, 19)),
    });
    expect([...found]).toEqual(rows.map(({ user, day }) => silent[user * days + day]!));
  });

  it("gives premium's true probability by listener and month", async () => {
    const buys = floats(truthFiles.buys);
    const found = await readOracle(out, {
      label: "premium",
      users: ["105", "105", "140"],
      at: ["2023-02", "2023-01", "2023-01"],
    });
    expect([...found]).toEqual([buys[4 * 3 + 1], buys[4 * 3], buys[39 * 3]]);
  });

  it("states nothing of whom or when it does not know", async () => {
    const found = await readOracle(out, {
      label: "churn",
      users: ["-1", "101", "101", "101"],
      at: ["2023-02-01", "2022-12-31", "2024-01-01", "soon"],
    });
    expect([...found].every(Number.isNaN)).toBe(true);
  });

  it("refuses others: TRUTH_NOT_FOUND, TRUTH_VERSION, TRUTH_DAMAGED", async () => {
    const query = { label: "churn", users: ["101"], at: ["2023-02-01"] } as const;
    await expect(readOracle(folder, query)).rejects.toMatchObject({ code: "TRUTH_NOT_FOUND" });
    const newer = join(folder, "newer");
    await cp(out, newer, { recursive: true });
    writeFileSync(join(newer, truthFiles.summary), '{"format": 9}');
    await expect(readOracle(newer, query)).rejects.toMatchObject({ code: "TRUTH_VERSION" });
    const cut = join(folder, "cut");
    await cp(out, cut, { recursive: true });
    truncateSync(join(cut, truthFiles.silent), 100);
    await expect(readOracle(cut, query)).rejects.toMatchObject({ code: "TRUTH_DAMAGED" });
  });
});
