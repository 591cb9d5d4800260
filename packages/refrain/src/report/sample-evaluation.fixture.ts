import { frameOf, RandomStream, sigmoid } from "@refrain/learn";
import {
  bestSingleFeature,
  classifiers,
  type Evaluation,
  evaluate,
  lastStateOf,
  majorityClass,
  priorRate,
} from "../evaluation/index.js";

const dayMs = 86_400_000;

/**
 * A world of churn: what the log shows decides, and a hidden taste of each user makes rows alike.
 */
export function sampleTable(users: number, cutoffs: number, seed = 7) {
  const stream = new RandomStream(seed, "sample");
  const tastes = Array.from({ length: users }, () => stream.normal());
  const rows = Array.from({ length: users * cutoffs }, (_, row) => {
    const activity = tastes[row % users]! + 0.6 * stream.normal();
    const truth = sigmoid(-1.2 - 2.2 * activity);
    return {
      user: `u${row % users}`,
      cutoff: Math.floor(row / users),
      activity,
      truth,
      left: stream.uniform() < truth,
      device: stream.uniform() < 0.4 ? "ios" : "android",
      plays: Math.max(0, Math.round(12 + 8 * activity + 3 * stream.normal())),
      days:
        stream.uniform() < 0.1
          ? Number.NaN
          : Math.max(0, Math.round(5 - 4 * activity + stream.normal())),
      noise: stream.normal(),
    };
  });
  const column = (of: (row: (typeof rows)[number]) => number) => rows.map(of);
  return {
    features: frameOf({
      freq_P_last_1: column((r) => Math.round(r.plays / 6)),
      freq_P_last_7: column((r) => r.plays),
      freq_P_last_30: column((r) => r.plays * 4),
      freq_S_last_7: column((r) => Math.max(0, Math.round(r.activity + 1))),
      days_from_last_play: column((r) => r.days),
      total_play_seconds: column((r) => r.plays * 180 + Math.round(30 * r.noise)),
      weekday_share: column((r) => sigmoid(r.noise)),
      device: rows.map((r) => r.device),
    }),
    target: Float64Array.from(rows, (row) => (row.left ? 1 : 0)),
    users: rows.map((row) => row.user),
    periods: {
      list: Array.from({ length: cutoffs }, (_, at) => ({
        name: new Date(Date.UTC(2017, 3, 1) + at * 14 * dayMs).toISOString().slice(0, 10),
        at: Date.UTC(2017, 3, 1) + at * 14 * dayMs,
        labelEnd: Date.UTC(2017, 3, 15) + at * 14 * dayMs,
      })),
      of: Int32Array.from(rows, (row) => row.cutoff),
    },
    truth: Float64Array.from(rows, (row) => row.truth),
  };
}

/** The evaluation that the tests of the report draw. */
export function sampleEvaluation(users = 400, cutoffs = 4): Promise<Evaluation> {
  return evaluate({
    task: "churn",
    table: sampleTable(users, cutoffs),
    candidates: [
      majorityClass,
      priorRate,
      lastStateOf("device"),
      bestSingleFeature,
      ...classifiers,
    ],
    resamples: 200,
    seed: 3,
    dropped: { "bot: more than 24 hours a day": 12, "no event in the 30 days before": 230 },
  });
}
