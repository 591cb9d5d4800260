import { describe, expect, it } from "vitest";
import { RandomStream } from "../foundation/index.js";
import { categoryColumn, Frame, numberColumn } from "../frame/index.js";
import {
  boosting,
  boostingMulticlass,
  boostingRegression,
  nextNode,
  treeRow,
} from "../learners/index.js";
import { type ExplainedTrees, explainTrees } from "./index.js";

function draw(rows: number, seed: number, width = 5): Frame {
  const random = new RandomStream(seed, "background test");
  const numbers = () =>
    Float64Array.from({ length: rows }, () =>
      random.uniform() < 0.1 ? Number.NaN : random.normal(),
    );
  const towns = Array.from({ length: rows }, () => `town ${random.below(9)}`);
  return new Frame([
    ...Array.from({ length: width - 1 }, (_, k) => numberColumn(`n${k}`, numbers())),
    categoryColumn("town", towns),
  ]);
}

function targetOf(frame: Frame, noise = 0): Float64Array {
  const width = frame.columns.length - 1;
  const numbers = Array.from({ length: width }, (_, k) => frame.numbers(`n${k}`));
  const { codes } = frame.categories("town");
  return Float64Array.from(codes, (code, row) => {
    const known = (k: number) => numbers[k]![row]! || 0;
    let sum = known(0) * known(1) + 2 * known(2) + (code % 3);
    for (let k = 3; k < width; k++) sum += k % 2 === 0 ? known(k) : known(k) * known(k - 1);
    return sum + noise * row;
  });
}

function rowsOf(model: ExplainedTrees, frame: Frame): Float64Array[] {
  return Array.from({ length: frame.rowCount }, (_, at) => {
    const row = new Float64Array(frame.columns.length);
    treeRow(model.trees, frame.columns, at, row);
    return row;
  });
}

function margin({ trees, start }: ExplainedTrees, output: number, row: Float64Array): number {
  let sum = start[output]!;
  for (let tree = output; tree + 1 < trees.starts.length; tree += trees.outputs) {
    let node = trees.starts[tree]!;
    while (trees.column[node]! >= 0) node = nextNode(trees, node, row[trees.column[node]!]!);
    sum += trees.value[node]!;
  }
  return sum;
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));

/** Shapley values by their definition: columns that are not known come from background rows. */
function byDefinition(model: ExplainedTrees, row: Float64Array, others: readonly Float64Array[]) {
  const count = row.length;
  const worth = Array.from({ length: 2 ** count }, (_, set) => {
    const margins = others.map((other) =>
      margin(
        model,
        0,
        other.map((value, k) => ((set >> k) & 1 ? row[k]! : value)),
      ),
    );
    return margins.reduce((a, b) => a + b, 0) / others.length;
  });
  return Float64Array.from(row, (_, column) => {
    let sum = 0;
    for (let set = 0; set < 2 ** count; set++) {
      if ((set >> column) & 1) continue;
      const size = set.toString(2).replaceAll("0", "").length;
      const weight = (factorial(size) * factorial(count - size - 1)) / factorial(count);
      sum += weight * (worth[set | (1 << column)]! - worth[set]!);
    }
    return sum;
  });
}

/** The same leaf by leaf and pair by pair: only columns that one of the two fails count. */
function byPairs({ trees }: ExplainedTrees, row: Float64Array, others: readonly Float64Array[]) {
  const out = new Float64Array(row.length);
  type Path = ReadonlyMap<number, readonly boolean[]>;
  const visit = (node: number, path: Path): void => {
    const asked = trees.column[node]!;
    if (asked < 0) {
      settle(trees.value[node]! / others.length, path);
      return;
    }
    const rows = [row, ...others];
    const child = trees.left[node]!;
    for (const next of [child, child + 1]) {
      const fails = rows.map((one) => nextNode(trees, node, one[asked]!) !== next);
      const before = path.get(asked);
      const all = before === undefined ? fails : fails.map((fail, k) => fail || before[k]!);
      visit(next, new Map([...path, [asked, all]]));
    }
  };
  const settle = (value: number, path: Path): void => {
    const columns = [...path];
    for (let k = 1; k <= others.length; k++) {
      if (columns.some(([, fails]) => fails[0]! && fails[k]!)) continue;
      const wanted = columns.filter(([, fails]) => fails[k]!);
      const unwanted = columns.filter(([, fails]) => fails[0]!);
      const [p, q] = [wanted.length, unwanted.length];
      const share = (a: number, b: number) => (factorial(a - 1) * factorial(b)) / factorial(p + q);
      for (const [column] of wanted) out[column]! += value * share(p, q);
      for (const [column] of unwanted) out[column]! -= value * share(q, p);
    }
  };
  for (let tree = 0; tree + 1 < trees.starts.length; tree++) visit(trees.starts[tree]!, new Map());
  return out;
}

describe("interventional tree SHAP", () => {
  const frame = draw(900, 1);

  it.each([
    ["few rows, which go through the background's", 5, 7],
    ["many rows, for which the background is counted", 400, 60],
  ])("is what the definition gives: %s", async (_, rows, background) => {
    const model = await boosting.fit(
      frame,
      targetOf(frame).map((y) => (y > 1 ? 1 : 0)),
      {
        rounds: 6,
        maxLeaves: 14,
      },
    );
    const others = frame.view(500, 500 + background);
    const { values, base } = await explainTrees(model, frame.view(0, rows), { background: others });
    const all = rowsOf(model, others);
    const mean = all.reduce((sum, row) => sum + margin(model, 0, row), 0) / background;
    expect(base).toBeCloseTo(mean, 12);
    for (const [at, row] of rowsOf(model, frame.view(0, 5)).entries()) {
      const exact = byDefinition(model, row, all);
      const own = values.subarray(at * 5, at * 5 + 5);
      for (let k = 0; k < 5; k++) expect(own[k]).toBeCloseTo(exact[k]!, 11);
      const sum = own.reduce((a, b) => a + b, base);
      expect(sum).toBeCloseTo(margin(model, 0, row), 10);
    }
  });

  it.each([
    [3, 11],
    [2000, 11],
  ])("agrees with every pair of rows on long paths (%i rows)", async (rows, background) => {
    const wide = draw(2000, 2, 18);
    const model = await boostingRegression.fit(wide, targetOf(wide, 0.01), {
      rounds: 2,
      maxLeaves: 200,
      minRows: 1,
      learningRate: 0.5,
    });
    const others = wide.view(1000, 1000 + background);
    const explained = await explainTrees(model, wide.view(0, rows), { background: others });
    const all = rowsOf(model, others);
    for (const [at, row] of rowsOf(model, wide.view(0, 3)).entries()) {
      const exact = byPairs(model, row, all);
      for (let k = 0; k < 18; k++) expect(explained.values[at * 18 + k]).toBeCloseTo(exact[k]!, 10);
    }
  });

  it("gives the same bits on one thread and on three, for each class", async () => {
    const classes = targetOf(frame).map((y) => Math.max(0, Math.min(2, Math.round(y))));
    const model = await boostingMulticlass.fit(frame, classes, { rounds: 20, maxLeaves: 40 });
    const background = frame.view(0, 101);
    const explain = (threads: number) =>
      explainTrees(model, frame, { background, threads, output: 2 });
    const one = await explain(1);
    expect((await explain(3)).values).toEqual(one.values);
    const margins = await model.margins(frame);
    for (let at = 0; at < 50; at++) {
      const sum = one.values.subarray(at * 5, at * 5 + 5).reduce((a, b) => a + b, one.base);
      expect(sum).toBeCloseTo(margins[at * 3 + 2]!, 9);
    }
  });

  it("refuses a background without rows, and paths of too many columns", async () => {
    const model = await boosting.fit(
      frame,
      targetOf(frame).map((y) => (y > 1 ? 1 : 0)),
      {
        rounds: 1,
      },
    );
    await expect(
      explainTrees(model, frame, { background: frame.view(0, 0) }),
    ).rejects.toMatchObject({ code: "EXPLAIN_BACKGROUND" });
    const chain = chainOf(model, 65);
    const table = new Frame(
      Array.from({ length: 65 }, (_, k) => numberColumn(`c${k}`, new Float64Array(4))),
    );
    await expect(explainTrees(chain, table, { background: table })).rejects.toMatchObject({
      code: "EXPLAIN_PATH",
    });
    const { base, values } = await explainTrees(chain, table);
    expect(values.subarray(0, 65).reduce((a, b) => a + b, base)).toBeCloseTo(0, 9);
  });

  it("knows paths of as many columns as there are bits", async () => {
    const model = await boosting.fit(
      frame,
      targetOf(frame).map((y) => (y > 1 ? 1 : 0)),
      {
        rounds: 1,
      },
    );
    const chain = chainOf(model, 64);
    const random = new RandomStream(5, "chain");
    const table = new Frame(
      Array.from({ length: 64 }, (_, k) =>
        numberColumn(
          `c${k}`,
          Float64Array.from({ length: 40 }, () => (random.below(9) === 0 ? 1 : -1)),
        ),
      ),
    );
    const { base, values } = await explainTrees(chain, table, { background: table });
    for (const [at, row] of rowsOf(chain, table).entries()) {
      const sum = values.subarray(at * 64, at * 64 + 64).reduce((a, b) => a + b, base);
      expect(sum).toBeCloseTo(margin(chain, 0, row), 9);
    }
  });

  it("stops with LEARN_STOPPED", async () => {
    const model = await boosting.fit(
      frame,
      targetOf(frame).map((y) => (y > 1 ? 1 : 0)),
      {
        rounds: 2,
      },
    );
    const signal = AbortSignal.abort();
    await expect(explainTrees(model, frame, { background: frame, signal })).rejects.toMatchObject({
      code: "LEARN_STOPPED",
    });
  });
});

/** One tree that asks one column after the other; on to the right, the k-th leaf is worth k. */
function chainOf(model: ExplainedTrees, columns: number): ExplainedTrees {
  const size = 2 * columns + 1;
  const odd = (node: number) => node % 2 === 1;
  const asks = (node: number) => node !== size - 1 && !odd(node);
  const nodes = Array.from({ length: size }, (_, node) => node);
  return {
    ...model,
    schema: {
      columns: Array.from({ length: columns }, (_, k) => ({ name: `c${k}`, kind: "number" })),
    },
    start: new Float64Array(1),
    trees: {
      outputs: 1,
      starts: Int32Array.of(0, size),
      column: Int32Array.from(nodes, (node) => (asks(node) ? node / 2 : -1)),
      // The left child is a leaf, the right one the next question.
      left: Int32Array.from(nodes, (node) => (asks(node) ? node + 1 : 0)),
      threshold: new Float64Array(size),
      missingLeft: new Uint8Array(size),
      set: new Int32Array(size).fill(-1),
      sets: new Uint8Array(0),
      value: Float64Array.from(nodes, (node) => (asks(node) ? 0 : (node - 1) >> 1)),
      cover: Float64Array.from(nodes, (node) => size - node),
      gain: new Float64Array(size),
      categoryBins: Array.from({ length: columns }, () => undefined),
    },
  };
}
