/** Our side of the benchmarks of recommenders; see als.ts. */
import { readFileSync } from "node:fs";
import { bpr, codedColumn, type FactorModel, Frame, implicitAls, ndcgAtK } from "@refrain/learn";
import type { AlsSettings } from "./als.js";
import { serve, toldArguments } from "./serve.js";

const { path, rows, settings } = toldArguments<AlsSettings>();
const { learner, users, items, trainingRows, factors, l2 } = settings;
const { sweeps, threads, judged, curve } = settings;
const file = readFileSync(path);
const words = new Int32Array(file.buffer, file.byteOffset, 2 * rows);
const [user, item] = [words.subarray(0, rows), words.subarray(rows)];
const counts = new Float32Array(file.buffer, file.byteOffset + 8 * rows, trainingRows);
const names = (count: number) => Array.from({ length: count }, (_, place) => String(place));
const [userNames, itemNames] = [names(users), names(items)];

/** A new table each time, so that no hash is kept from the fit before. */
function table(): Frame {
  return new Frame([
    codedColumn("user", user.subarray(0, trainingRows), userNames),
    codedColumn("item", item.subarray(0, trainingRows), itemNames),
  ]);
}

function train(most: number): Promise<FactorModel> {
  const options = { factors, l2, sweeps: most, seed: 1 };
  if (learner === "bpr") {
    const asPeer = { learningRate: 0.05, negatives: "popularity" } as const;
    return bpr.fit(table(), undefined, { ...options, ...asPeer }, { threads });
  }
  // As the peer: counts as they are, the same penalty for all.
  const plain = { damping: "none", alpha: 1, frequencyPower: 0 } as const;
  return implicitAls.fit(table(), undefined, { ...options, ...plain }, { weight: counts, threads });
}

const held = new Map<number, Set<number>>();
for (let row = trainingRows; row < rows; row++) {
  if (user[row]! >= judged) continue;
  const own = held.get(user[row]!) ?? new Set();
  held.set(user[row]!, own.add(item[row]!));
}

async function ndcgOf(fitted: FactorModel): Promise<number> {
  const asked = Int32Array.from(held.keys()).sort();
  const found = await fitted.recommend(asked, 10, { threads });
  let sum = 0;
  for (const [place, who] of asked.entries()) {
    sum += ndcgAtK(found.items.subarray(10 * place, 10 * place + 10), held.get(who)!, 10);
  }
  return sum / asked.length;
}

let model = await train(1);
await serve(
  async () => {
    model = await train(sweeps);
  },
  async () => {
    const points: { seconds: number; ndcg: number }[] = [];
    const wanted = [1, 2, 3, 4, 5, 6, 8, 10, 12, sweeps];
    for (const most of curve ? wanted.filter((one) => one <= sweeps) : []) {
      const started = performance.now();
      const fitted = await train(most);
      const seconds = (performance.now() - started) / 1000;
      points.push({ seconds, ndcg: await ndcgOf(fitted) });
    }
    const objective = model.card.summary["objective"];
    return { ndcg: await ndcgOf(model), objective, curve: points };
  },
);
