import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Frame, numberColumn } from "../../frame/index.js";
import { localOutlierFactor } from "./local-outlier.js";
import { neighbourDistance } from "./neighbour-distance.js";
import type { NeighbourModel } from "./neighbour-model.js";

interface Scores {
  readonly training: readonly number[];
  readonly others: readonly number[];
}

interface Case extends Readonly<Record<"largest" | "mean" | "median" | "lof", Scores>> {
  readonly name: string;
  readonly neighbours: number;
  readonly columns: readonly (readonly number[])[];
  readonly others: readonly (readonly number[])[];
}

/** Written by bench/peers/isolation_neighbours_fixtures.py. */
const { cases } = JSON.parse(
  readFileSync(new URL("./fixtures/pyod.json", import.meta.url), "utf8"),
) as { readonly cases: readonly Case[] };

const frameOf = (columns: Case["columns"]): Frame =>
  new Frame(columns.map((values, j) => numberColumn(`c${j}`, values)));

async function expectScores(model: NeighbourModel, one: Case, expected: Scores): Promise<void> {
  const training = await model.leaveOneOut(frameOf(one.columns));
  const others = await model.predict(frameOf(one.others));
  for (const [found, wanted] of [
    [training, expected.training],
    [others, expected.others],
  ] as const) {
    expect(found.length).toBe(wanted.length);
    found.forEach((score, row) => {
      expect(Math.abs(score - wanted[row]!)).toBeLessThanOrEqual(1e-9 * Math.abs(wanted[row]!));
    });
  }
}

describe("the scores of PyOD", () => {
  for (const one of cases) {
    const { name, neighbours } = one;
    it.each(["largest", "mean", "median"] as const)(`${name}: %s distance`, async (method) => {
      const model = await neighbourDistance.fit(frameOf(one.columns), undefined, {
        neighbours,
        method,
      });
      await expectScores(model, one, one[method]);
    });
    it(`${name}: local outlier factor`, async () => {
      const model = await localOutlierFactor.fit(frameOf(one.columns), undefined, { neighbours });
      await expectScores(model, one, one.lof);
    });
  }
});
