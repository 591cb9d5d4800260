import { type Frame, numberColumn } from "../frame/index.js";
import { type Check, type CheckContext, noSense } from "./check.js";
import { attempt, closeScores, soundScores } from "./expect.js";

const poisons: readonly (readonly [string, number])[] = [
  ["a missing value", Number.NaN],
  ["infinity", Number.POSITIVE_INFINITY],
  ["minus infinity", Number.NEGATIVE_INFINITY],
  ["minus zero", -0],
  ["the smallest number", Number.MIN_VALUE],
  ["1e308", 1e308],
  ["-1e308", -1e308],
];

/** The world's table with a value put into every seventh row of `level`. */
function poisoned(frame: Frame, value: number): Frame {
  const values = Float64Array.from(frame.numbers("level"), (kept, row) =>
    row % 7 === 0 ? value : kept,
  );
  return frame.with([numberColumn("level", values)]);
}

/** Fits and scores: a catalogued error, or sound scores. */
async function soundOn(context: CheckContext, frame: Frame): Promise<string | undefined> {
  const { learner, world, fit } = context;
  const { result } = await attempt(async () => (await fit(frame, world.target)).predict(frame));
  return result && soundScores(result, learner.task);
}

const values: readonly Check[] = poisons.flatMap(([name, value]): Check[] => [
  {
    name: `${name} in training gives sound scores or an error`,
    run: (context) => soundOn(context, poisoned(context.world.frame, value)),
  },
  {
    name: `${name} in prediction gives sound scores or an error`,
    run: async ({ learner, world, model }) => {
      const fitted = await model();
      const frame = poisoned(world.testFrame, value);
      const { result } = await attempt(() => fitted.predict(frame));
      const single = await attempt(() => fitted.predictRow(frame.row(0)));
      const scores = single.result === undefined ? undefined : Float64Array.of(single.result);
      return (
        (result && soundScores(result, learner.task)) ??
        (scores && soundScores(scores, learner.task))
      );
    },
  },
]);

const columns: readonly Check[] = [
  {
    name: "a constant column gives sound scores",
    run: (context) => {
      const { frame } = context.world;
      return soundOn(
        context,
        frame.with([numberColumn("noise", new Float64Array(frame.rowCount))]),
      );
    },
  },
  {
    name: "a duplicate column gives sound scores",
    run: (context) => {
      const { frame } = context.world;
      return soundOn(context, frame.with([numberColumn("again", frame.numbers("plays"))]));
    },
  },
  {
    name: "a column without values gives sound scores or an error",
    run: (context) => {
      const { frame } = context.world;
      const missing = new Float64Array(frame.rowCount).fill(Number.NaN);
      return soundOn(context, frame.with([numberColumn("noise", missing)]));
    },
  },
];

/** Every column of numbers times a power of two: no value is rounded. */
function scaled(frame: Frame): Frame {
  return frame.with(
    frame.columns.flatMap((column, place) =>
      column.kind === "number"
        ? [
            numberColumn(
              column.name,
              Float64Array.from(column.values, (v) => v * 4 ** (place - 1)),
            ),
          ]
        : [],
    ),
  );
}

const scales: readonly Check[] = [
  {
    name: "trees do not see the scale of a column",
    run: async ({ fit, world, model }) => {
      const fitted = await model();
      if (!("trees" in fitted)) return noSense;
      const other = await fit(scaled(world.frame), world.target);
      const expected = await fitted.predict(world.testFrame);
      return closeScores(expected, await other.predict(scaled(world.testFrame)), 0);
    },
  },
];

const weights: readonly Check[] = [
  {
    name: "weight k is the same as k equal rows",
    run: async ({ fit, world }) => {
      const { frame, target, testFrame } = world;
      const weight = Float64Array.from(target, (_, row) => 1 + (row % 3));
      const rows = Array.from(weight, (times, row) => Array<number>(times).fill(row)).flat();
      const repeated = await fit(
        frame.take(rows),
        rows.map((row) => target[row]!),
      );
      const weighted = await fit(frame, target, { weight });
      return closeScores(await repeated.predict(testFrame), await weighted.predict(testFrame));
    },
  },
  {
    name: "weight 0 is the same as no row",
    run: async ({ fit, world }) => {
      const { frame, target, testFrame } = world;
      const weight = Float64Array.from(target, (_, row) => (row % 4 === 0 ? 0 : 1));
      const rows = Array.from(weight.keys()).filter((row) => weight[row] !== 0);
      const dropped = await fit(
        frame.take(rows),
        rows.map((row) => target[row]!),
      );
      const weighted = await fit(frame, target, { weight });
      return closeScores(await dropped.predict(testFrame), await weighted.predict(testFrame), 1e-9);
    },
  },
];

/** Numbers that break arithmetic, and weights. */
export const numberChecks: readonly Check[] = [...values, ...columns, ...scales, ...weights];
