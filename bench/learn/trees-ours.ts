/** Our side of the boosting benchmark; see trees.ts. */
import { boosting, rocAuc } from "@refrain/learn";
import { readColumns, serve, toldArguments } from "./serve.js";
import type { TreesSettings } from "./trees.js";

const told = toldArguments<TreesSettings>();
const { trainingRows, leaves, rounds, threads } = told.settings;
const { column, frame } = readColumns(told);
const target = column(told.width);

const train = (most: number) =>
  boosting.fit(
    frame().view(0, trainingRows),
    target.subarray(0, trainingRows),
    { rounds: most, maxLeaves: leaves },
    { threads },
  );

let model = await train(1);
await serve(
  async () => {
    model = await train(rounds);
  },
  async () => {
    const scores = await model.predict(frame().view(trainingRows));
    return { auc: rocAuc(target.subarray(trainingRows), scores) };
  },
);
