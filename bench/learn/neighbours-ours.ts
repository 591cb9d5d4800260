/** Our side of the neighbours benchmark; see neighbours.ts. */
import { localOutlierFactor, neighbourDistance, rocAuc } from "@refrain/learn";
import type { NeighbourSettings } from "./neighbours.js";
import { readColumns, serve, toldArguments } from "./serve.js";

const told = toldArguments<NeighbourSettings>();
const { detector, neighbours, threads } = told.settings;
const { column, frame } = readColumns(told);

/** Fits, and scores the rows that were learnt from. */
async function scored(rows: number): Promise<Float64Array> {
  const table = frame().view(0, rows);
  const learner = detector === "knn" ? neighbourDistance : localOutlierFactor;
  const model = await learner.fit(table, undefined, { neighbours }, { threads });
  return model.leaveOneOut(table, { threads });
}

let scores = await scored(1000);
await serve(
  async () => {
    scores = await scored(told.rows);
  },
  async () => ({
    auc: rocAuc(column(told.width), scores),
    total: scores.reduce((sum, score) => sum + score, 0),
  }),
);
