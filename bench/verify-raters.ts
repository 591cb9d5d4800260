/**
 * Crooked raters: ten kinds hidden in FilmTrust over ten seeds, and real labelled raters of Amazon
 * beside a scikit-learn random forest on the same features and folds. What was chosen was chosen on
 * the seeds 101 to 106; the seeds 1 to 10 are reported.
 */
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import {
  type BootstrapResult,
  bestF1,
  bootstrap,
  type Frame,
  f1Metric,
  rocAucMetric,
  sigmoid,
} from "@refrain/learn";
import {
  crossFitRaters,
  type Estimated,
  evaluateRaters,
  type RatersEvaluation,
  raterFeatures,
  readRatings,
} from "refrain";
import { peerPython, peerScript } from "./learn/python.js";
import {
  markdownTable,
  type OwedOfRaters,
  ratersHold,
  ratersTables,
  shown,
} from "./raters-table.js";
import type { Verified } from "./verified.js";

const shared = fileURLToPath(new URL("../../shared/data/", import.meta.url));

/** PR-AUC owed of each kind on FilmTrust; group bombing and shared accounts are shown. */
const owed: OwedOfRaters = {
  f1: 0.82,
  kinds: {
    random: 0.9,
    average: 0.9,
    "love-hate": 0.9,
    segment: 0.95,
    bandwagon: 0.75,
    "average-over-popular": 0.82,
    constant: 0.47,
    bot: 0.98,
  },
  heldOut: 0.5,
};
const owedAmazon = { f1: 0.85, rocAuc: 0.955 };

export async function verifyRaters(quick: boolean): Promise<Verified> {
  const found = await evaluateRaters({
    base: join(shared, "raters_filmtrust/ratings.txt.gz"),
    seeds: quick ? 1 : 10,
    firstStepOnly: quick,
    threads: 2,
  });
  const amazon = await amazonRaters();
  const ok = ratersHold(found, owed) && amazon.ok;
  return {
    title: "Crooked raters",
    markdown: `${filmTrustText(found)}\n\n${amazon.markdown}`,
    ok,
  };
}

function filmTrustText(found: RatersEvaluation): string {
  const { seeds, users, anomalous, features } = found;
  return [
    `FilmTrust, ${users} users, ${anomalous} of them crooked, ${features} features; learnt from`,
    `one half, judged on the other; means of ${seeds.length} seeds with 95 % intervals`,
    "by Student's t.",
    "",
    ratersTables(found, owed),
  ].join("\n");
}

/** Real labelled raters, 5 folds, beside the peer. */
async function amazonRaters(): Promise<{ readonly markdown: string; readonly ok: boolean }> {
  const folder = join(shared, "raters_amazon");
  const { ratings } = await readRatings(join(folder, "profiles.txt.gz"));
  const lines = gunzipSync(await readFile(join(folder, "labels.txt.gz")))
    .toString("utf8")
    .trim()
    .split("\n")
    .map((line) => line.trim().split("\t") as [string, string]);
  const labels = new Map(lines);
  const users = [...ratings.userIds.keys()].filter((user) => labels.has(ratings.userIds[user]!));
  const target = Float64Array.from(users, (user) => Number(labels.get(ratings.userIds[user]!)));
  const { frame: all } = await raterFeatures(ratings);
  const frame = all.take(users);
  const cross = await crossFitRaters({ frame, target }, { seed: 1, threads: 2 });
  const peer = await peerScores(frame, target, cross.folds);
  const ours = cross.score.map(sigmoid);
  const theirs = thresholdOf(target, peer.scores, cross.folds);
  const mine = thresholdOf(target, ours, cross.folds);
  const against = { against: "peer" } as const;
  const thresholds = { ours: mine, peer: theirs };
  const raw = { ours, peer: peer.scores };
  const results = [
    await bootstrap({ target, scores: thresholds }, [f1Metric(0.5)], against),
    await bootstrap({ target, scores: raw }, [rocAucMetric], against),
  ];
  const [f1, auc] = metricsOf(results, "models", "ours");
  const isGood = f1!.value! >= owedAmazon.f1 && auc!.value! >= owedAmazon.rocAuc;
  const differences = metricsOf(results, "differences", "ours");
  const ok = isGood && differences.every(({ high }) => (high ?? 0) >= 0);
  const rows = (["ours", "peer"] as const).map((name) => [
    name === "ours" ? "ours" : `scikit-learn ${peer.version} random forest`,
    ...metricsOf(results, "models", name).map(shown),
  ]);
  return {
    ok,
    markdown: [
      `Amazon, ${target.length} labelled raters with ratings (${labels.size - target.length}`,
      "labelled ones rated nothing), 5 folds, pooled; each fold's threshold from the others;",
      `intervals by user. Owed: F1 ≥ ${owedAmazon.f1}, ROC-AUC ≥ ${owedAmazon.rocAuc}.`,
      "",
      markdownTable(["model", "F1", "ROC-AUC"], rows),
      "",
      `Ours minus the peer, paired: F1 ${differences.map(shown).join(", ROC-AUC ")}.`,
    ].join("\n"),
  };
}

function metricsOf(
  results: readonly BootstrapResult[],
  part: "models" | "differences",
  name: string,
): readonly Estimated[] {
  return results.flatMap((one) => Object.values(one[part][name]!));
}

/** Scores moved so that .5 is each fold's threshold, found on the other folds. */
function thresholdOf(target: Float64Array, score: Float64Array, folds: Int32Array) {
  const shifted = score.slice();
  for (const fold of new Set(folds)) {
    const others = [...folds.keys()].filter((row) => folds[row] !== fold);
    const of = (values: Float64Array) => Float64Array.from(others, (row) => values[row]!);
    const { threshold } = bestF1(of(target), of(score));
    for (const [row, own] of folds.entries()) {
      if (own === fold) shifted[row] = score[row]! + 0.5 - threshold;
    }
  }
  return shifted;
}

/** The peer's scores on the same features and folds. */
async function peerScores(frame: Frame, target: Float64Array, folds: Int32Array) {
  const folder = await mkdtemp(join(tmpdir(), "raters-"));
  const paths = ["table.bin", "folds.bin", "scores.bin"].map((name) => join(folder, name));
  const [table, dealt, out] = paths as [string, string, string];
  try {
    const columns = frame.columns.map(({ name }) => frame.numbers(name));
    const data = new Float64Array((columns.length + 1) * target.length);
    for (const [j, values] of [...columns, target].entries()) data.set(values, j * target.length);
    await writeFile(table, new Uint8Array(data.buffer));
    await writeFile(dealt, new Uint8Array(folds.slice().buffer));
    const size = [String(target.length), String(columns.length)];
    const said = execFileSync(
      peerPython(),
      [peerScript("raters_peer.py"), table, ...size, dealt, out],
      { encoding: "utf8", env: { ...process.env, OMP_WAIT_POLICY: "passive" } },
    );
    const bytes = new Uint8Array(await readFile(out));
    return {
      scores: new Float64Array(bytes.buffer),
      version: (JSON.parse(said) as { readonly sklearn: string }).sklearn,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
