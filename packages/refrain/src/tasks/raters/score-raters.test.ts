import { describe, expect, it } from "vitest";
import { raterFeatures } from "./features/rater-features.js";
import type { RaterLabels } from "./labels.js";
import { crookedPeople, people } from "./rater-world.fixture.js";
import { scoreRaters } from "./score-raters.js";
import { abuseBound } from "./semi-supervised.js";

const labelsOf = (anomalous: Int8Array): RaterLabels => ({
  anomalous,
  kind: new Array(anomalous.length).fill(undefined),
  split: new Int8Array(anomalous.length).fill(-1),
  ...{ strangers: 0, contradicted: 0, labels: anomalous.length },
});

describe("scoreRaters", () => {
  it("tells p-values without labels that keep their word where nobody is crooked", async () => {
    const { frame } = await raterFeatures(people());
    const { pValue, calibrators } = await scoreRaters(frame, undefined, {});
    expect(calibrators).toBe(0);
    for (const level of [0.01, 0.03, 0.1, 0.3]) {
      const share = pValue.filter((one) => one <= level).length / pValue.length;
      expect([level, share <= level]).toEqual([level, true]);
      // And no smaller than the bound on the crooked makes them.
      expect(share).toBeGreaterThanOrEqual(level * (1 - abuseBound) - 2 / pValue.length);
    }
  });

  it("takes labels of half of the users for many, whichever half is the larger", async () => {
    const { ratings, truth } = crookedPeople();
    const { frame } = await raterFeatures(ratings);
    const told = (user: number) => (truth[user]!.half === 0 ? truth[user]!.anomalous : -1);
    const anomalous = Int8Array.from(truth.keys(), told);
    const last = anomalous.lastIndexOf(0);
    for (const user of anomalous.keys())
      if (user >= last - 3 && told(user) === 0) anomalous[user] = -1;
    const open = anomalous.filter((one) => one === -1).length;
    expect(open).toBeGreaterThan(truth.length / 2);
    const { protocol } = await scoreRaters(frame, labelsOf(anomalous), {});
    expect(protocol).toBe("labels of both kinds, 5 folds");
  });
});
