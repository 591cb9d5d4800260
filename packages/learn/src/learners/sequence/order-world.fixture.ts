import { RandomStream } from "../../foundation/index.js";
import { type Frame, frameOf } from "../../frame/index.js";

/** Rows of users that come one after the other, and a target that depends on their order. */
export interface OrderWorld {
  readonly frame: Frame;
  readonly target: Float64Array;
  /** The user of each row; users' rows stand mixed. */
  readonly groups: Int32Array;
}

/**
 * Two columns of 0 and 1, each as often in either class, and one of noise: the target of a row is 1
 * where its user's last `a` came after his last `b`.
 */
export function orderWorld(users: number, steps: number, seed: number): OrderWorld {
  const stream = new RandomStream(seed, "order world");
  const rows = users * steps;
  const [a, b, noise] = [0, 0, 0].map(() => new Float64Array(rows)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const target = new Float64Array(rows);
  const groups = Int32Array.from({ length: rows }, (_, row) => 17 * (row % users) - 5);
  const state = new Float64Array(users);
  for (let row = 0; row < rows; row++) {
    const user = row % users;
    const event = stream.below(8);
    a[row] = event === 0 ? 1 : 0;
    b[row] = event === 1 ? 1 : 0;
    // Large and far from 0, as untreated columns are.
    noise[row] = 5000 + 300 * stream.normal();
    if (event < 2) state[user] = 1 - event;
    target[row] = state[user]!;
  }
  return { frame: frameOf({ a, b, noise }), target, groups };
}
