/** What recommenders promise beside all others. */
import type { CategoryColumn } from "../frame/index.js";
import type { Recommendations, RecommenderModel } from "../learners/index.js";
import type { Check, CheckContext } from "./check.js";
import { refused } from "./expect.js";

const recommends = ({ task }: { readonly task: string }): boolean => task === "recommendation";

const LENGTH = 5;

async function fittedModel({ model }: CheckContext): Promise<RecommenderModel> {
  return (await model()) as RecommenderModel;
}

/** Users and items of the training rows, as one number a pair. */
function takenPairs({ world }: CheckContext, items: number): Set<number> {
  const [users, taken] = ["user", "item"].map((name) => {
    return (world.frame.column(name) as CategoryColumn).codes;
  }) as [Int32Array, Int32Array];
  return new Set(Array.from(users, (user, row) => user * items + taken[row]!));
}

/** Whether two answers are the same to the bit. */
function same(a: Recommendations, b: Recommendations): boolean {
  return (
    a.items.every((item, at) => item === b.items[at]) &&
    a.scores.every((score, at) => Object.is(score, b.scores[at]))
  );
}

const checks: readonly Omit<Check, "applies">[] = [
  {
    name: "nobody is given what training saw of them, nor an item twice",
    run: async (context) => {
      const model = await fittedModel(context);
      const taken = takenPairs(context, model.items.length);
      const { users, items, k } = await model.recommend("all", LENGTH);
      const given = new Set<number>();
      for (const [at, item] of items.entries()) {
        const pair = users[Math.floor(at / k)]! * model.items.length + item;
        if (item >= 0 && taken.has(pair)) return `pair ${pair} was seen, and is given`;
        if (item >= 0 && given.has(pair)) return `pair ${pair} is given twice`;
        given.add(pair);
      }
      return undefined;
    },
  },
  {
    name: "recommendations are the best scores, in order",
    run: async (context) => {
      const model = await fittedModel(context);
      const found = await model.recommend("all", LENGTH, { exclude: "none" });
      for (const [row, user] of found.users.entries()) {
        const scores = model.items.map((item) =>
          model.predictRow({ user: model.users[user]!, item }),
        );
        const best = scores.toSorted((a, b) => b - a);
        const size = Math.max(1, Math.abs(best[0]!));
        for (let rank = 0; rank < LENGTH; rank++) {
          const item = found.items[row * LENGTH + rank]!;
          // Lists may be short where the rest scores nothing.
          const own = item < 0 ? 0 : scores[item]!;
          if (Math.abs(own - best[rank]!) <= 1e-5 * size) continue;
          return `rank ${rank} of user ${user} scores ${own}, and the best there is ${best[rank]}`;
        }
      }
      return undefined;
    },
  },
  {
    name: "recommendations depend on neither threads nor who else asks",
    run: async (context) => {
      const model = await fittedModel(context);
      const all = await model.recommend("all", LENGTH, { threads: 1 });
      if (!same(all, await model.recommend("all", LENGTH, { threads: 2 }))) {
        return "two threads give others";
      }
      const last = model.users.length - 1;
      const alone = await model.recommend([model.users[last]!], LENGTH);
      const own = all.items.slice(last * LENGTH);
      return own.every((item, at) => item === alone.items[at]) ? undefined : "alone gives others";
    },
  },
  {
    name: "held-out pairs score above other new pairs",
    run: async (context) => {
      const model = await fittedModel(context);
      const { testFrame, random } = context.world;
      const stream = random("pairs by chance");
      const taken = takenPairs(context, model.items.length);
      const scores = await model.predict(testFrame);
      const [users, items] = ["user", "item"].map((name) => {
        return (testFrame.column(name) as CategoryColumn).codes;
      }) as [Int32Array, Int32Array];
      let [above, pairs] = [0, 0];
      for (const [row, score] of scores.entries()) {
        if (taken.has(users[row]! * model.items.length + items[row]!)) continue;
        const own = users[row]! * model.items.length;
        let other = stream.below(model.items.length);
        while (taken.has(own + other)) other = stream.below(model.items.length);
        const user = model.users[users[row]!]!;
        const chance = model.predictRow({ user, item: model.items[other]! });
        above += score > chance ? 1 : score === chance ? 0.5 : 0;
        pairs += 1;
      }
      const share = above / pairs;
      return share > 0.55 ? undefined : `${above} of ${pairs} do`;
    },
  },
  {
    name: "users and items that are not known are named",
    run: async (context) => {
      const model = await fittedModel(context);
      const codes = ["RECOMMEND_UNKNOWN"];
      const user = await refused(() => model.recommend(["nobody"], LENGTH), codes);
      return user ?? refused(() => model.similarItems("nothing", LENGTH), codes);
    },
  },
  {
    name: "pairs that are not known have defined scores",
    run: async (context) => {
      const model = await fittedModel(context);
      const [user, item] = [model.users[0]!, model.items[0]!];
      const rows = [{ user: "nobody", item }, { user, item: "nothing" }, {}];
      const wrong = rows.map((row) => model.predictRow(row)).find((s) => !Number.isFinite(s));
      return wrong === undefined ? undefined : `one scores ${wrong}`;
    },
  },
];

/** The checks of recommenders. */
export const recommendationChecks: readonly Check[] = checks.map((check) => {
  return { ...check, applies: recommends };
});
