import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { churnFeatures } from "./churn-set.js";
import { compileSet } from "./compile.js";
import type { CompileContext } from "./compiled.js";
import { premiumFeatures } from "./premium-set.js";

const golden = (name: string): string =>
  fileURLToPath(new URL(`../../../../test/golden/features/${name}.sql`, import.meta.url));

const context: CompileContext = {
  coveredUntil: "2017-05-15",
  cutoffs: [
    { day: "2017-05-01", knownAt: "2017-05-01 00:00:00", labelKnown: true },
    { day: "2017-06-01", knownAt: "2017-06-01 00:00:00", labelKnown: false },
  ],
};

describe("the SQL of the sets", () => {
  it("is that of the golden files", async () => {
    const churn = compileSet(churnFeatures(), context);
    await expect(`${churn.statement}\n`).toMatchFileSnapshot(golden("churn-v1"));
    await expect(`${churn.limitStatement}\n`).toMatchFileSnapshot(golden("churn-v1-limits"));
    const gentle = compileSet(churnFeatures({ outliers: "winsorise", keepBots: true }), {
      ...context,
      cutoffs: context.cutoffs.slice(0, 1),
    });
    await expect(`${gentle.statement}\n`).toMatchFileSnapshot(golden("churn-v1-winsorise"));
    const premium = compileSet(premiumFeatures(), context);
    await expect(`${premium.statement}\n`).toMatchFileSnapshot(golden("premium-v1"));
  });
});
