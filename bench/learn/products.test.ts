import { expect, it } from "vitest";
import { productsBench } from "./products.js";

it("runs every shape of a product's loop", async () => {
  const rows = await productsBench({ quick: true });
  expect(new Set(rows.map(({ work }) => work)).size).toBe(rows.length);
  for (const { ours } of rows) expect(ours.quality!.value).toBeGreaterThan(0);
});
