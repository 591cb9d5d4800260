/** Our side of the LSTM's benchmark; see lstm.ts. */
import { lstm, rocAuc } from "@refrain/learn";
import type { LstmSettings } from "./lstm.js";
import { readColumns, serve, toldArguments } from "./serve.js";

const told = toldArguments<LstmSettings>();
const { trainingSequences, steps, hidden, batchSize, epochs, learningRate, threads } =
  told.settings;
const { column, frame } = readColumns(told);
const target = column(told.width);
const groups = Int32Array.from(target, (_, row) => Math.floor(row / steps));

const train = (sequences: number) =>
  lstm.fit(
    frame().view(0, sequences * steps),
    target.subarray(0, sequences * steps),
    { hidden, maxSteps: steps, batchSize, epochs, learningRate, examples: "last-row", seed: 1 },
    { threads, groups: groups.subarray(0, sequences * steps) },
  );

let model = await train(2 * batchSize);
await serve(
  async () => {
    model = await train(trainingSequences);
  },
  async () => {
    const first = trainingSequences * steps;
    const scores = await model.predict(frame().view(first), { groups: groups.subarray(first) });
    const ends = (values: Float64Array) => values.filter((_, row) => row % steps === steps - 1);
    return { auc: rocAuc(ends(target.subarray(first)), ends(scores)) };
  },
);
