/**
 * Recommendations on real listening (hetrec_lastfm): a fifth of every user's artists is held out;
 * settings are chosen on a fifth of the rest. Beside the Python package implicit on the same rows.
 */
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BprOptions,
  bootstrap,
  bpr,
  type ImplicitAlsOptions,
  implicitAls,
  itemCoverage,
  itemKnn,
  log1p,
  meanScoreMetric,
  popularity,
  type RecommenderModel,
  scoreLists,
} from "@refrain/learn";
import { type Listening, partByUser, readListening, relevantOf, tableOf } from "./lastfm-data.js";
import { peerPython, peerScript } from "./learn/python.js";
import type { Verified } from "./verified.js";

/** What the protocol gives: Markdown for the page, and whether every bar held. */
const SHARE = 0.2;
const SEED = 20260101;
const LENGTH = 20;
const THREADS = 2;
const bars = { ndcg: 0.23, recall: 0.275 };

type Choice = Required<
  Pick<ImplicitAlsOptions, "factors" | "l2" | "alpha" | "damping" | "frequencyPower">
>;

/** Penalties to choose from, by frequency power: about as strong in each. */
const penalties: Readonly<Record<number, readonly number[]>> = {
  0: [10, 30, 60, 100],
  0.5: [0.13, 0.4, 0.8, 1.3],
  1: [0.0017, 0.005, 0.01, 0.017],
};

/** What the settings are chosen from. */
function choices(quick: boolean): Choice[] {
  if (quick) return [{ factors: 32, frequencyPower: 0, alpha: 1, l2: 30, damping: "log" }];
  const grid: Choice[] = [];
  for (const factors of [64, 128]) {
    for (const [power, strengths] of Object.entries(penalties)) {
      for (const alpha of [1, 2, 4]) {
        for (const l2 of strengths) {
          grid.push({ factors, frequencyPower: Number(power), alpha, l2, damping: "log" });
        }
      }
    }
    grid.push({ factors, frequencyPower: 0, alpha: 0.01, l2: 60, damping: "none" });
  }
  return grid;
}

type BprChoice = Pick<BprOptions, "factors" | "learningRate" | "l2" | "negatives" | "sweeps">;

/** What the settings of BPR are chosen from; implicit draws negatives by popularity. */
function bprChoices(quick: boolean): BprChoice[] {
  if (quick) {
    const few = { factors: 16, learningRate: 0.1, l2: 0.01, sweeps: 5 };
    return [
      { ...few, negatives: "uniform" },
      { ...few, negatives: "popularity" },
    ];
  }
  const grid: BprChoice[] = [];
  const rates = { uniform: [0.2, 0.4], popularity: [0.05, 0.2] };
  for (const negatives of ["uniform", "popularity"] as const) {
    for (const factors of [64, 128]) {
      for (const learningRate of rates[negatives]) {
        for (const l2 of [0.005, 0.01]) {
          grid.push({ factors, learningRate, l2, negatives, sweeps: 300 });
        }
      }
    }
  }
  return grid;
}

const knnChoices = (["cosine", "bm25"] as const).flatMap((weighting) =>
  [100, 300].map((neighbours) => ({ weighting, neighbours, damping: "log" as const })),
);

/** nDCG@10 and recall@20 of each user, and coverage. */
function judge(items: Int32Array, relevant: ReturnType<typeof relevantOf>, artists: number) {
  const lists = { items, k: LENGTH, relevant };
  const { ndcg, averagePrecision } = scoreLists(lists, 10);
  const { recall } = scoreLists(lists, LENGTH);
  return { ndcg, recall, map: averagePrecision, coverage: itemCoverage(items, artists) };
}

type Judged = ReturnType<typeof judge>;

function meanOf(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

async function listsOf(model: RecommenderModel): Promise<Int32Array> {
  return (await model.recommend("all", LENGTH, { threads: THREADS })).items;
}

interface Tried<Options> {
  readonly options: Options;
  /** nDCG@10 on the validation rows. */
  readonly ndcg: number;
}

/** Judges every choice on a fifth of the training rows. */
async function tryAll<Options>(
  data: Listening,
  training: Uint32Array,
  grid: readonly Options[],
  train: (options: Options, rows: ReturnType<typeof tableOf>) => Promise<RecommenderModel>,
): Promise<Tried<Options>[]> {
  const { kept, held } = partByUser(data, training, SHARE, SEED + 1);
  const table = tableOf(data, kept);
  const relevant = relevantOf(data, held);
  const tried: Tried<Options>[] = [];
  for (const options of grid) {
    const lists = await listsOf(await train(options, table));
    tried.push({ options, ndcg: meanOf(judge(lists, relevant, data.artists).ndcg) });
  }
  return tried;
}

function bestOf<Options>(tried: readonly Tried<Options>[]): Tried<Options> {
  return tried.reduce((best, one) => (one.ndcg > best.ndcg ? one : best));
}

function fitAls(options: Choice, { frame, weight }: ReturnType<typeof tableOf>) {
  const all = { ...options, seed: SEED };
  return implicitAls.fit(frame, undefined, all, { weight, threads: THREADS });
}

function fitBpr(options: BprChoice, { frame, weight }: ReturnType<typeof tableOf>) {
  return bpr.fit(frame, undefined, { ...options, seed: SEED }, { weight, threads: THREADS });
}

/** implicit's lists with our settings. */
async function peerLists(data: Listening, rows: Uint32Array, choice: Choice | BprChoice) {
  const folder = await mkdtemp(join(tmpdir(), "lastfm-"));
  const [path, out] = [join(folder, "rows.bin"), join(folder, "lists.bin")];
  try {
    // BPR does not look at confidences.
    const { alpha, damping } = "alpha" in choice ? choice : { alpha: 1, damping: "none" };
    const words = new Int32Array(3 * rows.length);
    const confidence = new Float32Array(words.buffer, 8 * rows.length);
    for (const [at, row] of rows.entries()) {
      words[at] = data.user[row]!;
      words[rows.length + at] = data.artist[row]!;
      const plays = data.plays[row]!;
      confidence[at] = 1 + alpha * (damping === "log" ? log1p(plays) : plays);
    }
    await writeFile(path, new Uint8Array(words.buffer));
    const { sweeps } = implicitAls.defaults;
    const settings = JSON.stringify({ sweeps, ...choice, seed: 1 });
    const told = [path, data.users, data.artists, LENGTH, settings, out].map(String);
    const version = execFileSync(peerPython("als"), [peerScript("lastfm_peer.py"), ...told], {
      encoding: "utf8",
    });
    const bytes = new Uint8Array(await readFile(out));
    return { lists: new Int32Array(bytes.buffer), version: version.trim() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const digits = (value: number | null): string => value?.toFixed(4) ?? "–";

function line(name: string, { ndcg, recall, map, coverage }: Judged): string {
  const values = [meanOf(ndcg), meanOf(recall), meanOf(map), coverage];
  return `| ${name} | ${values.map(digits).join(" | ")} |`;
}

/** Difference of two models, user by user. */
async function difference(ours: Float64Array, theirs: Float64Array, quick: boolean) {
  const known = [...ours.keys()].filter((user) => !Number.isNaN(ours[user]!));
  const pick = (values: Float64Array) => Float64Array.from(known, (user) => values[user]!);
  const found = await bootstrap(
    { target: new Float64Array(known.length), scores: { ours: pick(ours), theirs: pick(theirs) } },
    [meanScoreMetric],
    { against: "theirs", resamples: quick ? 100 : 2000, seed: 1 },
  );
  return found.differences["ours"]!["mean"]!;
}

function bprWords({ factors, learningRate, l2, negatives, sweeps }: BprChoice): string {
  const drawn = negatives === "uniform" ? "any" : "by popularity";
  return `${factors} factors, rate ${learningRate}, l2 ${l2}, ${sweeps} sweeps, others ${drawn}`;
}

function words(choice: Choice): string {
  const { factors, l2, alpha, damping, frequencyPower } = choice;
  const counts = damping === "log" ? "log(1 + plays)" : "plays";
  const weights = `alpha ${alpha} · ${counts}, frequency power ${frequencyPower}`;
  return `${factors} factors, l2 ${l2}, ${weights}`;
}

/** What was chosen on validation rows. */
interface Chosen {
  readonly best: Tried<Choice>;
  /** The best of those that implicit has too. */
  readonly plain: Tried<Choice>;
  readonly knn: (typeof knnChoices)[number];
  readonly bpr: Tried<BprChoice>;
  /** The best of those of BPR that implicit has too. */
  readonly plainBpr: BprChoice;
  /** How many there were to choose from. */
  readonly choices: number;
}

async function choose(data: Listening, kept: Uint32Array, quick: boolean): Promise<Chosen> {
  const tried = await tryAll(data, kept, choices(quick), fitAls);
  const known = knnChoices.slice(0, quick ? 1 : knnChoices.length);
  const knn = await tryAll(data, kept, known, (own, { frame, weight }) =>
    itemKnn.fit(frame, undefined, own, { weight }),
  );
  const plain = tried.filter(({ options }) => options.frequencyPower === 0);
  const [best, other] = [bestOf(tried), bestOf(plain)];
  const ranked = await tryAll(data, kept, bprChoices(quick), fitBpr);
  const popular = ranked.filter(({ options }) => options.negatives === "popularity");
  return {
    best,
    plain: other,
    knn: bestOf(knn).options,
    bpr: bestOf(ranked),
    plainBpr: bestOf(popular).options,
    choices: tried.length,
  };
}

/** Every model on the rows that were held out, in order of the table: ours, implicit, others. */
async function judgeAll(data: Listening, kept: Uint32Array, held: Uint32Array, chosen: Chosen) {
  const table = tableOf(data, kept);
  const relevant = relevantOf(data, held);
  const { frame, weight } = table;
  const { weighting, neighbours } = chosen.knn;
  const near = await itemKnn.fit(frame, undefined, chosen.knn, { weight });
  const peer = await peerLists(data, kept, chosen.plain.options);
  const peerBpr = await peerLists(data, kept, chosen.plainBpr);
  const lists: readonly (readonly [string, Int32Array])[] = [
    ["ours, implicit ALS", await listsOf(await fitAls(chosen.best.options, table))],
    [`implicit ${peer.version}`, peer.lists],
    ["ours as implicit", await listsOf(await fitAls(chosen.plain.options, table))],
    ["ours, BPR", await listsOf(await fitBpr(chosen.bpr.options, table))],
    [`implicit ${peerBpr.version}, BPR`, peerBpr.lists],
    ["ours, BPR as implicit", await listsOf(await fitBpr(chosen.plainBpr, table))],
    [`ours, item neighbours (${weighting}, ${neighbours})`, await listsOf(near)],
    ["ours, popularity", await listsOf(await popularity.fit(frame, undefined, {}, { weight }))],
  ];
  return lists.map(([name, items]) => ({ name, judged: judge(items, relevant, data.artists) }));
}

/**
 * Runs the protocol.
 * @param quick one choice and 100 resamples, for a look at whether it runs
 */
export async function verifyLastfm(quick: boolean): Promise<Verified> {
  const title = "Listening: which artists come next";
  const data = readListening();
  if (data === undefined) {
    return { title, markdown: "The table is not there; nothing was measured.", ok: false };
  }
  const all = Uint32Array.from(data.user.keys());
  const { kept, held } = partByUser(data, all, SHARE, SEED);
  const chosen = await choose(data, kept, quick);
  const models = await judgeAll(data, kept, held, chosen);
  const [ours, peer] = [models[0]!.judged, models[1]!.judged];
  const apart = [
    ["nDCG@10", await difference(ours.ndcg, peer.ndcg, quick)],
    ["recall@20", await difference(ours.recall, peer.recall, quick)],
  ] as const;
  const text = apart.map(
    ([name, { value, low, high }]) => `${name} ${digits(value)} (${digits(low)} … ${digits(high)})`,
  );
  const level = apart.every(([, { high }]) => (high ?? -1) >= 0);
  const reached = meanOf(ours.ndcg) >= bars.ndcg && meanOf(ours.recall) >= bars.recall;
  const [users, artists, pairs] = [data.users, data.artists, all.length].map((count) =>
    count.toLocaleString("en"),
  );
  const markdown = `${users} users, ${artists} artists, ${pairs} pairs. A fifth of each user's
artists is held out (seed ${SEED}) and no choice looks at it. Settings were chosen of
${chosen.choices} by nDCG@10 on a fifth of the rest (${digits(chosen.best.ndcg)} there):
${words(chosen.best.options)}, ${implicitAls.defaults.sweeps} sweeps.
implicit has no frequency power; it was given the best without one:
${words(chosen.plain.options)}.
BPR's settings were chosen in the same way (${digits(chosen.bpr.ndcg)} there):
${bprWords(chosen.bpr.options)};
for implicit, which has no other way to draw:
${bprWords(chosen.plainBpr)}.

| model | nDCG@10 | recall@20 | MAP@10 | coverage@20 |
|---|---|---|---|---|
${models.map(({ name, judged }) => line(name, judged)).join("\n")}
| owed of ours | ≥ ${bars.ndcg} | ≥ ${bars.recall} | | |

Ours - implicit, by user: ${text.join(", ")}.`;
  return { title, markdown, ok: level && reached };
}
