/** Users with tastes: who takes what is a function of two hidden vectors. */
import { exp, RandomStream } from "../../foundation/index.js";
import { codedColumn, Frame } from "../../frame/index.js";

/** Rows of users and items, and what each counts. */
export interface TasteWorld {
  readonly frame: Frame;
  readonly weight: Float64Array;
  /** Rating of each row, 1 … 5. */
  readonly rating: Float64Array;
}

/**
 * Draws a world.
 * @param rows draws; pairs may repeat
 */
export function tasteWorld(seed: number, users: number, items: number, rows: number): TasteWorld {
  const random = new RandomStream(seed, "taste world");
  const hidden = (count: number) =>
    Array.from({ length: count }, () => [random.normal(), random.normal(), random.normal()]);
  const [tastes, kinds] = [hidden(users), hidden(items)];
  const userCodes = new Int32Array(rows);
  const itemCodes = new Int32Array(rows);
  const weight = new Float64Array(rows);
  const rating = new Float64Array(rows);
  for (let row = 0; row < rows; ) {
    const user = Math.floor(users * random.uniform() ** 2);
    const item = Math.floor(items * random.uniform() ** 2);
    const like = tastes[user]!.reduce((sum, value, j) => sum + value * kinds[item]![j]!, 0);
    if (random.uniform() > 1 / (1 + exp(-2 * like))) continue;
    userCodes[row] = user;
    itemCodes[row] = item;
    weight[row] = 1 + random.below(9);
    rating[row] = Math.min(5, Math.max(1, 3 + like + 0.3 * random.normal()));
    row += 1;
  }
  const names = (what: string, count: number) =>
    Array.from({ length: count }, (_, place) => `${what} ${place}`);
  const frame = new Frame([
    codedColumn("user", userCodes, names("user", users)),
    codedColumn("item", itemCodes, names("item", items)),
  ]);
  return { frame, weight, rating };
}
