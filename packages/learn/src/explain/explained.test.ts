import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Frame, numberColumn } from "../frame/index.js";
import { schemaOf } from "../learners/index.js";
import { type ExplainedTrees, explainTrees } from "./index.js";

type Rows = readonly (readonly (number | null)[])[];

interface Case {
  readonly name: string;
  readonly trees: Readonly<Record<"column" | "left" | "threshold", readonly number[]>> &
    Readonly<Record<"missingLeft" | "value" | "cover" | "starts", readonly number[]>> & {
      readonly outputs: number;
    };
  readonly rows: Rows;
  readonly background: Rows;
  readonly margins: readonly number[];
  readonly contributions: readonly (readonly number[])[];
  readonly interventional: readonly (readonly number[])[];
  readonly base: readonly number[];
}

const file = new URL("./fixtures/explained.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { readonly cases: readonly Case[] };

function tableOf(rows: Rows): Frame {
  return new Frame(
    rows[0]!.map((_, k) =>
      numberColumn(
        `c${k}`,
        Float64Array.from(rows, (row) => row[k] ?? Number.NaN),
      ),
    ),
  );
}

function modelOf({ trees, rows }: Case): ExplainedTrees {
  const count = trees.column.length;
  return {
    schema: schemaOf(tableOf(rows)),
    start: new Float64Array(trees.outputs),
    trees: {
      outputs: trees.outputs,
      starts: Int32Array.from(trees.starts),
      column: Int32Array.from(trees.column),
      left: Int32Array.from(trees.left),
      threshold: Float64Array.from(trees.threshold),
      missingLeft: Uint8Array.from(trees.missingLeft),
      set: new Int32Array(count).fill(-1),
      sets: new Uint8Array(0),
      value: Float64Array.from(trees.value),
      cover: Float64Array.from(trees.cover),
      gain: new Float64Array(count),
      categoryBins: rows[0]!.map(() => undefined),
    },
  };
}

describe.each(cases.map((one) => [one.name, one] as const))("trees of LightGBM: %s", (_, one) => {
  const model = modelOf(one);
  const frame = tableOf(one.rows);
  const outputs = model.start.length;
  const width = frame.columns.length;

  it("contributions are LightGBM's", async () => {
    for (let output = 0; output < outputs; output++) {
      const { base, values } = await explainTrees(model, frame, { output });
      for (const [at, told] of one.contributions.entries()) {
        const own = told.slice(output * (width + 1), (output + 1) * (width + 1));
        for (let k = 0; k < width; k++) expect(values[at * width + k]).toBeCloseTo(own[k]!, 11);
        expect(base).toBeCloseTo(own[width]!, 11);
      }
    }
  });

  it("values by background rows are shap's", async () => {
    const background = tableOf(one.background);
    for (let output = 0; output < outputs; output++) {
      const { base, values } = await explainTrees(model, frame, { output, background });
      if (outputs === 1) expect(base).toBeCloseTo(one.base[0]!, 6);
      for (let at = 0; at < frame.rowCount; at++) {
        const told = one.interventional[at] ?? [];
        const own = values.subarray(at * width, (at + 1) * width);
        // shap adds floats up, and explains several outputs by their sum.
        for (const [k, value] of told.entries()) expect(own[k]).toBeCloseTo(value, 6);
        const sum = own.reduce((a, b) => a + b, base);
        expect(sum).toBeCloseTo(one.margins[at * outputs + output]!, 11);
      }
    }
  });
});
