import { RandomStream } from "@refrain/learn";
import {
  buildRatings,
  type InjectedRatings,
  injectRaters,
  type Ratings,
} from "../../simulate/index.js";

/** People with one of three tastes each rate 60 to 10 titles of it, and some others. */
export function people(users = 300, items = 240, seed = 5): Ratings {
  const random = new RandomStream(seed, "test people");
  const rows = { user: [] as number[], item: [] as number[], value: [] as number[] };
  const worth = Float64Array.from({ length: items }, () => 3.2 + 0.6 * random.normal());
  for (let user = 0; user < users; user++) {
    const taste = random.below(3);
    const lean = 0.4 * random.normal();
    const seen = new Set<number>();
    const length = 10 + random.below(30);
    for (let k = 0; k < length; k++) {
      const place = Math.floor((items / 3) * random.uniform() ** 2.5);
      const own = random.uniform() < 0.85 ? taste : random.below(3);
      seen.add(Math.min(items - 1, 3 * place + own));
    }
    for (const item of seen) {
      const liked = item % 3 === taste ? 0.4 : -0.3;
      const value = Math.round(worth[item]! + lean + liked + 0.7 * random.normal());
      rows.user.push(user);
      rows.item.push(item);
      rows.value.push(Math.min(5, Math.max(1, value)));
    }
  }
  const names = (count: number, letter: string) =>
    Array.from({ length: count }, (_, k) => `${letter}${k}`);
  return buildRatings(
    {
      userIds: names(users, "p"),
      itemIds: names(items, "i"),
      scale: { low: 1, high: 5, step: 1 },
    },
    {
      user: Int32Array.from(rows.user),
      item: Int32Array.from(rows.item),
      value: Float64Array.from(rows.value),
    },
  );
}

/** The same with five crooked raters of each kind and half. */
export function crookedPeople(seed = 1): InjectedRatings {
  return injectRaters(people(), { seed, perKindAndHalf: 5 });
}
