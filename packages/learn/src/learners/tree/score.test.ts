import { describe, expect, it } from "vitest";
import { RandomStream } from "../../foundation/index.js";
import { categoryColumn, Frame, numberColumn } from "../../frame/index.js";
import type { ModelCard } from "../contract.js";
import { schemaOf } from "../schema.js";
import type { TreeEnsemble } from "./ensemble.js";
import { FrameScorer } from "./score.js";
import { scoreRow } from "./score-row.js";

const NUMBERS = 5;
const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 5e-324];

function drawFrame(rows: number, random: RandomStream): Frame {
  const numbers = (k: number) =>
    Float64Array.from({ length: rows }, () => {
      if (random.below(8) === 0) return special[random.below(special.length)]!;
      return k === 0 ? random.normal() : random.below(9) - 4;
    });
  const columns = Array.from({ length: NUMBERS }, (_, k) => {
    const values = numbers(k);
    return numberColumn(`n${k}`, k === 1 ? Float32Array.from(values) : values);
  });
  const texts = Array.from({ length: rows }, () =>
    random.below(9) === 0 ? null : `t${random.below(40)}`,
  );
  return new Frame([...columns, categoryColumn("town", texts)]);
}

/** Trees without any sense: thresholds, directions and sets are drawn. */
function drawTrees(frame: Frame, sizes: readonly number[], outputs: number, random: RandomStream) {
  const nodes: { column: number; left: number }[] = [];
  const starts = [0];
  for (const leaves of sizes) {
    const start = nodes.length;
    nodes.push({ column: -1, left: 0 });
    const open = [start];
    for (let split = 1; split < leaves; split++) {
      const [node] = open.splice(random.below(Math.min(open.length, 6)), 1);
      nodes[node!] = { column: random.below(frame.columns.length), left: nodes.length };
      open.push(nodes.length, nodes.length + 1);
      nodes.push({ column: -1, left: 0 }, { column: -1, left: 0 });
    }
    starts.push(nodes.length);
  }
  const threshold = () => {
    if (random.below(9) === 0) return special[1 + random.below(4)]!;
    return random.below(3) === 0 ? random.below(9) - 4 : random.normal();
  };
  let sets = 0;
  const trees: TreeEnsemble = {
    outputs,
    starts: Int32Array.from(starts),
    column: Int32Array.from(nodes, ({ column }) => column),
    left: Int32Array.from(nodes, ({ left }) => left),
    threshold: Float64Array.from(nodes, threshold),
    missingLeft: Uint8Array.from(nodes, () => random.below(2)),
    set: Int32Array.from(nodes, ({ column }) => (column === NUMBERS ? sets++ : -1)),
    sets: Uint8Array.from({ length: 32 * sets }, () => random.below(256)),
    value: Float64Array.from(nodes, ({ column }) => (column < 0 ? random.normal() : 0)),
    cover: new Float64Array(nodes.length).fill(1),
    gain: new Float64Array(nodes.length),
    categoryBins: frame.columns.map((column) =>
      column.kind === "number"
        ? undefined
        : Uint8Array.from(column.dictionary, () => 1 + random.below(255)),
    ),
  };
  return trees;
}

async function expectSameBits(sizes: readonly number[], outputs: number, rows: number) {
  const random = new RandomStream(sizes.length + rows, "score");
  const frame = drawFrame(rows, random);
  const trees = drawTrees(frame, sizes, outputs, random);
  const schema = schemaOf(frame);
  const start = Float64Array.from({ length: outputs }, () => random.normal());
  const scorer = new FrameScorer({ kind: "drawn", schema } as ModelCard, trees, start);
  const scores = await scorer.score(frame);
  const expected = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    expected.set(scoreRow(trees, schema, frame.row(row), start), row * outputs);
  }
  expect(scores).toEqual(expected);
  expect(await scorer.score(frame.view(7), { threads: 3 })).toEqual(scores.subarray(7 * outputs));
}

describe("a table is scored as its rows are, to the bit", () => {
  const small = Array.from({ length: 60 }, (_, k) => 1 + (k % 7) * 5);
  const large = Array.from({ length: 40 }, (_, k) => 250 + (k % 3) * 60);
  it.each([
    ["few rows, walked one by one", small, 1, 40],
    ["small trees, in the calling thread", small, 1, 2100],
    ["small trees, in worker threads", [...small, ...small, ...small], 1, 14_011],
    ["several outputs", small, 3, 2500],
    ["trees of up to 256 leaves", [256, 1, 255, 200, 2], 1, 5000],
    ["trees that are walked beside small ones", [...small, 300, 1, 257, ...small], 1, 2100],
    ["more thresholds than a byte can tell apart", [...large, 1], 1, 900],
    ["the same of several outputs", [...large, 3, 4], 2, 500],
    ["more of them in one tree", [9000, 3], 1, 11_000],
  ])("%s", async (_, sizes, outputs, rows) => {
    await expectSameBits(sizes, outputs, rows);
  });
});
