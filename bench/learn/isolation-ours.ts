/** Our side of the isolation benchmark; see isolation.ts. */
import { isolationForest, rocAuc } from "@refrain/learn";
import type { IsolationSettings } from "./isolation.js";
import { readColumns, serve, toldArguments } from "./serve.js";

const told = toldArguments<IsolationSettings>();
const { trees, sampleSize, threads } = told.settings;
const { column, frame } = readColumns(told);

/** Fits, and scores a table of as many rows. */
async function scored(rows: number): Promise<Float64Array> {
  const model = await isolationForest.fit(frame().view(0, rows), undefined, { trees, sampleSize });
  return model.predict(frame().view(0, rows), { threads });
}

let scores = await scored(1000);
await serve(
  async () => {
    scores = await scored(told.rows);
  },
  async () => ({ auc: rocAuc(column(told.width), scores) }),
);
