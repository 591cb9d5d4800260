import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { simulate } from "./index.js";
import { truthFiles } from "./truth-files.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-out-lock-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options = { as: "musicbox", users: 40, days: 3, threads: 1 } as const;

describe("two simulations into one folder", () => {
  it("do not disturb each other: the second is told OUT_BUSY", async () => {
    const out = join(folder, "logs");
    const ended = await Promise.allSettled([
      simulate({ ...options, out }),
      simulate({ ...options, out }),
    ]);
    const refused = ended.filter((one) => one.status === "rejected");
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toMatchObject({ code: "OUT_BUSY", exitCode: 3 });
    expect(refused[0]?.reason.message).toContain(`process ${process.pid}`);
    expect(existsSync(join(out, truthFiles.summary))).toBe(true);
    expect(existsSync(`${out}.lock`)).toBe(false);
  });

  it("are not held up by a lock whose process is gone, or that says nothing", async () => {
    const out = join(folder, "again");
    for (const pid of ["999999999", ""]) {
      await mkdir(`${out}.lock`);
      await writeFile(join(`${out}.lock`, "pid"), pid);
      await simulate({ ...options, out });
      expect(existsSync(`${out}.lock`)).toBe(false);
    }
  });
});
