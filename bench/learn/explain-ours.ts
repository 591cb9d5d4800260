/** Our side of explain.ts. */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import {
  type BoostingModel,
  boosting,
  explainTrees,
  Frame,
  numberColumn,
  schemaOf,
} from "@refrain/learn";
import type { ExplainSettings } from "./explain.js";
import { serve, toldArguments } from "./serve.js";

const { path, rows, width, settings } = toldArguments<ExplainSettings>();
const count = rows - settings.trainingRows;
const file = openSync(path, "r");

/** A column's rows behind those of training. */
function column(place: number): Float64Array {
  const values = new Float64Array(count);
  readSync(file, values, 0, values.byteLength, 8 * (place * rows + settings.trainingRows));
  return values;
}

const frame = new Frame(Array.from({ length: width }, (_, k) => numberColumn(`c${k}`, column(k))));
closeSync(file);

/** The peer's trees as a model of ours. */
function readTrees(): BoostingModel {
  type Told = Readonly<Record<string, readonly number[]>> & { readonly outputs: number };
  const told = JSON.parse(readFileSync(settings.model, "utf8")) as Told;
  const nodes = told["column"]!.length;
  const doubles = (name: string) => Float64Array.from(told[name] ?? new Float64Array(nodes));
  const vector = <Values extends { readonly length: number }>(values: Values) => ({
    shape: [values.length],
    values,
  });
  const schema = schemaOf(frame);
  const card = {
    kind: "boosting",
    task: "classification",
    schema,
    outputs: ["probability"],
    options: {},
    dataHash: "0".repeat(64),
    trainingRows: settings.trainingRows,
    summary: {},
    goldenRows: frame.view(0, 0),
  } as const;
  return boosting.restore(card, {
    settings: { outputs: told.outputs, start: [0] },
    tensors: {
      starts: vector(Int32Array.from(told["starts"]!)),
      sets: { shape: [0, 32], values: new Uint8Array(0) },
      column: vector(Int32Array.from(told["column"]!)),
      left: vector(Int32Array.from(told["left"]!)),
      set: vector(new Int32Array(nodes).fill(-1)),
      missingLeft: vector(Uint8Array.from(told["missingLeft"]!)),
      threshold: vector(doubles("threshold")),
      value: vector(doubles("value")),
      cover: vector(doubles("cover")),
      gain: vector(doubles("gain")),
    },
  });
}

async function run(model: BoostingModel): Promise<Float64Array> {
  const { threads, background, work } = settings;
  if (work === "scores") return await model.predict(frame, { threads });
  if (work === "rows") return Float64Array.from(singles, (row) => model.predictRow(row));
  const others = work === "interventional" ? { background: frame.view(0, background) } : {};
  return (await explainTrees(model, frame, { threads, ...others })).values;
}

const singles =
  settings.work === "rows" ? Array.from({ length: count }, (_, row) => frame.row(row)) : [];
let model: BoostingModel | undefined;
let result: Float64Array = new Float64Array(0);
await serve(
  async () => {
    result = await run(model!);
  },
  async () => ({ told: [...result.subarray(0, 1000)] }),
  async () => {
    if (model !== undefined) return;
    model = readTrees();
    // The peer's machine code was compiled long ago; ours is on the first rows.
    await run(model);
  },
);
