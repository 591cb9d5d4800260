import { describe, expect, it } from "vitest";
import { gamingBench } from "./gaming.js";

describe("the benchmark of gaming", { timeout: 60_000 }, () => {
  it("runs at a tiny size", async () => {
    const rows = await gamingBench({ quick: true });
    expect(rows.map(({ work }) => work).join()).toMatch(/choose.*told/);
    for (const row of rows) expect(row.rows).toBeGreaterThan(2000);
  });
});
