import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { churnFeatures } from "./churn-set.js";
import { featureTable } from "./compute-features.js";
import { makeListeningLake } from "./listening-lake.fixture.js";
import type { TestLake } from "./test-lake.fixture.js";

describe("churn", () => {
  let made: TestLake;
  beforeAll(async () => {
    made = await makeListeningLake({ timed: true });
  });
  afterAll(() => made.remove());

  it("gives a row a user and cutoff of the rolling origin", async () => {
    const { summary } = await featureTable({ lake: made.lake, set: churnFeatures() });
    expect(summary.cutoffs).toEqual(["2017-04-04", "2017-04-18", "2017-05-02", "2017-05-16"]);
  });
});
