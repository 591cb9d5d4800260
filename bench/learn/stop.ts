/** How long learners go on once they are told to stop: milliseconds after the signal fires. */
import {
  boosting,
  bpr,
  codedColumn,
  decisionTree,
  ecod,
  explainTrees,
  Frame,
  fastMcd,
  implicitAls,
  isolationForest,
  itemKnn,
  localOutlierFactor,
  logistic,
  lstm,
  numberColumn,
  randomForest,
} from "@refrain/learn";
import { type BenchOptions, type BenchRow, summarise } from "../row.js";
import { threadCount } from "./in-turn.js";
import { drawTrees } from "./trees-data.js";

const ROWS = 300_000;
const COLUMNS = 32;
/** Moments of a run at which it is stopped, as shares of its whole time. */
const MOMENTS = [0.02, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95];

type Work = (signal: AbortSignal | undefined) => Promise<unknown>;

/** Four plays a user of 10,000 titles. */
function plays(rows: number): Frame {
  const names = (what: string, count: number) => Array.from({ length: count }, (_, k) => what + k);
  const user = Int32Array.from({ length: rows }, (_, row) => row >> 2);
  const item = Int32Array.from({ length: rows }, (_, row) => (row * 7919) % 10_000);
  return new Frame([
    codedColumn("user", user, names("u", (rows + 3) >> 2)),
    codedColumn("item", item, names("i", 10_000)),
  ]);
}

async function worksOf(rows: number): Promise<Readonly<Record<string, Work>>> {
  const data = new Float64Array(drawTrees(rows, COLUMNS).buffer);
  const column = (place: number) => data.subarray(place * rows, (place + 1) * rows);
  const target = column(COLUMNS);
  // The tenth column has missing values, which the linear learners refuse.
  const places = Array.from({ length: COLUMNS }, (_, j) => j).filter((j) => j !== 9);
  const frame = () => new Frame(places.map((j) => numberColumn(`c${j}`, column(j))));
  const full = frame();
  const some = frame().view(0, Math.min(rows, 20_000));
  const tens = Int32Array.from({ length: some.rowCount }, (_, row) => Math.floor(row / 10));
  const model = await boosting.fit(frame(), target, { rounds: 60 });
  return {
    boosting: (signal) => boosting.fit(frame(), target, {}, { signal }),
    "random forest": (signal) => randomForest.fit(frame(), target, { trees: 20 }, { signal }),
    "single tree": (signal) => decisionTree.fit(frame(), target, {}, { signal }),
    logistic: (signal) => logistic.fit(frame(), target, {}, { signal }),
    "logistic with L1": (signal) => logistic.fit(frame(), target, { l1: 50, l2: 0 }, { signal }),
    ECOD: async (signal) => {
      const detector = await ecod.fit(full, undefined, {}, { signal });
      await detector.predict(full, { signal });
    },
    FastMCD: (signal) => fastMcd.fit(full, undefined, {}, { signal }),
    "isolation forest": async (signal) => {
      const detector = await isolationForest.fit(full, undefined, {}, { signal });
      await detector.predict(full, { signal });
    },
    "local outlier factor": (signal) => localOutlierFactor.fit(some, undefined, {}, { signal }),
    "implicit ALS": (signal) => implicitAls.fit(plays(rows), undefined, {}, { signal }),
    BPR: (signal) => bpr.fit(plays(rows), undefined, { sweeps: 30 }, { signal }),
    "item neighbours": async (signal) => {
      const fitted = await itemKnn.fit(plays(rows), undefined, {}, { signal });
      await fitted.recommend("all", 20, { signal });
    },
    LSTM: (signal) =>
      lstm.fit(some, target.subarray(0, some.rowCount), { epochs: 2 }, { groups: tens, signal }),
    "tree SHAP": (signal) => explainTrees(model, some, { signal }),
    "scores by trees": (signal) => model.predict(frame(), { signal }),
  };
}

/**
 * Seconds from the moment at which the signal was to fire (a busy event loop lets it fire later) to
 * the refusal; undefined where the work was done before.
 */
async function stopAfter(work: Work, delay: number): Promise<number | undefined> {
  const stop = new AbortController();
  const due = performance.now() + delay;
  const timer = setTimeout(() => stop.abort(), delay);
  try {
    await work(stop.signal);
    return undefined;
  } catch (error) {
    if ((error as { code?: string }).code !== "LEARN_STOPPED") throw error;
    // A timer may fire a millisecond early.
    return Math.max(0, performance.now() - due) / 1000;
  } finally {
    clearTimeout(timer);
  }
}

/** No row where every run was over before it could be stopped. */
async function measure(name: string, work: Work, rows: number): Promise<BenchRow[]> {
  const started = performance.now();
  await work(undefined);
  const whole = performance.now() - started;
  const late: number[] = [];
  for (const moment of MOMENTS) {
    const seconds = await stopAfter(work, moment * whole);
    if (seconds !== undefined) late.push(seconds);
  }
  if (late.length === 0) return [];
  const ours = {
    ...summarise(late),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    quality: { name: "largest, ms", value: 1000 * Math.max(...late) },
  };
  const about = { work: `stop: ${name}`, rows, columns: COLUMNS, threads: threadCount() };
  return [{ ...about, ours, peers: [], reach: "≤ 100 ms" }];
}

/**
 * Stops each kind of work at several moments.
 * @param options `quick`: 20,000 rows
 * @returns one row a kind of work: seconds from the signal to the end
 */
export async function stopBench(options: BenchOptions): Promise<BenchRow[]> {
  const rows = options.quick ? 20_000 : ROWS;
  const table: BenchRow[] = [];
  for (const [name, work] of Object.entries(await worksOf(rows))) {
    table.push(...(await measure(name, work, rows)));
  }
  return table;
}
