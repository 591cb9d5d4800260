/** Our side of the LSTM's benchmark; see lstm.ts. */
import { logLoss, lstm, type SequenceModel } from "@refrain/learn";
import type { LstmSettings } from "./lstm.js";
import { readColumns, serve, toldArguments } from "./serve.js";

const told = toldArguments<LstmSettings>();
const { trainingSequences, steps, hidden, batchSize, epochs, learningRate, threads } =
  told.settings;
const { column, frame } = readColumns(told);
const target = column(told.width);
const groups = Int32Array.from(target, (_, row) => Math.floor(row / steps));

const train = (sequences: number, seed: number) =>
  lstm.fit(
    frame().view(0, sequences * steps),
    target.subarray(0, sequences * steps),
    { hidden, maxSteps: steps, batchSize, epochs, learningRate, examples: "last-row", seed },
    { threads, groups: groups.subarray(0, sequences * steps) },
  );

const models: SequenceModel[] = [];
await train(2 * batchSize, 0);
await serve(
  async () => {
    models.push(await train(trainingSequences, models.length + 1));
  },
  async () => {
    const first = trainingSequences * steps;
    const ends = (values: Float64Array) => values.filter((_, row) => row % steps === steps - 1);
    const labels = ends(target.subarray(first));
    const losses: number[] = [];
    for (const model of models) {
      const scores = await model.predict(frame().view(first), { groups: groups.subarray(first) });
      losses.push(logLoss(labels, ends(scores)));
    }
    return { losses };
  },
);
