/**
 * Whether simulated services are as hard as they are meant to be: over seeds and sizes, the whole
 * way from log files through the lake to the published features, against the truth.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  boosting,
  Frame,
  impute,
  logistic,
  numberColumn,
  oneHot,
  pipeline,
  rocAuc,
  signedLog,
  standardScale,
} from "@refrain/learn";
import {
  churnFeatures,
  type FeatureSet,
  type FeatureTable,
  featureNames,
  featureTable,
  ingest,
  premiumFeatures,
  readOracle,
  type SimulationFormat,
  simulate,
} from "refrain";
import type { Verified } from "./verified.js";

/** What the protocol gives: Markdown for the page, and whether every bar held. */
interface Case {
  readonly as: SimulationFormat;
  readonly label: "churn" | "premium";
  readonly target: string;
  readonly set: () => FeatureSet;
  readonly band: readonly [low: number, high: number];
  readonly sizes: readonly number[];
}

const buysNext = "will_buy_premium_next_month_numerical";
const cases: readonly Case[] = [
  {
    as: "musicbox",
    label: "churn",
    target: "label",
    set: churnFeatures,
    band: [0.88, 0.92],
    sizes: [3_000, 12_000],
  },
  {
    as: "pozytywka",
    label: "premium",
    target: buysNext,
    set: premiumFeatures,
    band: [0.79, 0.85],
    sizes: [6_000, 20_000],
  },
];

/** Most of the attainable that one feature, and logistic regression on all, may reach. */
const mostSingle = 0.75;
const mostLogistic = 0.93;

/** Rows with a known answer and truth. */
interface Rows {
  readonly frame: Frame;
  readonly target: Float64Array;
  readonly truth: Float64Array;
  readonly users: readonly string[];
}

interface Found {
  readonly rows: number;
  readonly positive: number;
  readonly truth: number;
  readonly single: number;
  readonly singleName: string;
  readonly logistic: number;
  readonly boosting: number;
}

/** Runs the protocol; quick = one small seed a format. */
export async function verifySimulator(quick: boolean): Promise<Verified> {
  const lines = [
    "Truth: ROC-AUC of the true probability of the label. Shares are (AUC - .5) / (AUC of the " +
      "truth - .5); logistic regression is trained on half of the users and tested on the " +
      "others, twice, and so is gradient boosting, which may not pass the truth.",
    "",
    "| service | users | seed | rows | positive | truth | best single feature | its share " +
      "| logistic's share | boosting's | holds |",
    "|---|---|---|---|---|---|---|---|---|---|---|",
  ];
  let ok = true;
  for (const one of cases) {
    for (const users of quick ? [800] : one.sizes) {
      for (const seed of quick ? [1] : [1, 2, 3, 4, 5]) {
        const found = await measure(one, users, seed);
        const holds =
          found.truth >= one.band[0] &&
          found.truth <= one.band[1] &&
          found.single <= mostSingle &&
          found.logistic <= mostLogistic &&
          found.boosting <= 1;
        ok &&= holds || quick;
        console.error(
          `${one.as}, ${users} users, seed ${seed}: ${holds ? "holds" : "does not hold"}`,
        );
        lines.push(
          `| ${one.as} (${one.label}) | ${users} | ${seed} | ${found.rows} | ` +
            `${(100 * found.positive).toFixed(1)} % | ${found.truth.toFixed(3)} | ` +
            `${found.singleName} | ${found.single.toFixed(2)} | ${found.logistic.toFixed(2)} | ` +
            `${found.boosting.toFixed(2)} | ${holds ? "yes" : "no"} |`,
        );
      }
    }
  }
  return { title: "Difficulty of simulated services", markdown: lines.join("\n"), ok };
}

async function measure(one: Case, users: number, seed: number): Promise<Found> {
  const folder = await mkdtemp(join(tmpdir(), "refrain-verify-"));
  try {
    const logs = join(folder, "logs");
    const lake = join(folder, "lake");
    await simulate({ as: one.as, users, seed, out: logs });
    await ingest({ inputs: [logs], source: one.as, lake });
    const table = await featureTable({ lake, set: one.set() });
    return await judge(await knownRows(one, table, logs));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function knownRows(one: Case, table: FeatureTable, logs: string): Promise<Rows> {
  const column = (name: string) => table.columns.find((found) => found.name === name)?.values ?? [];
  const text = (name: string) => Array.from(column(name), String);
  const users = text(one.label === "churn" ? "uid" : "user_id");
  const months = text("month");
  const at =
    one.label === "churn"
      ? text("cutoff")
      : text("year").map((year, row) => `${year}-${months[row]!.padStart(2, "0")}`);
  const truth = await readOracle(logs, { label: one.label, users, at });
  const target = Float64Array.from(column(one.target), Number);
  const keep = Uint32Array.from(
    [...target.keys()].filter((row) => !Number.isNaN(target[row]) && !Number.isNaN(truth[row])),
  );
  // By name: beside the features the table holds keys and answers, some of them of other variants.
  const features = new Set(featureNames(one.set()));
  const columns = table.columns.flatMap(({ name, kind, values }) =>
    features.has(name) && kind === "number" ? [numberColumn(name, values)] : [],
  );
  return {
    frame: new Frame(columns, table.rows).take(keep),
    target: Float64Array.from(keep, (row) => target[row]!),
    truth: Float64Array.from(keep, (row) => truth[row]!),
    users: Array.from(keep, (row) => users[row]!),
  };
}

async function judge({ frame, target, truth, users }: Rows): Promise<Found> {
  const area = rocAuc(target, truth);
  const singles = frame.columns
    .map(({ name }) => ({ name, area: singleArea(target, Float64Array.from(frame.numbers(name))) }))
    .sort((a, b) => b.area - a.area);
  const best = singles[0]!;
  const rows = { frame, target, truth, users };
  const share = async (learner: PipelineLearner) =>
    ((await halfShare(rows, learner, 0)) + (await halfShare(rows, learner, 1))) / 2;
  return {
    rows: target.length,
    positive: target.reduce((sum, value) => sum + value, 0) / target.length,
    truth: area,
    single: (best.area - 0.5) / (area - 0.5),
    singleName: best.name,
    logistic: await share(linear),
    boosting: await share(trees),
  };
}

/** The better direction's area; rows without the feature stand at its mean. */
function singleArea(target: Float64Array, values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
  const filled = values.map((value) => (Number.isNaN(value) ? mean : value));
  const area = rocAuc(target, filled);
  return Math.max(area, 1 - area);
}

const linear = pipeline({
  encoders: [oneHot(), impute(), signedLog(), standardScale()],
  learner: logistic,
});
const trees = pipeline({
  encoders: [],
  learner: boosting,
  options: { rounds: 150, learningRate: 0.05, maxLeaves: 8, l2: 5, rowShare: 0.8 },
});
type PipelineLearner = typeof linear | typeof trees;

/** The share reached on the users of one half by a model of the others. */
async function halfShare(rows: Rows, learner: PipelineLearner, fold: number): Promise<number> {
  const inFold = rows.users.map((user) => Number(user.slice(-1)) % 2 === fold);
  const pick = (wanted: boolean) =>
    Uint32Array.from([...inFold.keys()].filter((row) => inFold[row] === wanted));
  const [train, test] = [pick(true), pick(false)];
  const of = (values: Float64Array, chosen: Uint32Array) =>
    Float64Array.from(chosen, (row) => values[row]!);
  const model = await learner.fit(rows.frame.take(train), of(rows.target, train), learner.defaults);
  const scores = await model.predict(rows.frame.take(test));
  const target = of(rows.target, test);
  return (rocAuc(target, scores) - 0.5) / (rocAuc(target, of(rows.truth, test)) - 0.5);
}
