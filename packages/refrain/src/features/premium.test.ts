import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FeatureTable, featureTable } from "./compute-features.js";
import { makePozytywkaLake } from "./pozytywka-lake.fixture.js";
import { premiumFeatures } from "./premium-set.js";
import type { TestLake } from "./test-lake.fixture.js";

const folder = fileURLToPath(
  new URL("../../../../../shared/data/pozytywka/v2_clean", import.meta.url),
);

describe.skipIf(!existsSync(folder))("premium on the clean delivery (skipped when absent)", () => {
  let made: TestLake;
  let table: FeatureTable;
  beforeAll(async () => {
    made = await makePozytywkaLake(folder);
    table = await featureTable({ lake: made.lake, set: premiumFeatures() });
  });
  afterAll(() => made.remove());

  it("has 31 columns", () => {
    expect(table.summary.columns).toBe(31);
  });
});
