/** Data whose answer is known: the true probability of each row is a function of its columns. */

import { exp, RandomStream, sigmoid } from "../foundation/index.js";
import { type Column, categoryColumn, Frame, numberColumn } from "../frame/index.js";
import type { Learner } from "../learners/index.js";
import { drawPairs } from "./recommendation-world.js";

const ROWS = 400;
const STATES = ["silent", "rare", "often"] as const;

/** Training and test rows of one law. */
export interface World {
  /** Rows to learn from. */
  readonly frame: Frame;
  /** 0 or 1 a row. */
  readonly target: Float64Array;
  /** Rows of the same law, never learnt from. */
  readonly testFrame: Frame;
  /** 0 or 1 a row. */
  readonly testTarget: Float64Array;
  /** True probability of each row of the test frame. */
  readonly testTruth: Float64Array;
  /** Random numbers for a check of its own. */
  readonly random: (purpose: string) => RandomStream;
}

interface Drawn {
  readonly columns: Column[];
  readonly target: Float64Array;
  readonly truth: Float64Array;
}

/**
 * Columns `level` (normal), `plays` (lognormal), `state` (0, 1, 2), `noise`, and where the learner
 * takes them `channel` (categories), with missing values in `level` and `channel`.
 */
function draw(rows: number, accepts: Learner["accepts"], stream: RandomStream): Drawn {
  const level = new Float64Array(rows);
  const plays = new Float64Array(rows);
  const state = new Float64Array(rows);
  const noise = new Float64Array(rows);
  const channel: (string | null)[] = [];
  const target = new Float64Array(rows);
  const truth = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const [a, b] = [stream.normal(), stream.normal()];
    const place = stream.below(STATES.length);
    level[row] = accepts.missing && stream.uniform() < 0.05 ? Number.NaN : a;
    plays[row] = exp(b);
    state[row] = place;
    noise[row] = stream.normal();
    channel.push(accepts.missing && stream.uniform() < 0.05 ? null : STATES[place]!);
    truth[row] = sigmoid(1.2 * a - 0.8 * b + 1.5 * (place - 1));
    target[row] = stream.uniform() < truth[row]! ? 1 : 0;
  }
  const columns: Column[] = [
    numberColumn("level", level),
    numberColumn("plays", plays),
    numberColumn("state", state),
    numberColumn("noise", noise),
  ];
  if (accepts.categories) columns.push(categoryColumn("channel", channel));
  return { columns, target, truth };
}

/**
 * Makes the data of a run of the suite.
 * @param learner decides whether there are missing values, categories, and pairs of user and item
 * @param seed decides the draws
 * @param rows rows to learn from, and as many to test on
 */
export function makeWorld(
  learner: Pick<Learner, "accepts" | "task">,
  seed: number,
  rows = ROWS,
): World {
  const random = (purpose: string): RandomStream => new RandomStream(seed, `check ${purpose}`);
  const drawn = draw(2 * rows, learner.accepts, random("world"));
  // Recommenders look at the pairs alone, and these have a law of their own.
  const pairs =
    learner.task === "recommendation" ? drawPairs(2 * rows, random("pairs")) : undefined;
  const all = new Frame([...(pairs?.columns ?? []), ...drawn.columns]);
  const target = pairs?.liked ?? drawn.target;
  const truth = pairs?.truth ?? drawn.truth;
  return Object.freeze({
    frame: all.view(0, rows),
    target: target.slice(0, rows),
    testFrame: all.view(rows),
    testTarget: target.slice(rows),
    testTruth: truth.slice(rows),
    random,
  });
}
