/** An LSTM beside Keras on TensorFlow: one epoch over the same sequences, from the same scale. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RandomStream, sigmoid } from "@refrain/learn";
import type { BenchOptions, BenchRow } from "../row.js";
import { inFolder, rowOf, runInTurn, type SideFinish, threadCount } from "./in-turn.js";
import { TEST_SHARE } from "./trees-data.js";

/** What both sides are told. */
export interface LstmSettings {
  readonly trainingSequences: number;
  readonly steps: number;
  readonly hidden: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly learningRate: number;
  readonly threads: number;
}

/** Losses on held-out sequences: one a fit, each from first weights of its own. */
interface LstmFinish extends SideFinish {
  readonly losses: readonly number[];
}

const SEQUENCES = 50_000;
const COLUMNS = 16;
const STEPS = 20;
const PAIRS = 5;

/**
 * Normal columns, and a target that depends on the order of a sequence's rows: a sum that forgets,
 * fed by one column where another one is above 0, and one value by the sign of an earlier one.
 * @returns columns, then the target, one after the other, as little-endian doubles
 */
function drawSequences(sequences: number, steps: number, width: number): Uint8Array {
  const rows = sequences * steps;
  const data = new Float64Array(rows * (width + 1));
  const x = (place: number, row: number) => data[place * rows + row]!;
  const stream = new RandomStream(20240307, "lstm bench");
  for (let at = 0; at < rows * width; at++) data[at] = stream.normal();
  for (let sequence = 0; sequence < sequences; sequence++) {
    const [first, last] = [sequence * steps, sequence * steps + steps - 1];
    let sum = 0;
    for (let row = first; row <= last; row++) {
      sum = 0.8 * sum + (x(1, row) > 0 ? x(0, row) : 0);
    }
    const margin = 1.5 * sum + (x(3, last - 3) > 0 ? 1 : -1) * x(2, last);
    data[width * rows + last] = stream.uniform() < sigmoid(margin) ? 1 : 0;
  }
  return new Uint8Array(data.buffer);
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean loss of a side, and how far the fits of both lie apart. */
function lossQuality(sides: readonly LstmFinish[]) {
  const spreads = sides.map(({ losses }) => {
    const sorted = [...losses].sort((a, b) => a - b);
    return `${sorted[0]!.toFixed(4)}-${sorted.at(-1)!.toFixed(4)}`;
  });
  const seeds = sides[0]!.losses.length;
  const name = `log-loss on held-out sequences, mean of ${seeds} seeds (${spreads.join(" : ")})`;
  return ({ losses }: LstmFinish) => ({ name, value: mean(losses) });
}

/**
 * Fits both sides in turn on the same file.
 * @param options `quick`: 600 sequences and one pair
 * @returns one row
 */
export async function lstmBench(options: BenchOptions): Promise<BenchRow[]> {
  return await inFolder("lstm", async (folder) => {
    const path = join(folder, "data.bin");
    const trainingSequences = options.quick ? 600 : SEQUENCES;
    const sequences = Math.round(trainingSequences * (1 + TEST_SHARE));
    await writeFile(path, drawSequences(sequences, STEPS, COLUMNS));
    const threads = threadCount();
    const settings: LstmSettings = {
      trainingSequences,
      steps: STEPS,
      hidden: 64,
      batchSize: 256,
      epochs: 1,
      learningRate: 0.001,
      threads,
    };
    const both = { data: [path, sequences * STEPS, COLUMNS], settings } as const;
    const [ours, peer] = await runInTurn<LstmFinish>(
      [
        { script: "lstm-ours.ts", ...both },
        { script: "lstm_peer.py", python: "lstm", ...both },
      ],
      options.quick ? 1 : PAIRS,
    );
    const work = `LSTM, hidden ${settings.hidden}, ${STEPS} steps, batch 256, one epoch`;
    const bars = { reach: "≤ 1.2×", aim: "≤ .7×" };
    const about = { work, rows: trainingSequences, columns: COLUMNS, threads, ...bars };
    const quality = lossQuality([ours!.finish, peer!.finish]);
    return [rowOf(about, ours!, [{ ...peer!, name: "Keras on TensorFlow" }], quality)];
  });
}
