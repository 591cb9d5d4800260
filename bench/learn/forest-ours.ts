/** Our side of the forest benchmark; see forest.ts. */
import { randomForest, rocAuc } from "@refrain/learn";
import type { ForestSettings } from "./forest.js";
import { readColumns, serve, toldArguments } from "./serve.js";

const told = toldArguments<ForestSettings>();
const { trainingRows, minSamplesLeaf, trees, threads } = told.settings;
const { column, frame } = readColumns(told);
const target = column(told.width);

// The peer judges no rows out of bag either.
const train = (most: number) =>
  randomForest.fit(
    frame().view(0, trainingRows),
    target.subarray(0, trainingRows),
    { trees: most, minSamplesLeaf, outOfBag: false },
    { threads },
  );

let model = await train(2);
await serve(
  async () => {
    model = await train(trees);
  },
  async () => {
    const scores = await model.predict(frame().view(trainingRows));
    return { auc: rocAuc(target.subarray(trainingRows), scores) };
  },
);
