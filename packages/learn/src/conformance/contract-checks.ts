import type { Numbers } from "../foundation/index.js";
import { categoryColumn, Frame, frameOf, numberColumn } from "../frame/index.js";
import { rowReader } from "../learners/index.js";
import { writeModel } from "../models/index.js";
import type { Check, CheckContext } from "./check.js";
import { attempt, closeScores, refused, sameBytes, sameScores, soundScores } from "./expect.js";
import { makeWorld } from "./world.js";

/** Fit and predict on odd data: a catalogued error, or sound scores. */
async function defined(
  context: CheckContext,
  frame: Frame,
  target: Numbers,
): Promise<string | undefined> {
  const { result } = await attempt(async () => {
    const model = await context.fit(frame, target);
    return model.predict(frame);
  });
  return result && soundScores(result, context.learner.task);
}

function reversed(frame: Frame): Frame {
  return new Frame([...frame.columns].reverse(), frame.rowCount);
}

const supervised = ({ task }: { readonly task: string }): boolean =>
  task !== "detection" && task !== "recommendation";

const repeatability: readonly Check[] = [
  {
    name: "fit twice gives the same bytes",
    run: async ({ fit, world, model }) =>
      sameBytes(writeModel(await model()), writeModel(await fit(world.frame, world.target))),
  },
  {
    name: "any number of threads gives the same bytes",
    run: async ({ fit, world, model }) => {
      const expected = writeModel(await model());
      for (const threads of [1, 2, 4]) {
        const bytes = writeModel(await fit(world.frame, world.target, { threads }));
        const found = sameBytes(expected, bytes);
        if (found !== undefined) return `with ${threads} threads ${found}`;
      }
      return undefined;
    },
  },
  {
    name: "the order of rows does not matter",
    run: async ({ fit, world, model }) => {
      const order = Uint32Array.from({ length: world.frame.rowCount }, (_, row) => row);
      world.random("row order").shuffle(order);
      const target = Float64Array.from(order, (row) => world.target[row]!);
      const other = await fit(world.frame.take(order), target);
      const expected = await (await model()).predict(world.testFrame);
      return closeScores(expected, await other.predict(world.testFrame));
    },
  },
  {
    name: "the order of columns does not matter in training",
    run: async ({ fit, world, model }) => {
      const other = await fit(reversed(world.frame), world.target);
      const expected = await (await model()).predict(world.testFrame);
      return closeScores(expected, await other.predict(world.testFrame));
    },
  },
  {
    name: "the order of columns does not matter in prediction",
    run: async ({ world, model }) => {
      const fitted = await model();
      const expected = await fitted.predict(world.testFrame);
      return sameScores(expected, await fitted.predict(reversed(world.testFrame)));
    },
  },
  {
    name: "a table scores as its rows one by one",
    run: async ({ world, model }) => {
      const fitted = await model();
      const rows = Array.from({ length: 50 }, (_, row) => world.testFrame.row(row));
      const single = Float64Array.from(rows, (row) => fitted.predictRow(row));
      return sameScores(await fitted.predict(world.testFrame.view(0, 50)), single);
    },
  },
  {
    name: "a row's values score as the row by name",
    run: async ({ world, model }) => {
      const fitted = await model();
      const { predictValues } = fitted;
      if (predictValues === undefined) return undefined;
      const read = rowReader(fitted.schema);
      const rows = Array.from({ length: 50 }, (_, row) => world.testFrame.row(row));
      const byName = Float64Array.from(rows, (row) => fitted.predictRow(row));
      return sameScores(
        byName,
        Float64Array.from(rows, (row) => predictValues(read(row))),
      );
    },
  },
  {
    name: "rows of a batch do not see each other",
    run: async ({ world, model }) => {
      const fitted = await model();
      const all = await fitted.predict(world.testFrame);
      return sameScores(all.slice(100, 200), await fitted.predict(world.testFrame.view(100, 200)));
    },
  },
];

/** Hash of what a table's arrays hold now: of new columns, since hashes of columns are kept. */
function rehash(frame: Frame): string {
  return new Frame(
    frame.columns.map((column) => ({ ...column })),
    frame.rowCount,
  ).hash();
}

const manners: readonly Check[] = [
  {
    name: "inputs are never changed",
    run: async ({ learner, fit }) => {
      // Rows of its own: what an earlier check's fit changed would be the same before and after.
      const { frame, target } = makeWorld(learner, 2);
      const weight = Float64Array.from(target, (_, row) => 1 + (row % 3));
      const kept = { hash: rehash(frame), target: target.slice(), weight: weight.slice() };
      const fitted = await fit(frame, target, { weight });
      await fitted.predict(frame);
      if (rehash(frame) !== kept.hash) return "the table was changed";
      if (sameScores(kept.target, target) !== undefined) return "the target was changed";
      return sameScores(kept.weight, weight) && "the weights were changed";
    },
  },
  {
    name: "options are complete, frozen, and say their seed",
    run: async ({ learner, model }) => {
      if (!Object.isFrozen(learner.defaults)) return "its defaults are not frozen";
      if (!Number.isSafeInteger(learner.defaults.seed)) return "its defaults have no seed";
      const { card } = await model();
      const lacking = Object.keys(learner.defaults).filter((key) => !(key in card.options));
      return lacking.length === 0 ? undefined : `the card lacks ${lacking.join(", ")}`;
    },
  },
  {
    name: "an unknown option is refused",
    run: async ({ learner, world }) => {
      const options = { noSuchOption: 1 } as object;
      return refused(() => learner.fit(world.frame, world.target, options));
    },
  },
  {
    name: "the model and its card cannot be changed",
    run: async ({ model }) => {
      const fitted = await model();
      const frozen = Object.isFrozen(fitted) && Object.isFrozen(fitted.card);
      return frozen ? undefined : "it is not frozen";
    },
  },
  {
    name: "scores are sound",
    run: async ({ learner, world, model }) =>
      soundScores(await (await model()).predict(world.testFrame), learner.task),
  },
];

const wrongInput: readonly Check[] = [
  {
    name: "a missing column is refused",
    run: async ({ world, model }) => {
      const fitted = await model();
      const first = fitted.schema.columns[0];
      if (first === undefined) return undefined;
      return refused(() => fitted.predict(world.testFrame.drop([first.name])));
    },
  },
  {
    name: "a column of the wrong kind is refused",
    run: async ({ world, model }) => {
      const fitted = await model();
      const first = fitted.schema.columns.find((column) => column.kind === "number");
      if (first === undefined) return undefined;
      const texts = Array.from({ length: world.testFrame.rowCount }, () => "text");
      const wrong = world.testFrame.with([categoryColumn(first.name, texts)]);
      const row = { ...world.testFrame.row(0), [first.name]: "text" };
      return (await refused(() => fitted.predict(wrong))) ?? refused(() => fitted.predictRow(row));
    },
  },
  {
    name: "columns that were not learnt from are ignored",
    run: async ({ world, model }) => {
      const fitted = await model();
      const extra = numberColumn("extra", new Float64Array(world.testFrame.rowCount));
      const expected = await fitted.predict(world.testFrame);
      return sameScores(expected, await fitted.predict(world.testFrame.with([extra])));
    },
  },
  {
    name: "an unknown category has a defined score",
    applies: ({ accepts }) => accepts.categories,
    run: async ({ learner, world, model }) => {
      const texts = Array.from({ length: world.testFrame.rowCount }, () => "never seen");
      const other = world.testFrame.with([categoryColumn("channel", texts)]);
      return soundScores(await (await model()).predict(other), learner.task);
    },
  },
  {
    name: "a target that is neither 0 nor 1 is refused",
    applies: ({ task }) => task === "classification",
    run: async ({ fit, world }) => {
      const target = world.target.map((value, row) => (row === 3 ? 2 : value));
      return refused(() => fit(world.frame, target));
    },
  },
  {
    name: "a target that is not there is refused",
    applies: supervised,
    run: ({ fit, world }) => refused(() => fit(world.frame, undefined)),
  },
  {
    name: "too few targets are refused",
    applies: supervised,
    run: ({ fit, world }) => refused(() => fit(world.frame, world.target.slice(1))),
  },
  {
    name: "a negative weight is refused",
    run: ({ fit, world }) => {
      const weight = new Float64Array(world.target.length).fill(-1);
      return refused(() => fit(world.frame, world.target, { weight }));
    },
  },
];

const smallInput: readonly Check[] = [
  {
    name: "no rows are refused",
    run: ({ fit, world }) => refused(() => fit(world.frame.view(0, 0), [])),
  },
  {
    name: "one row is refused or defined",
    run: (context) => {
      const { frame, target } = context.world;
      return defined(context, frame.view(0, 1), target.slice(0, 1));
    },
  },
  {
    name: "one column is refused or defined",
    run: (context) => {
      const { frame, target } = context.world;
      return defined(context, frame.select(["state"]), target);
    },
  },
  {
    name: "one class is refused or defined",
    run: (context) => {
      const { frame, target } = context.world;
      return defined(context, frame, new Float64Array(target.length));
    },
  },
  {
    name: "an empty table has no scores",
    run: async ({ world, model }) => {
      const scores = await (await model()).predict(world.testFrame.view(0, 0));
      return scores.length === 0 ? undefined : `there are ${scores.length}`;
    },
  },
  {
    name: "two rows, one of each class, are refused or defined",
    run: (context) => {
      const frame = frameOf({ level: [0, 1], plays: [1, 2], state: [0, 1], noise: [1, 0] });
      return defined(context, frame, [0, 1]);
    },
  },
];

/** What `fit` and `predict` promise, whatever they compute. */
export const contractChecks: readonly Check[] = [
  ...repeatability,
  ...manners,
  ...wrongInput,
  ...smallInput,
];
