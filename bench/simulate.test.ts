import { describe, expect, it } from "vitest";
import { simulateBench } from "./simulate.js";

describe("the benchmark of simulate", () => {
  it("runs at a tiny size", async () => {
    const rows = await simulateBench({ quick: true });
    expect(rows.length).toBe(2);
    for (const row of rows) {
      expect(row.rows).toBeGreaterThan(0);
      expect(row.ours.quality?.value).toBeGreaterThan(0);
    }
  });
});
