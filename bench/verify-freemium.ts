/**
 * Skill on real people who did or did not begin to pay (freemium_xyz, 41,540 users): our boosting
 * and forest beside XGBoost and scikit-learn, on the same folds with the same parameters.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import {
  boosting,
  bootstrap,
  ece,
  Frame,
  logLoss,
  logLossMetric,
  numberColumn,
  pipeline,
  platt,
  prAuc,
  prAucMetric,
  RandomStream,
  randomForest,
  rocAuc,
  rocAucMetric,
} from "@refrain/learn";
import { peerPython, peerScript } from "./learn/python.js";
import type { Verified } from "./verified.js";

/** What the protocol gives: Markdown for the page, and whether every bar held. */
const FOLDS = 5;
const REPEATS = 2;
/** Share of the training rows that only say when to stop. */
const KEPT = 0.2;
const file = fileURLToPath(
  new URL("../../shared/data/freemium_xyz/XYZData.csv.gz", import.meta.url),
);

/** Fixed before any of these rows was seen: small steps, small trees, stopped by kept rows. */
const settings = {
  folds: FOLDS,
  rounds: 1000,
  learningRate: 0.05,
  maxLeaves: 15,
  minHessian: 5,
  l2: 1,
  rowShare: 0.8,
  columnShare: 0.5,
  patience: 50,
  trees: 300,
  minSamplesLeaf: 10,
  threads: 2,
};

/** What is owed of the means over folds. */
const bars = {
  boosting: { auc: 0.812, prAuc: 0.133, logLoss: 0.135, ece: 0.005 },
  forest: { auc: 0.803 },
} as const;

interface Table {
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
  readonly target: Float64Array;
}

async function readTable(most: number): Promise<Table> {
  const lines = gunzipSync(await readFile(file))
    .toString("utf8")
    .trim()
    .split(/\r?\n/);
  const names = lines[0]!.split(",").map((name) => name.replaceAll('"', ""));
  const rows = lines.slice(1, 1 + most).map((line) => line.split(","));
  const column = (place: number) =>
    Float64Array.from(rows, (row) => (row[place] === "" ? Number.NaN : Number(row[place])));
  const wanted = names.filter((name) => name !== "user_id" && name !== "adopter");
  return {
    names: wanted,
    columns: wanted.map((name) => column(names.indexOf(name))),
    target: column(names.indexOf("adopter")),
  };
}

/** A fold a row, adopters spread evenly, 8 more where the row only says when to stop. */
function dealFolds(target: Float64Array, repeat: number): Uint8Array {
  const random = new RandomStream(20240229 + repeat, "freemium folds");
  const order = Uint32Array.from(target.keys());
  random.shuffle(order);
  const marks = new Uint8Array(target.length);
  const dealt = [0, 0];
  for (const row of order) marks[row] = dealt[target[row]!]!++ % FOLDS;
  return marks.map((fold) => (random.uniform() < KEPT ? fold + 8 : fold));
}

interface Scores {
  readonly boosting: Float64Array;
  readonly forest: Float64Array;
  /** Boosting once more as the tasks fit it: on all training rows, calibrated. */
  readonly settled: Float64Array;
}

function rowsWhere(marks: Uint8Array, holds: (fold: number, kept: boolean) => boolean): number[] {
  return [...marks.keys()].filter((row) => holds(marks[row]! & 7, marks[row]! >= 8));
}

async function ourScores({ names, columns, target }: Table, folds: Uint8Array[]): Promise<Scores> {
  const frame = new Frame(names.map((name, j) => numberColumn(name, columns[j]!)));
  const of = (rows: number[]) => Float64Array.from(rows, (row) => target[row]!);
  const all = folds.length * target.length;
  const [first, second, third] = [0, 1, 2].map(() => new Float64Array(all));
  const scores = { boosting: first!, forest: second!, settled: third! };
  const { rounds, learningRate, maxLeaves, minHessian, l2, rowShare, columnShare } = settings;
  const { patience, threads, trees, minSamplesLeaf } = settings;
  for (const [repeat, marks] of folds.entries()) {
    for (let k = 0; k < FOLDS; k++) {
      const test = rowsWhere(marks, (fold) => fold === k);
      const training = rowsWhere(marks, (fold, kept) => fold !== k && !kept);
      const watched = rowsWhere(marks, (fold, kept) => fold !== k && kept);
      const seed = 10 * repeat + k;
      const options = {
        ...{ learningRate, maxLeaves, minHessian, l2, rowShare, columnShare },
        ...{ seed, minRows: 1 },
      };
      const model = await boosting.fit(
        frame.take(training),
        of(training),
        { ...options, rounds, patience },
        { threads, validation: { frame: frame.take(watched), target: of(watched) } },
      );
      const rest = rowsWhere(marks, (fold) => fold !== k);
      const forest = await randomForest.fit(
        frame.take(rest),
        of(rest),
        { trees, minSamplesLeaf, maxFeatures: "sqrt", seed },
        { threads },
      );
      const stopped = Number(model.card.summary["bestRound"]);
      const settled = await pipeline({
        encoders: [],
        learner: boosting,
        options: { ...options, rounds: Math.round(stopped / Math.sqrt(1 - KEPT)) },
        calibrator: platt,
      }).fit(frame.take(rest), of(rest), { seed }, { threads });
      const tested = frame.take(test);
      for (const [name, fitted] of Object.entries({ boosting: model, forest, settled })) {
        const found = await fitted.predict(tested);
        const into = scores[name as keyof Scores].subarray(repeat * target.length);
        for (const [i, row] of test.entries()) into[row] = found[i]!;
      }
    }
  }
  return scores;
}

/** The peers' scores on the same folds, and their versions. */
async function peerScores({ columns, target }: Table, folds: Uint8Array[]) {
  const folder = await mkdtemp(join(tmpdir(), "freemium-"));
  const paths = ["table.bin", "folds.bin", "scores.bin"].map((name) => join(folder, name));
  const [table, dealt, out] = paths as [string, string, string];
  try {
    const data = new Float64Array((columns.length + 1) * target.length);
    for (const [j, values] of [...columns, target].entries()) data.set(values, j * target.length);
    await writeFile(table, new Uint8Array(data.buffer));
    await writeFile(dealt, Buffer.concat(folds));
    const size = [String(target.length), String(columns.length)];
    const args = [peerScript("freemium_peer.py"), table, ...size, dealt, out];
    const said = execFileSync(peerPython(), [...args, JSON.stringify(settings)], {
      encoding: "utf8",
      // Threads that wait by spinning take the cores from each other.
      env: { ...process.env, OMP_WAIT_POLICY: "passive" },
    });
    const bytes = new Uint8Array(await readFile(out));
    const scores = new Float64Array(bytes.buffer);
    const half = folds.length * target.length;
    return {
      boosting: scores.subarray(0, half),
      forest: scores.subarray(half),
      versions: JSON.parse(said) as { readonly xgboost: string; readonly sklearn: string },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Means over folds, and of the calibration error over repeats. */
function meansOf(target: Float64Array, folds: readonly Uint8Array[], scores: Float64Array) {
  const values = { auc: 0, prAuc: 0, logLoss: 0, ece: 0 };
  for (const [repeat, marks] of folds.entries()) {
    const own = scores.subarray(repeat * target.length, (repeat + 1) * target.length);
    values.ece += ece(target, own) / folds.length;
    for (let k = 0; k < FOLDS; k++) {
      const rows = rowsWhere(marks, (fold) => fold === k);
      const y = Float64Array.from(rows, (row) => target[row]!);
      const p = Float64Array.from(rows, (row) => own[row]!);
      values.auc += rocAuc(y, p) / (FOLDS * folds.length);
      values.prAuc += prAuc(y, p) / (FOLDS * folds.length);
      values.logLoss += logLoss(y, p) / (FOLDS * folds.length);
    }
  }
  return values;
}

const digits = (value: number | null): string => value?.toFixed(4) ?? "–";

type Means = ReturnType<typeof meansOf>;

function meansLine(model: string, { auc, prAuc, logLoss, ece }: Means): string {
  return `| ${model} | ${[auc, prAuc, logLoss, ece].map(digits).join(" | ")} |`;
}

interface Pair {
  readonly name: "boosting" | "forest";
  readonly peer: string;
  readonly ours: Float64Array;
  readonly theirs: Float64Array;
}

/** One model beside its peer: two lines of the table, one of differences, and whether all holds. */
async function compare(pair: Pair, table: Table, folds: Uint8Array[], resamples: number) {
  const { name, ours, theirs } = pair;
  const users = table.target.length;
  const repeat = <T extends Float64Array | Int32Array>(values: T, all: T): T => {
    for (let k = 0; k < folds.length; k++) all.set(values, k * users);
    return all;
  };
  const target = repeat(table.target, new Float64Array(folds.length * users));
  const units = repeat(Int32Array.from(table.target.keys()), new Int32Array(folds.length * users));
  const { differences } = await bootstrap(
    { target, scores: { ours, theirs }, units },
    [rocAucMetric, prAucMetric, logLossMetric],
    { resamples, against: "theirs" },
  );
  const own = meansOf(table.target, folds, ours);
  const peer = meansOf(table.target, folds, theirs);
  const apart = Object.entries(differences["ours"]!);
  const text = apart
    .map(
      ([metric, { value, low, high }]) =>
        `${metric} ${digits(value)} (${digits(low)} … ${digits(high)})`,
    )
    .join(", ");
  // Not below beyond the interval: its better end reaches 0.
  const level = apart.every(([metric, { low, high }]) =>
    metric === logLossMetric.name ? (low ?? 1) <= 0 : (high ?? -1) >= 0,
  );
  const owed: Partial<Record<keyof typeof own, number>> = bars[name];
  const reached = Object.entries(owed).every(([metric, bar]) => {
    const found = own[metric as keyof typeof own];
    return metric === "logLoss" || metric === "ece" ? found <= bar : found >= bar;
  });
  return {
    lines: [meansLine(`ours, ${name}`, own), meansLine(pair.peer, peer)],
    difference: `Ours - ${pair.peer}, by user: ${text}.`,
    ok: level && reached,
  };
}

/**
 * Runs the protocol.
 * @param quick 4,000 users and 100 resamples, for a look at whether it runs
 */
export async function verifyFreemium(quick: boolean): Promise<Verified> {
  const title = "Freemium: who begins to pay";
  if (!existsSync(file)) {
    return { title, markdown: "The table is not there; nothing was measured.", ok: false };
  }
  const table = await readTable(quick ? 4000 : Number.POSITIVE_INFINITY);
  const folds = Array.from({ length: REPEATS }, (_, repeat) => dealFolds(table.target, repeat));
  const ours = await ourScores(table, folds);
  const { versions, ...theirs } = await peerScores(table, folds);
  const peers = {
    boosting: `XGBoost ${versions.xgboost}`,
    forest: `scikit-learn ${versions.sklearn} random forest`,
  };
  const parts = [];
  for (const name of ["boosting", "forest"] as const) {
    const pair = { name, peer: peers[name], ours: ours[name], theirs: theirs[name] };
    parts.push(await compare(pair, table, folds, quick ? 100 : 1000));
  }
  const { auc, prAuc: pr, logLoss: loss, ece: error } = bars.boosting;
  const users = table.target.length.toLocaleString("en");
  const settled = meansLine(
    "ours, boosting on all training rows, Platt",
    meansOf(table.target, folds, ours.settled),
  );
  const markdown = `${users} users,
${REPEATS} × ${FOLDS} folds, means over folds. Parameters were fixed before, the same on both
sides: learning rate ${settings.learningRate}, ${settings.maxLeaves} leaves,
L2 ${settings.l2}, least hessian ${settings.minHessian},
${settings.rowShare} of the rows and ${settings.columnShare} of the columns a tree,
stopped by ${KEPT} of the training rows; forests of ${settings.trees} trees,
leaves of ${settings.minSamplesLeaf} rows. No test row was used for any choice.
The row with Platt is how the tasks fit: as many rounds as were found, on all training rows,
calibrated by held-out scores.

| model | ROC-AUC | PR-AUC | log-loss | ECE |
|---|---|---|---|---|
${parts.flatMap(({ lines }) => lines).join("\n")}
${settled}
| owed of boosting | ≥ ${auc} | ≥ ${pr} | ≤ ${loss} | ≤ ${error} |
| owed of the forest | ≥ ${bars.forest.auc} | | | |

${parts.map(({ difference }) => difference).join("\n")}`;
  return { title, markdown, ok: parts.every(({ ok }) => ok) };
}
