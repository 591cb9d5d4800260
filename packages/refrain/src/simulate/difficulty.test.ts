import { RandomStream, rocAuc } from "@refrain/learn";
import { describe, expect, it } from "vitest";
import {
  addScores,
  countScore,
  difficultyBands,
  measureDifficulty,
  noScores,
  refuseDegenerate,
} from "./difficulty.js";

function scoresOf(rows: readonly (readonly [number, boolean])[]) {
  const counts = noScores();
  for (const [probability, label] of rows) countScore(counts, probability, label);
  return counts;
}

/** Rows whose label follows their probability; a higher power makes them easier to tell apart. */
function drawnRows(count: number, seed: number): [number, boolean][] {
  const random = new RandomStream(seed, "rows");
  return Array.from({ length: count }, () => {
    const probability = random.uniform() ** 2;
    return [probability, random.uniform() < probability];
  });
}

describe("difficulty", () => {
  it("is the ROC-AUC of the probabilities, up to the width of a bin", () => {
    const rows = drawnRows(20_000, 1);
    const exact = rocAuc(
      Float64Array.from(rows, ([, label]) => Number(label)),
      Float64Array.from(rows, ([probability]) => probability),
    );
    const measured = measureDifficulty("musicbox", scoresOf(rows));
    expect(measured.rocAuc).toBeCloseTo(exact, 3);
    expect(measured.rows).toBe(20_000);
  });

  it("adds up over blocks", () => {
    const rows = drawnRows(1_000, 2);
    const whole = scoresOf(rows.slice(0, 300));
    addScores(whole, scoresOf(rows.slice(300)));
    expect(whole).toEqual(scoresOf(rows));
  });

  it("says nothing where a class is absent", () => {
    const measured = measureDifficulty("pozytywka", scoresOf([[0.3, false]]));
    expect(measured).toMatchObject({ rocAuc: null, inBand: false, degenerate: false });
  });

  it("refuses as SIMULATION_DEGENERATE what lies outside the band beyond doubt", () => {
    const easy = Array.from({ length: 2_000 }, (_, i): [number, boolean] => [i / 2_000, i > 1_000]);
    const measured = measureDifficulty("musicbox", scoresOf(easy));
    expect(measured.degenerate).toBe(true);
    expect(() => refuseDegenerate("musicbox", measured)).toThrow(
      expect.objectContaining({ code: "SIMULATION_DEGENERATE" }),
    );
    const few = measureDifficulty("musicbox", scoresOf(easy.filter((_, i) => i % 400 === 0)));
    expect(() => refuseDegenerate("musicbox", few)).not.toThrow();
    expect(difficultyBands.musicbox).toMatchObject({ low: 0.88, high: 0.92 });
  });
});
