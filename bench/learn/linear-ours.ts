/** Our side of the linear benchmark; see linear.ts. */
import {
  bootstrapDraws,
  impute,
  logistic,
  multinomial,
  pipeline,
  ridge,
  rocAucMetric,
  standardScale,
} from "@refrain/learn";
import type { LinearKind, LinearSettings } from "./linear-works.js";
import { readColumns, serve, toldArguments } from "./serve.js";

const told = toldArguments<LinearSettings>();
const { settings, rows, width } = told;
const { l1, l2, tolerance, repeats } = settings;
const { column, frame } = readColumns(told);
const [target, classes, value] = [column(width), column(width + 1), column(width + 2)];

async function fitLogistic(l1Penalty: number): Promise<number[]> {
  const penalties = l1Penalty > 0 ? { l1: l1Penalty, l2: 0 } : { l2 };
  const model = await logistic.fit(frame(), target, { ...penalties, tolerance });
  return [...model.coefficients, model.intercept];
}

async function fitRidge(): Promise<number[]> {
  const model = await ridge.fit(frame(), value, { l2 });
  return [...model.coefficients, model.intercept];
}

async function fitMultinomial(): Promise<number[]> {
  const model = await multinomial.fit(frame(), classes, { l2, tolerance });
  return [...model.coefficients, ...model.intercepts];
}

/** The first column scores the rows; users have two rows each. */
async function resample(): Promise<number[]> {
  const units = Int32Array.from({ length: rows }, (_, row) => row >> 1);
  const input = { target, scores: { one: column(0) }, units };
  const [found] = await bootstrapDraws(input, [rocAucMetric], { resamples: repeats, seed: 1 });
  return [found!.value];
}

const piped = pipeline({ encoders: [impute(), standardScale()], learner: logistic });
const pipe = ["rows", "all"].includes(settings.kind) ? await piped.fit(frame(), target) : undefined;
const some = Array.from({ length: Math.min(repeats, rows) }, (_, row) => {
  const entries = Array.from({ length: width }, (_one, j) => [`c${j}`, column(j)[row]!] as const);
  return Object.fromEntries(entries);
});

const runs: Readonly<Record<LinearKind, () => Promise<number[]>>> = {
  logistic: () => fitLogistic(0),
  lasso: () => fitLogistic(l1),
  ridge: fitRidge,
  multinomial: fitMultinomial,
  bootstrap: resample,
  rows: async () => some.map((row) => pipe!.predictRow(row)),
};

async function runAll(): Promise<number[]> {
  const answers: number[] = [];
  for (const one of Object.values(runs)) answers.push(...(await one()));
  return answers;
}

const run = settings.kind === "all" ? runAll : runs[settings.kind];
let answers = await run();
await serve(
  async () => {
    answers = await run();
  },
  async () => ({ answers }),
);
