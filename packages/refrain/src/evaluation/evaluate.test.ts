import {
  type Frame,
  frameOf,
  type Learner,
  type Model,
  type Numbers,
  RandomStream,
  sigmoid,
} from "@refrain/learn";
import { describe, expect, it } from "vitest";
import type { Candidate, CandidateKind } from "./candidate.js";
import { evaluate } from "./evaluate.js";
import { checkRandomLabels, runRandomLabels, studentQuantile } from "./random-labels.js";
import { checkTable, type LearningTable } from "./table.js";

type Fit = (
  frame: Frame,
  target: Numbers,
  options: { scale?: number },
) => (frame: Frame) => Float64Array;

/** A learner from a function; only what an evaluation uses of the contract is there. */
function toy(kind: string, fit: Fit): Learner {
  return {
    kind,
    fit: async (frame: Frame, target: Numbers, options: object) => {
      const score = fit(frame, target, options);
      const predict = async (rows: Frame) => score(rows);
      const card = { kind, outputs: ["probability"] };
      return { card, predict } as unknown as Model;
    },
  } as unknown as Learner;
}

const rateOf = (target: Numbers) =>
  Array.from(target).reduce((sum, y) => sum + y, 0) / target.length;

const prior: Fit = (_, target) => (frame) => new Float64Array(frame.rowCount).fill(rateOf(target));

/** Log-odds along "taste", sign and size of which are learnt from the difference of the means. */
const slope: Fit = (train, target, { scale = 1 }) => {
  const means = [0, 0];
  const counts = [0, 0];
  train.numbers("taste").forEach((value, row) => {
    means[target[row]!]! += value;
    counts[target[row]!]! += 1;
  });
  const gap = means[1]! / Math.max(1, counts[1]!) - means[0]! / Math.max(1, counts[0]!);
  return (frame) => Float64Array.from(frame.numbers("taste"), (x) => sigmoid(scale * gap * x - 1));
};

const constant =
  (value: number): Fit =>
  () =>
  (frame) =>
    new Float64Array(frame.rowCount).fill(value);

function candidate(name: string, kind: CandidateKind, fit: Fit, variants?: object[]): Candidate {
  return {
    name,
    kind,
    learner: toy(name, fit),
    ...(variants === undefined ? {} : { variants: variants as Record<string, unknown>[] }),
    ...(kind === "model" ? { coefficients: () => [{ feature: "taste", value: 1 }] } : {}),
  };
}

const candidates = [
  candidate("prior rate", "baseline", prior),
  candidate("always no", "baseline", constant(0)),
  candidate("slope", "model", slope, [{ scale: 0.01 }, { scale: 1.5 }]),
  candidate("noise", "model", constant(0.3)),
];

const dayMs = 86_400_000;

/** Users over some months; the truth depends on one of two features. */
function world(users: number, months: number, seed = 1): LearningTable {
  const stream = new RandomStream(seed, "world");
  const rows = Array.from({ length: users * months }, (_, row) => {
    const taste = stream.normal();
    const truth = sigmoid(1.5 * taste - 1);
    return {
      user: `u${row % users}`,
      month: Math.floor(row / users),
      taste,
      noise: stream.normal(),
      truth,
      yes: stream.uniform() < truth,
    };
  });
  return {
    features: frameOf({ taste: rows.map((r) => r.taste), noise: rows.map((r) => r.noise) }),
    target: Float64Array.from(rows, (row) => (row.yes ? 1 : 0)),
    users: rows.map((row) => row.user),
    periods: {
      list: Array.from({ length: months }, (_, month) => ({
        name: `month ${month + 1}`,
        at: month * 30 * dayMs,
        labelEnd: (month + 1) * 30 * dayMs,
      })),
      of: Int32Array.from(rows, (row) => row.month),
    },
    truth: Float64Array.from(rows, (row) => row.truth),
  };
}

const options = { task: "churn", resamples: 100, candidates, randomLabels: { repeats: 20 } };

/** Seconds are the one thing that may differ between two runs. */
function withoutSeconds(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, held) => (key === "seconds" ? 0 : held)));
}

describe("evaluate", async () => {
  const table = world(300, 4);
  const evaluation = await evaluate({ ...options, table, dropped: { bot: 3 } });
  const model = (name: string) => evaluation.models.find((one) => one.name === name)!;

  it("tests the last period by what was known before, and says so", () => {
    expect(evaluation.protocol).toContain("month 4");
    const [main] = evaluation.splits;
    expect(main).toMatchObject({ kind: "time", main: true, honest: true });
    expect(main?.train.rows).toBe(900);
    expect(main?.test.rows).toBe(300);
    expect(evaluation.population).toMatchObject({ rows: 1200, users: 300, dropped: { bot: 3 } });
  });

  it("chooses variants and the best model on validation rows", () => {
    expect(model("slope").options).toEqual({ scale: 1.5 });
    expect(evaluation.best).toBe("slope");
    expect(evaluation.chosenBy).toBe("it had the least log-loss on validation rows");
    expect(evaluation.periods.map((period) => period.name)).toHaveLength(4);
    expect(evaluation.periods[0]?.rocAuc).toEqual({});
    expect(evaluation.periods[1]?.rocAuc["slope"]).toBeGreaterThan(0.6);
    expect(evaluation.periods[3]?.main).toBe(true);
  });

  it("gives every metric an interval, and a difference from the best baseline", () => {
    const { rocAuc, differences } = model("slope");
    expect(rocAuc.low).toBeLessThan(rocAuc.value!);
    expect(rocAuc.high).toBeGreaterThan(rocAuc.value!);
    expect(differences?.logLoss).toMatchObject({ against: "prior rate", tie: false });
    expect(model("noise").differences?.rocAuc).toMatchObject({ value: 0, tie: true });
    expect(model("prior rate").differences).toBeUndefined();
    expect(evaluation.comparisons.map((one) => [one.model, one.against, one.metric])).toEqual([
      ["slope", "noise", "rocAuc"],
      ["slope", "noise", "prAuc"],
      ["slope", "noise", "logLoss"],
    ]);
  });

  it("shows train beside test, and accuracy beside the naive classifier", () => {
    expect(model("slope").train?.rocAuc).toBeGreaterThan(0.6);
    expect(evaluation.naive.positive).toBe(false);
    expect(evaluation.naive.accuracy).toEqual(model("always no").accuracy);
  });

  it("finds nothing in random labels", () => {
    expect(evaluation.randomLabels).toMatchObject({ model: "slope", repeats: 20, holdsHalf: true });
    expect(() => checkRandomLabels(evaluation)).not.toThrow();
  });

  it("reports the attainable skill and the share reached", () => {
    expect(evaluation.oracle?.attained.value).toBeCloseTo(1, 1);
    expect(model("noise").attained?.value).toBeCloseTo(0, 6);
  });

  it("shows the other protocols, the dishonest one too", () => {
    expect(evaluation.splits.map(({ kind, honest }) => [kind, honest])).toEqual([
      ["time", true],
      ["user", true],
      ["time-and-user", true],
      ["row", false],
    ]);
    for (const split of evaluation.splits) expect(split.models).toHaveLength(4);
  });

  it("fills assumptions and limits with what was measured", () => {
    const text = evaluation.limits.join(" ");
    expect(text).toContain("Answers cover 120 days and 4 moments of prediction, from 1970-01-01");
    expect(text).toContain("0 rows were left out of training");
    expect(text).toContain("100 times");
  });

  it("is the same for the same seed, and survives JSON", async () => {
    const again = await evaluate({ ...options, table: world(300, 4), dropped: { bot: 3 } });
    expect(withoutSeconds(again)).toEqual(withoutSeconds(evaluation));
    expect(JSON.stringify(evaluation)).not.toContain("null,null,null,null,null,null");
  });

  it("never looks at the answers of the test rows to fit or to choose", async () => {
    const flipped = world(300, 4);
    for (let row = 900; row < 1200; row += 1) flipped.target[row] = 1 - flipped.target[row]!;
    const other = await evaluate({ ...options, table: flipped, besides: [] });
    const choices = (of: typeof other) =>
      of.models.map((one) => [
        one.name,
        one.options,
        one.threshold,
        one.train,
        one.validationLogLoss,
      ]);
    expect(choices(other)).toEqual(choices(evaluation));
    expect(other.best).toBe(evaluation.best);
    expect(other.correlation).toEqual(evaluation.correlation);
  });
});

describe("evaluate where little can be known", () => {
  it("says that and why, and no number", async () => {
    const evaluation = await evaluate({ ...options, table: world(30, 3) });
    expect(evaluation.best).toBeNull();
    for (const one of evaluation.models) {
      expect(one.rocAuc.value).toBeNull();
      expect(one.rocAuc.reason).toMatch(
        /Cannot be estimated: the training rows hold \d+ positive rows/,
      );
    }
    expect(evaluation.randomLabels.holdsHalf).toBeNull();
    expect(evaluation.naive.accuracy.value).toBeNull();
    expect(() => checkRandomLabels(evaluation)).not.toThrow();
  });

  it("splits by user where there is no time, all folds pooled", async () => {
    const { periods: _, ...table } = world(200, 1);
    const evaluation = await evaluate({ ...options, table, split: { testedFolds: 5 } });
    expect(evaluation.splits.map((split) => split.kind)).toEqual(["user"]);
    expect(evaluation.splits[0]?.test.rows).toBe(200);
    expect(evaluation.periods).toEqual([]);
    expect(evaluation.models[2]?.rocAuc.value).toBeGreaterThan(0.7);
  });
});

describe("evaluate refuses", () => {
  const table = world(60, 2);

  it.each([
    ["two models of a name", [...candidates, candidates[0]!]],
    ["models without a baseline", [candidates[2]!]],
  ])("%s: CANDIDATE_UNKNOWN", async (_, given) => {
    await expect(evaluate({ ...options, table, candidates: given })).rejects.toMatchObject({
      code: "CANDIDATE_UNKNOWN",
    });
  });

  it("a protocol it does not know: PROTOCOL_UNKNOWN", async () => {
    const protocol = "weekday" as "time";
    await expect(evaluate({ ...options, table, protocol })).rejects.toMatchObject({
      code: "PROTOCOL_UNKNOWN",
    });
  });

  it("a seed that is no whole number", async () => {
    await expect(evaluate({ ...options, table, seed: 0.5 })).rejects.toMatchObject({
      code: "OPTION_INVALID",
    });
  });

  it.each(["fitting noise", "splitting by user", "learning random labels"])(
    "to go on when it is stopped while %s",
    async (doing) => {
      const stop = new AbortController();
      const steps: string[] = [];
      const onProgress = (step: { readonly doing: string }) => {
        steps.push(step.doing);
        if (step.doing === doing) stop.abort();
      };
      await expect(
        evaluate({ ...options, table: world(200, 3), signal: stop.signal, onProgress }),
      ).rejects.toMatchObject({ code: "INTERRUPTED" });
      expect(steps.at(-1)).toBe(doing);
    },
  );

  it("to go on when it is stopped", async () => {
    const signal = AbortSignal.abort();
    await expect(evaluate({ ...options, table: world(300, 3), signal })).rejects.toMatchObject({
      code: "INTERRUPTED",
    });
  });
});

describe("the run on random labels", () => {
  it("fails a protocol that lets the test rows into training: RANDOM_LABELS_LEARNED", async () => {
    const memory: Fit = (train, target) => {
      const answers = new Map<number, number>();
      train.numbers("taste").forEach((value, row) => {
        answers.set(value, target[row]!);
      });
      return (frame) => Float64Array.from(frame.numbers("taste"), (x) => answers.get(x) ?? 0.5);
    };
    const rows = Uint32Array.from({ length: 100 }, (_, row) => row);
    const randomLabels = await runRandomLabels(
      candidate("memory", "model", memory),
      checkTable(world(100, 1)),
      { name: "leaky", train: rows, test: rows.slice(50), purged: 0 },
      { seed: 1 },
    );
    expect(randomLabels.holdsHalf).toBe(false);
    expect(() => checkRandomLabels({ randomLabels })).toThrow(
      expect.objectContaining({ code: "RANDOM_LABELS_LEARNED", exitCode: 4 }),
    );
  });

  it("uses Student's quantile of the 99.9 % interval", () => {
    expect(studentQuantile(19)).toBeCloseTo(3.883, 3);
    expect(studentQuantile(1)).toBeCloseTo(636.62, 1);
  });
});
