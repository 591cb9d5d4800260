import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { frameOf, prior, writeModel } from "@refrain/learn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findModel, isModelPath } from "./model-name.js";
import { reasonsOf } from "./reasons.js";
import { score } from "./score.js";
import { train } from "./train.js";

const limits = { threads: 2, memoryBytes: 2e8 };
let folder: string;
let model: string;
let rows: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-score-"));
  model = join(folder, "wide.refrain");
  rows = join(folder, "rows.csv");
  const lines = Array.from({ length: 400 }, (_, row) => {
    const plays = (row * 7919) % 101;
    return `"u,${row} ""x""",${plays},${plays + ((row * 104_729) % 60) > 90 ? 1 : 0}`;
  });
  await writeFile(rows, `id,plays,bought\n${lines.join("\n")}\n`);
  const columns = { id: "id", target: "bought" };
  await train({ task: "premium", source: { files: [rows], columns }, out: model, limits });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("score", () => {
  it("OPTION_INVALID: has verdicts of gaming alone", async () => {
    const asked = { model, source: { files: [rows] }, writeVerdicts: true, limits };
    await expect(score(asked)).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  it("writes every row once, in order, ids quoted where they must be", async () => {
    const out = join(folder, "scores.csv");
    const { rows: count } = await score({ model, source: { files: [rows] }, out, limits });
    expect(count).toBe(400);
    const lines = (await readFile(out, "utf8")).trim().split("\n");
    expect(lines[0]).toBe("id,premium_prob");
    expect(lines[1]).toMatch(/^"u,0 ""x""",[\d.e-]+$/);
    expect(lines.slice(1).map((line) => /u,(\d+)/.exec(line)![1])).toEqual(
      Array.from({ length: 400 }, (_, row) => String(row)),
    );
    const parts: string[] = [];
    const onText = async (text: string): Promise<void> => void parts.push(text);
    const spoken = await score({ model, source: { files: [rows] }, onText, limits });
    expect(spoken.out).toBeNull();
    expect(parts.join("")).toBe(await readFile(out, "utf8"));
  });

  it("is the same, byte for byte, when trained again on another number of threads", async () => {
    const again = join(folder, "again.refrain");
    const columns = { id: "id", target: "bought" };
    await train({
      task: "premium",
      source: { files: [rows], columns },
      out: again,
      limits: { ...limits, threads: 1 },
    });
    expect(await readFile(again)).toEqual(await readFile(model));
  });

  it.each(["logistic", "cart", "random-forest", "boosting"])(
    "gives the reasons of %s: what raises a row, strongest first",
    async (learner) => {
      const out = join(folder, `${learner}.csv`);
      const path = join(folder, `${learner}.refrain`);
      const columns = { id: "id", target: "bought" };
      const source = { files: [rows], columns };
      await train({ task: "premium", learner, source, out: path, limits });
      await score({ model: path, source: { files: [rows] }, out, reasons: 2, limits });
      const [head, ...lines] = (await readFile(out, "utf8")).trim().split("\n");
      expect(head).toBe("id,premium_prob,reason_1,reason_2");
      const scored = lines.map((line) => /,([\d.e-]+),([^,]*),$/.exec(line)!);
      scored.sort((a, b) => Number(b[1]) - Number(a[1]));
      expect(scored[0]![2]).toMatch(/^plays \+[\d.]+$/);
      expect(scored.at(-1)![2]).toBe("");
    },
  );

  it("has no reasons of a model that cannot be explained: NO_REASONS", async () => {
    const features = frameOf({ plays: [1, 2] });
    const fitted = await prior.fit(features, [0, 1]);
    await expect(reasonsOf("m.refrain", fitted, features, { most: 1 })).rejects.toMatchObject({
      code: "NO_REASONS",
    });
  });

  it("refuses a model that no task wrote: MODEL_WITHOUT_TASK", async () => {
    const bare = join(folder, "bare.refrain");
    const fitted = await prior.fit(frameOf({ plays: [1, 2] }), [0, 1]);
    await writeFile(bare, writeModel(fitted));
    await expect(score({ model: bare, source: { files: [rows] }, limits })).rejects.toThrow(
      expect.objectContaining({ code: "MODEL_WITHOUT_TASK" }),
    );
  });
});

describe("names of models", () => {
  it("are files where they have a separator or the ending, else words", async () => {
    expect(["a/b", ".\\b", "b.refrain"].map(isModelPath)).toEqual([true, true, true]);
    expect(["churn", "churn.csv"].map(isModelPath)).toEqual([false, false]);
    await expect(findModel("no-such")).rejects.toThrow(
      expect.objectContaining({ code: "MODEL_NOT_FOUND" }),
    );
  });
});
