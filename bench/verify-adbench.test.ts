import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { adbenchFolder, adbenchSet } from "./verify-adbench.js";

const detectors = ["ECOD", "COPOD", "PCA", "kNN (5, max)", "LOF (20)"];

describe.skipIf(!existsSync(adbenchFolder))("public sets (skipped without their data)", () => {
  it.each(["4_breastw", "6_cardio", "29_Pima", "40_vowels"])(
    "%s: detectors are as good as PyOD's",
    async (set) => {
      const cells = await adbenchSet(set, detectors);
      expect(cells.map(({ detector }) => detector)).toEqual(detectors);
      expect(cells.filter(({ holds }) => !holds)).toEqual([]);
    },
  );
});
