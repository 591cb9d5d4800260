/** Who takes what, by law: users and items have two hidden tastes, and items are popular. */
import { exp, type RandomStream } from "../foundation/index.js";
import { type Column, codedColumn } from "../frame/index.js";

const USERS = 30;
const ITEMS = 50;

/** Columns `user` and `item` of pairs that were taken, and whether each was liked. */
export interface DrawnPairs {
  readonly columns: readonly Column[];
  readonly liked: Float64Array;
  /** True probability that it is liked. */
  readonly truth: Float64Array;
}

function names(what: string, count: number): string[] {
  return Array.from({ length: count }, (_, place) => `${what} ${place}`);
}

/** Draws pairs: popular and fitting ones are taken more often, and fitting ones are liked. */
export function drawPairs(rows: number, stream: RandomStream): DrawnPairs {
  const hidden = (count: number) =>
    Array.from({ length: count }, () => [stream.normal(), stream.normal()] as const);
  const [tastes, kinds] = [hidden(USERS), hidden(ITEMS)];
  const users = new Int32Array(rows);
  const items = new Int32Array(rows);
  const liked = new Float64Array(rows);
  const truth = new Float64Array(rows);
  for (let row = 0; row < rows; ) {
    const user = stream.below(USERS);
    const item = Math.floor(ITEMS * stream.uniform() ** 2);
    const [a, b] = tastes[user]!;
    const [c, d] = kinds[item]!;
    const fits = 1 / (1 + exp(-2 * (a * c + b * d)));
    if (stream.uniform() > fits) continue;
    users[row] = user;
    items[row] = item;
    truth[row] = fits;
    liked[row] = stream.uniform() < fits ? 1 : 0;
    row += 1;
  }
  const columns = [
    codedColumn("user", users, names("user", USERS)),
    codedColumn("item", items, names("item", ITEMS)),
  ];
  return { columns, liked, truth };
}
