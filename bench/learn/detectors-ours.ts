/** Our side of the detectors benchmark; see detectors.ts. */
import { copod, ecod, hbos, rocAuc } from "@refrain/learn";
import type { DetectorSettings } from "./detectors.js";
import { readColumns, serve, toldArguments } from "./serve.js";

const told = toldArguments<DetectorSettings>();
const { detector, bins } = told.settings;
const { column, frame } = readColumns(told);

/** Fits, and scores a table of as many rows. */
async function scored(rows: number): Promise<Float64Array> {
  const model =
    detector === "hbos"
      ? await hbos.fit(frame().view(0, rows), undefined, { bins })
      : await (detector === "ecod" ? ecod : copod).fit(frame().view(0, rows), undefined);
  return model.predict(frame().view(0, rows));
}

let scores = await scored(1000);
await serve(
  async () => {
    scores = await scored(told.rows);
  },
  async () => ({ auc: rocAuc(column(told.width), scores) }),
);
