import { describe, expect, it } from "vitest";
import { CataloguedError, RandomStream } from "../foundation/index.js";
import { Frame, numberColumn } from "../frame/index.js";
import { type DetectorModel, type Learner, learnerCatalogue } from "../learners/index.js";

const ROWS = 120;
const stream = new RandomStream(1, "odd tables");
const normal = Float64Array.from({ length: ROWS }, () => stream.normal());
const other = Float64Array.from({ length: ROWS }, () => stream.normal());

function table(a: ArrayLike<number>, b: ArrayLike<number>): Frame {
  return new Frame([numberColumn("a", Float64Array.from(a)), numberColumn("b", b as Float64Array)]);
}

const filled = (value: number, rows = ROWS) => new Float64Array(rows).fill(value);
const withOne = (value: number) => normal.map((own, row) => (row === 5 ? value : own));

/** Tables as they come, which no detector may break on. */
const tables: Readonly<Record<string, Frame>> = {
  "nothing that changes": table(filled(3), filled(0.1)),
  "one row": table(filled(1, 1), filled(2, 1)),
  "two equal rows": table(filled(1, 2), filled(2, 2)),
  "nothing known": table(filled(Number.NaN), filled(Number.NaN)),
  "one column unknown": table(normal, filled(Number.NaN)),
  "four rows, many times": table(
    Float64Array.from({ length: 3000 }, (_, row) => row % 2),
    Float64Array.from({ length: 3000 }, (_, row) => (row >> 1) % 2),
  ),
  "one row, many times, and a few others": table(
    Float64Array.from({ length: 2000 }, (_, row) => Math.max(7, row - 1990)),
    Float64Array.from({ length: 2000 }, (_, row) => Math.min(7, 1990 - row)),
  ),
  "a value of 1e308": table(withOne(1e308), other),
  "a value of 1e150": table(withOne(1e150), other),
  infinity: table(withOne(Number.POSITIVE_INFINITY), other),
  "values near 1e149": table(
    normal.map((value) => value * 1e149),
    other,
  ),
  "the smallest numbers": table(
    normal.map((value) => value * 1e-310),
    filled(5e-324),
  ),
  "small changes far from 0": table(
    normal.map((value) => 1e12 + value / 1000),
    other,
  ),
};

const detectors = [...learnerCatalogue.values()].filter(({ task }) => task === "detection");
const brief: Readonly<Record<string, object>> = {
  "extended-isolation-forest": { trees: 10 },
  "fast-mcd": { starts: 10 },
  "isolation-forest": { trees: 10 },
  "lstm-autoencoder": { epochs: 1 },
  "mlp-autoencoder": { epochs: 1 },
};

/** What is wrong with numbers, in words. */
function unsound(what: string, values: Float64Array): string[] {
  const row = values.findIndex((value) => !Number.isFinite(value));
  return row < 0 ? [] : [`${what} ${row} is ${values[row]}`];
}

/** Fits, scores and asks for reasons; a catalogued error is an answer. */
async function faults(learner: Learner, frame: Frame): Promise<string[]> {
  try {
    const model = (await learner.fit(frame, undefined, brief[learner.kind])) as DetectorModel;
    const found = unsound("score", await model.predict(frame));
    found.push(...unsound("reason", await model.contributions(frame)));
    for (const value of [0, 1e150, -1e150]) {
      found.push(
        ...unsound(`row of ${value}`, Float64Array.of(model.predictRow({ a: value, b: value }))),
      );
    }
    return found;
  } catch (error) {
    if (error instanceof CataloguedError && error.code !== "MODEL_STATE") return [];
    return [String(error)];
  }
}

describe("detectors take odd tables, or say why not", () => {
  it.each(detectors.map(({ kind }) => kind))("%s", async (kind) => {
    const learner = learnerCatalogue.get(kind) as Learner;
    for (const [name, frame] of Object.entries(tables)) {
      expect(await faults(learner, frame), name).toEqual([]);
    }
  });
});
