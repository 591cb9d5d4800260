import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkNoLeak } from "./check-no-leak.js";
import { churnFeatures } from "./churn-set.js";
import { makeListeningLake } from "./listening-lake.fixture.js";
import { churnLeaks, type PlantedLeak, premiumLeaks } from "./planted-leaks.fixture.js";
import { premiumFeatures } from "./premium-set.js";
import { makePurchaseLake } from "./purchase-lake.fixture.js";
import type { TestLake } from "./test-lake.fixture.js";

let listening: TestLake;
let purchases: TestLake;
beforeAll(async () => {
  listening = await makeListeningLake({ timed: true, users: 40 });
  purchases = await makePurchaseLake();
}, 60_000);
afterAll(async () => {
  await listening.remove();
  await purchases.remove();
});

const caught = (features: readonly string[]) =>
  expect.objectContaining({
    code: "LEAK_FOUND",
    exitCode: 4,
    details: expect.objectContaining({ features: expect.arrayContaining([...features]) }),
  });

describe("the sets as they are", () => {
  it("do not see the future of any cutoff", async () => {
    const cutoffs = ["2017-04-10", "2017-05-01"];
    const churn = await checkNoLeak({ lake: listening.lake, set: churnFeatures(), cutoffs });
    expect(churn).toMatchObject({ set: "churn", cutoffs, variants: { length: 4 } });
    expect(churn.rows).toBeGreaterThan(100);
    const soft = churnFeatures({ outliers: "winsorise", keepBots: true });
    await checkNoLeak({
      lake: listening.lake,
      set: soft,
      cutoffs,
      knownLagDays: 3,
      at: ["2017-04-10"],
    });
  });

  it("do not see what follows a month, nor what follows the purchase", async () => {
    const premium = await checkNoLeak({ lake: purchases.lake, set: premiumFeatures() });
    expect(premium).toMatchObject({ set: "premium", variants: { length: 5 } });
    expect(premium.rows).toBeGreaterThan(100);
  });
});

describe("LEAK_FOUND", () => {
  it.each(churnLeaks.map((leak): [string, PlantedLeak] => [leak.name, leak]))(
    "catches in churn: %s",
    async (_, { compile, features, set = churnFeatures() }) => {
      await expect(
        checkNoLeak({
          lake: listening.lake,
          set,
          compile,
          cutoffs: ["2017-04-10", "2017-05-01"],
          at: ["2017-04-10"],
        }),
      ).rejects.toEqual(caught(features));
    },
  );

  it.each(premiumLeaks.map((leak): [string, PlantedLeak] => [leak.name, leak]))(
    "catches in premium: %s",
    async (_, { compile, features, set = premiumFeatures() }) => {
      await expect(
        checkNoLeak({ lake: purchases.lake, set, compile, at: ["2023-03-01"] }),
      ).rejects.toEqual(caught(features));
    },
  );

  it("says which feature moved, where, and from what to what", async () => {
    const leak = churnLeaks[0] as PlantedLeak;
    const found = await checkNoLeak({
      lake: listening.lake,
      set: churnFeatures(),
      compile: leak.compile,
      cutoffs: ["2017-04-10"],
    }).catch((error: unknown) => error);
    expect(String(found)).toMatch(
      new RegExp(
        'Features of "churn" at 2017-04-10 moved .*: .*freq_P_last_1.* ' +
          "of uid u\\d+, cutoff 2017-04-10: \\S+ became \\S+ with the future deleted",
      ),
    );
  });

  it("CUTOFF_INVALID: refuses a cutoff that the run does not have", async () => {
    await expect(
      checkNoLeak({ lake: listening.lake, set: churnFeatures(), at: ["2017-01-01"] }),
    ).rejects.toMatchObject({ code: "CUTOFF_INVALID" });
  });
});
