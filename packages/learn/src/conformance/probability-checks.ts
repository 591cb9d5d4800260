import { numberColumn } from "../frame/index.js";
import type { Learner } from "../learners/index.js";
import { type Check, noSense } from "./check.js";
import { makeWorld } from "./world.js";

const ROWS = 2000;
const BINS = 10;
/** Mean distance from the truth that is allowed: what 2,000 rows teach, and no more. */
const MOST = 0.1;
/** Steps of the grid on which a constraint must hold, and rows that it is walked from. */
const STEPS = 40;
const FROM = 20;

const classifies = ({ task }: Learner): boolean => task === "classification";

/** Mean distance of scores from true probabilities, over bins of equally many rows. */
function distance(scores: Float64Array, truth: Float64Array): number {
  const order = [...scores.keys()].sort((a, b) => scores[a]! - scores[b]! || a - b);
  let sum = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const from = Math.floor((bin * order.length) / BINS);
    const to = Math.floor(((bin + 1) * order.length) / BINS);
    const apart = order.slice(from, to).reduce((all, row) => all + scores[row]! - truth[row]!, 0);
    sum += Math.abs(apart) / order.length;
  }
  return sum;
}

/** Scores that are probabilities, and constraints that hold between the rows learnt from too. */
export const probabilityChecks: readonly Check[] = [
  {
    name: "scores are near the true probabilities",
    applies: classifies,
    run: async ({ learner, fit }) => {
      const world = makeWorld(learner, 3, ROWS);
      const model = await fit(world.frame, world.target);
      const scores = await model.predict(world.testFrame);
      // Of several outputs the second one's probability is that of class 1.
      const outputs = scores.length / world.testTruth.length;
      const own = scores.filter((_, i) => outputs === 1 || i % outputs === 1);
      const found = distance(own, world.testTruth);
      return found <= MOST ? undefined : `they are ${found.toFixed(3)} off on average`;
    },
  },
  {
    name: "monotone constraints hold on a grid",
    applies: (learner) => "monotone" in learner.defaults,
    run: async ({ fit, world }) => {
      const monotone = { level: 1, plays: -1, noise: 1 };
      const model = await fit(world.frame, world.target, undefined, { monotone });
      if (model.card.outputs.length > 1) return noSense;
      for (const [name, direction] of Object.entries(monotone)) {
        const values = Float64Array.from({ length: STEPS }, (_, k) => (k - STEPS / 2) / 5);
        for (let row = 0; row < FROM; row++) {
          const walked = world.testFrame
            .take(Array<number>(STEPS).fill(row))
            .with([numberColumn(name, values)]);
          const scores = await model.predict(walked);
          const wrong = scores.findIndex(
            (score, k) => k > 0 && (score - scores[k - 1]!) * direction < 0,
          );
          if (wrong >= 0) return `${name} from ${values[wrong - 1]} to ${values[wrong]} turns back`;
        }
      }
      return undefined;
    },
  },
];
