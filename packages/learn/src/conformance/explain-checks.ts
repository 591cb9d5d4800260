import { type ExplainedTrees, explainTrees, type TreeModel } from "../explain/index.js";
import { type Frame, numberColumn } from "../frame/index.js";
import { alignFrame, type Model, nextNode, treeRow } from "../learners/index.js";
import { type Check, noSense } from "./check.js";
import { closeScores, largestDifference, sameScores } from "./expect.js";

/** Sums are asked to hold to this, up to 16 levels of a tree. */
const MOST = 1e-9;
const DEFINED_ROWS = 2;
const BACKGROUND_ROWS = 4;

type Worth = (known: (column: number) => boolean) => number;

/** The trees of a model; undefined for a model of another kind. */
function treesOf(model: Model): TreeModel | undefined {
  return "trees" in model && "start" in model ? (model as TreeModel) : undefined;
}

function rowsOf({ schema, trees }: ExplainedTrees, frame: Frame): Float64Array[] {
  const { columns, rowCount } = alignFrame(frame, schema);
  return Array.from({ length: rowCount }, (_, at) => {
    const row = new Float64Array(columns.length);
    treeRow(trees, columns, at, row);
    return row;
  });
}

/** Sum of an output's trees; of nodes whose column is not known both ways, by training rows. */
function sumOf({ trees, start }: ExplainedTrees, output: number, row: Float64Array): Worth {
  const { column, left, value, cover, starts } = trees;
  return (known) => {
    const mean = (node: number): number => {
      const asked = column[node]!;
      if (asked < 0) return value[node]!;
      if (known(asked)) return mean(nextNode(trees, node, row[asked]!));
      const child = left[node]!;
      const [a, b] = [cover[child]!, cover[child + 1]!];
      const share = a + b > 0 ? a / (a + b) : 0.5;
      return share * mean(child) + (1 - share) * mean(child + 1);
    };
    let sum = start[output]!;
    for (let tree = output; tree + 1 < starts.length; tree += trees.outputs) {
      sum += mean(starts[tree]!);
    }
    return sum;
  };
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));

/** Shapley values by their definition, over all subsets of columns. */
function byDefinition(columns: number, worth: Worth): Float64Array {
  const worths = Array.from({ length: 2 ** columns }, (_, set) =>
    worth((column) => ((set >> column) & 1) === 1),
  );
  return Float64Array.from({ length: columns }, (_, column) => {
    let sum = 0;
    for (const [set, without] of worths.entries()) {
      if ((set >> column) & 1) continue;
      const size = set.toString(2).replaceAll("0", "").length;
      const ways = factorial(size) * factorial(columns - size - 1);
      sum += (ways / factorial(columns)) * (worths[set | (1 << column)]! - without);
    }
    return sum;
  });
}

/** Runs a check on the trees of the suite's model. */
function onTrees(
  name: string,
  run: (model: TreeModel, frame: Frame) => Promise<string | undefined>,
): Check {
  return {
    name,
    run: async ({ model, world }) => {
      const trees = treesOf(await model());
      return trees === undefined ? noSense : await run(trees, world.testFrame);
    },
  };
}

interface Margins {
  readonly margins?: (frame: Frame) => Promise<Float64Array>;
}

/** What explanations sum to: the model's margins, or what it predicts where it has none. */
async function sumCheck(model: TreeModel & Margins, frame: Frame): Promise<string | undefined> {
  const forms = [{}, { background: frame.view(0, BACKGROUND_ROWS) }];
  const { length } = model.start;
  const all = await (model.margins ?? model.predict)(frame);
  for (const output of model.start.keys()) {
    const margins = all.filter((_, i) => i % length === output);
    for (const form of forms) {
      const { base, values } = await explainTrees(model, frame, { output, ...form });
      const width = model.schema.columns.length;
      const sums = margins.map((_, at) =>
        values.subarray(at * width, (at + 1) * width).reduce((a, b) => a + b, base),
      );
      const found = closeScores(sums, margins, MOST);
      if (found !== undefined) return `output ${output}: ${found}`;
    }
  }
  return undefined;
}

async function definitionCheck(model: ExplainedTrees, frame: Frame): Promise<string | undefined> {
  const output = model.start.length - 1;
  const rows = frame.view(0, DEFINED_ROWS);
  const background = frame.view(DEFINED_ROWS, DEFINED_ROWS + BACKGROUND_ROWS);
  const others = rowsOf(model, background);
  const paths = await explainTrees(model, rows, { output });
  const told = await explainTrees(model, rows, { output, background });
  const width = paths.columns.length;
  for (const [at, row] of rowsOf(model, rows).entries()) {
    const own = (values: Float64Array) => values.slice(at * width, (at + 1) * width);
    const byShares = byDefinition(width, sumOf(model, output, row));
    const first = closeScores(own(paths.values), byShares, MOST);
    if (first !== undefined) return `by training rows: ${first}`;
    const mixed: Worth = (known) => {
      const sums = others.map((other) => {
        const joined = other.map((value, k) => (known(k) ? row[k]! : value));
        return sumOf(model, output, joined)(() => true);
      });
      return sums.reduce((a, b) => a + b, 0) / others.length;
    };
    const second = closeScores(own(told.values), byDefinition(width, mixed), MOST);
    if (second !== undefined) return `by background rows: ${second}`;
  }
  return undefined;
}

/** The same trees over the columns in their opposite order. */
function turned({ schema, trees, start }: ExplainedTrees): ExplainedTrees {
  const last = schema.columns.length - 1;
  return {
    start,
    schema: { columns: [...schema.columns].reverse() },
    trees: {
      ...trees,
      column: trees.column.map((column) => (column < 0 ? column : last - column)),
      categoryBins: [...trees.categoryBins].reverse(),
    },
  };
}

/** Shapley values of trees: their sum, their definition, and what follows from it. */
export const explainChecks: readonly Check[] = [
  onTrees("explanations sum to the margin", sumCheck),
  onTrees("explanations are Shapley values by their definition", definitionCheck),
  onTrees("an explanation does not depend on where columns stand", async (model, frame) => {
    const rows = frame.view(0, 50);
    const one = await explainTrees(model, rows);
    const other = await explainTrees(turned(model), rows);
    const width = one.columns.length;
    const back = other.values.map((_, i) => {
      const column = i % width;
      return other.values[i - column + width - 1 - column]!;
    });
    return sameScores(one.values, back);
  }),
  onTrees("a table is explained as its rows one by one", async (model, frame) => {
    const rows = frame.view(0, 20);
    const { values, columns } = await explainTrees(model, rows);
    const single = new Float64Array(values.length);
    for (let at = 0; at < rows.rowCount; at++) {
      const one = await explainTrees(model, rows.view(at, at + 1));
      single.set(one.values, at * columns.length);
    }
    return sameScores(values, single);
  }),
  {
    name: "a column that tells nothing explains nothing",
    run: async ({ fit, world }) => {
      const silent = (rows: number) => numberColumn("silent", new Float64Array(rows));
      const fitted = await fit(world.frame.with([silent(world.frame.rowCount)]), world.target);
      const model = treesOf(fitted);
      if (model === undefined) return noSense;
      const rows = world.testFrame.with([silent(world.testFrame.rowCount)]);
      const { values, columns } = await explainTrees(model, rows);
      const own = values.filter((_, i) => columns[i % columns.length] === "silent");
      const most = largestDifference(own, new Float64Array(own.length));
      return most === 0 ? undefined : `it explains up to ${most}`;
    },
  },
];
