import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { detectGaming } from "./detect-gaming.js";

const shared = "../../../../../../shared/data/music_gaming/";
const folder = fileURLToPath(new URL(shared, import.meta.url));

describe.skipIf(!existsSync(folder))("the original on its own data (skipped without it)", () => {
  it("gives the published figures, as shipped and with the exact threshold", async () => {
    const found = await detectGaming({
      train: [`${folder}Dec10_WW.txt.gz`],
      validation: [`${folder}Jan2020_validationSet.txt.gz`],
      test: [`${folder}Jan2020_testSet.txt.gz`],
      method: "original",
      resamples: 20,
    });
    expect(Object.values(found.rowsTrimmed)).toEqual([2, 1, 9, 33, 7]);
    expect(found.validation?.f1).toBeCloseTo(0.8913, 4);
    expect(found.test?.f1).toBeCloseTo(0.8831, 4);
    expect(found.test).toMatchObject({
      truePositives: 374,
      falsePositives: 97,
      falseNegatives: 2,
    });
    const exact = found.baselines.find(({ name }) => name === "gaussian")!;
    expect(exact.validation.f1).toBeCloseTo(0.9687, 4);
    expect(exact.test?.f1).toBeCloseTo(0.9705, 4);
    const ratio = found.baselines.find(({ name }) => name === "ratio")!;
    expect(ratio.threshold).toBe(150);
    expect(ratio.test?.f1).toBeCloseTo(0.9586, 4);
  });
});
