import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Tensor } from "../../foundation/index.js";
import { frameOf } from "../../frame/index.js";
import type { Learner } from "../contract.js";
import { lstm, lstmAutoencoder, mlp } from "./learners.js";
import type { SequenceModel } from "./model.js";

/** Written by bench/peers/lstm_fixtures.py. */
interface Golden {
  readonly networks: readonly {
    readonly kind: string;
    readonly options: object;
    readonly tensors: Readonly<Record<string, readonly number[]>>;
    readonly cases: readonly { readonly rows: readonly number[][]; readonly score: number }[];
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL("./fixtures/keras.json", import.meta.url), "utf8"),
) as Golden;
const learners = new Map(
  [lstm, mlp, lstmAutoencoder].map((one) => [one.kind, one as unknown as Learner]),
);

/** A model of these weights over columns that are not scaled. */
async function modelOf({ kind, options, tensors }: Golden["networks"][number]) {
  const learner = learners.get(kind)!;
  const frame = frameOf({ a: [0, 1], b: [1, 0], c: [0, 1] });
  const { card } = await learner.fit(frame, [0, 1], { ...options, epochs: 1 } as object);
  const plain = [
    ["means", [0, 0, 0]],
    ["deviations", [1, 1, 1]],
    ["target", [0, 1]],
  ] as const;
  const state: Record<string, Tensor> = {};
  for (const [name, values] of plain) {
    state[name] = { shape: [values.length], values: Float64Array.from(values) };
  }
  for (const [name, values] of Object.entries(tensors)) {
    state[name] = { shape: [values.length], values: Float32Array.from(values) };
  }
  return learner.restore(card, { settings: {}, tensors: state }) as SequenceModel;
}

const rowOf = ([a, b, c]: readonly number[]) => ({ a: a!, b: b!, c: c! });

describe.each(golden.networks)("$kind with the weights of a Keras network", (network) => {
  it("gives what Keras gives", async () => {
    const model = await modelOf(network);
    for (const { rows, score } of network.cases) {
      expect(Math.abs(model.predictSequence(rows.map(rowOf)) - score)).toBeLessThan(1e-5);
    }
  });

  it("gives the same bits for a sequence alone and in a table", async () => {
    const model = await modelOf(network);
    const all = network.cases.flatMap(({ rows }, group) => rows.map((row) => ({ row, group })));
    const frame = frameOf({
      a: all.map(({ row }) => row[0]!),
      b: all.map(({ row }) => row[1]!),
      c: all.map(({ row }) => row[2]!),
    });
    const groups = Int32Array.from(all, ({ group }) => group);
    const scores = await model.predict(frame, { groups });
    let end = 0;
    for (const { rows } of network.cases) {
      end += rows.length;
      expect(scores[end - 1]).toBe(model.predictSequence(rows.map(rowOf)));
    }
  });
});
