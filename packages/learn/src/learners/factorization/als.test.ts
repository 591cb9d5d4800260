import { describe, expect, it } from "vitest";
import { Pacer } from "../../foundation/index.js";
import type { CategoryColumn } from "../../frame/index.js";
import { readModel, writeModel } from "../../models/index.js";
import type { FactorModel } from "./contract.js";
import { csrOf } from "./csr.js";
import { explicitAls } from "./explicit-als.js";
import { foldIn } from "./fold-in.js";
import { implicitAls } from "./implicit-als.js";
import { tasteWorld } from "./world.fixture.js";

const world = tasteWorld(1, 120, 60, 2400);
const { frame, weight } = world;

function codes(name: string): Int32Array {
  return (frame.column(name) as CategoryColumn).codes;
}

async function denseCounts() {
  const entries = { rows: codes("user"), columns: codes("item"), values: weight };
  return csrOf(entries, [120, 60], new Pacer(undefined, "a test"));
}

/** Hu's objective in doubles, over all pairs. */
async function objectiveOf(model: FactorModel, alpha: number, l2: number): Promise<number> {
  const counts = await denseCounts();
  const table = new Float64Array(120 * 60);
  for (let user = 0; user < 120; user++) {
    for (let at = counts.starts[user]!; at < counts.starts[user + 1]!; at++) {
      table[user * 60 + counts.indices[at]!] = counts.values[at]!;
    }
  }
  let sum = 0;
  for (let user = 0; user < 120; user++) {
    for (let item = 0; item < 60; item++) {
      const taken = table[user * 60 + item]!;
      const score = model.predictRow({ user: `user ${user}`, item: `item ${item}` });
      sum += (1 + alpha * taken) * ((taken > 0 ? 1 : 0) - score) ** 2;
    }
  }
  const squares = (values: Float32Array) => values.reduce((all, value) => all + value * value, 0);
  return sum + l2 * (squares(model.userFactors) + squares(model.itemFactors));
}

describe("implicit ALS", () => {
  it("tells the objective that a plain double loop finds, and makes it fall", async () => {
    const told: number[] = [];
    const options = { factors: 11, l2: 0.3, alpha: 0.5, sweeps: 12 };
    const onProgress = ({ loss }: { loss?: number }) => told.push(loss!);
    const model = await implicitAls.fit(frame, undefined, options, { weight, onProgress });
    const count = Number(model.card.summary["observations"]);
    const found = await objectiveOf(model, 0.5, 0.3);
    expect(told).toHaveLength(12);
    expect(Math.abs(told.at(-1)! * count - found) / found).toBeLessThan(1e-5);
    for (const [sweep, loss] of told.entries()) {
      expect(loss).toBeLessThan((told[sweep - 1] ?? Number.POSITIVE_INFINITY) * (1 + 1e-6));
    }
  });
});
