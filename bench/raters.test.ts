import { describe, expect, it } from "vitest";
import { ratersBench } from "./raters.js";

describe("the benchmark of raters", () => {
  it("runs at a tiny size", { timeout: 60_000 }, async () => {
    const [row] = await ratersBench({ quick: true });
    expect(row!.rows).toBeGreaterThan(1000);
    expect(row!.columns).toBeGreaterThan(90);
  });
});
