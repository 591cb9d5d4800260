import { numberColumn } from "../frame/index.js";
import { rocAuc } from "../metrics/index.js";
import type { Check } from "./check.js";

const REPEATS = 20;
/** Student's t with 19 degrees of freedom at .9995. */
const T_19 = 3.883;

const classifies = ({ task }: { readonly task: string }): boolean => task === "classification";

/** The 99.9 % interval of the mean. */
function interval(values: readonly number[]): readonly [number, number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const error = Math.sqrt(squares / (values.length - 1) / values.length);
  return [mean - T_19 * error, mean + T_19 * error];
}

/** A learner that finds nothing where there is nothing, and what there is where there is. */
export const honestChecks: readonly Check[] = [
  {
    name: "random labels teach nothing",
    applies: classifies,
    run: async ({ fit, world }) => {
      const random = world.random("random labels");
      const areas: number[] = [];
      for (let repeat = 0; repeat < REPEATS; repeat++) {
        const labels = (count: number) =>
          Float64Array.from({ length: count }, () => (random.uniform() < 0.5 ? 1 : 0));
        const model = await fit(world.frame, labels(world.frame.rowCount));
        const scores = await model.predict(world.testFrame);
        areas.push(rocAuc(labels(world.testFrame.rowCount), scores));
      }
      const [low, high] = interval(areas);
      const holds = low <= 0.5 && high >= 0.5;
      return holds ? undefined : `the 99.9 % interval of ROC-AUC is ${low}…${high}`;
    },
  },
  {
    name: "a planted copy of the label is used",
    applies: classifies,
    run: async ({ fit, world }) => {
      const frame = world.frame.with([numberColumn("answer", world.target)]);
      const test = world.testFrame.with([numberColumn("answer", world.testTarget)]);
      const model = await fit(frame, world.target);
      const auc = rocAuc(world.testTarget, await model.predict(test));
      return auc >= 0.99 ? undefined : `ROC-AUC ${auc}`;
    },
  },
];
