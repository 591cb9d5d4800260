/** Our side of the detectors benchmark; see detectors.ts. */
import { copod, ecod, type Frame, hbos, oneClassSvm, rocAuc } from "@refrain/learn";
import type { DetectorSettings } from "./detectors.js";
import { readColumns, serve, toldArguments } from "./serve.js";

const told = toldArguments<DetectorSettings>();
const { detector, bins, sampleSize } = told.settings;
const { column, frame } = readColumns(told);

/** Fits the detector that is told. */
function fitted(table: Frame) {
  switch (detector) {
    case "hbos":
      return hbos.fit(table, undefined, { bins });
    case "one-class-svm":
      return oneClassSvm.fit(table, undefined, { sampleSize });
    default:
      return (detector === "ecod" ? ecod : copod).fit(table, undefined);
  }
}

/** Fits, and scores a table of as many rows. */
async function scored(rows: number): Promise<Float64Array> {
  const model = await fitted(frame().view(0, rows));
  return model.predict(frame().view(0, rows));
}

let scores = await scored(1000);
await serve(
  async () => {
    scores = await scored(told.rows);
  },
  async () => ({ auc: rocAuc(column(told.width), scores) }),
);
