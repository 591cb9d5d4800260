/**
 * Runs resamples: in the kernels, a few at a time on each thread, for metrics that have a plan; in
 * the calling thread for others. Both draw the same numbers and sum in the same order, so that
 * which of them computes, and on how many threads, changes no bit.
 */

import { Pacer, RandomStream, streamKey } from "../foundation/index.js";
import { type Arena, type KernelCall, openSession, type Session } from "../kernels/index.js";
import type { Metric, MetricEvaluator, MetricPlan, PlannedPart } from "./metric.js";
import type { RankedScores } from "./ranked.js";

/** One metric of one model. */
export interface ResampleSeries {
  readonly metric: Metric;
  /** Receives one value a resample. */
  readonly draws: Float64Array;
}

/** One model's sorted rows and what is computed on them. */
export interface ResampleModel {
  readonly ranked: RankedScores;
  readonly series: readonly ResampleSeries[];
}

/** How far the resamples are. */
export interface ResampleProgress {
  /** Resamples done. */
  readonly round: number;
  /** Resamples wanted. */
  readonly rounds: number;
  /** Seconds left as far as those done tell; never part of a result. */
  readonly secondsLeft: number;
}

/** How resamples are run; none of it changes a result. */
export interface ResampleExtras {
  /** Threads at most; one a core unless told. */
  readonly threads?: number | undefined;
  /** Receives progress. */
  readonly onProgress?: ((progress: ResampleProgress) => void) | undefined;
  /** Stops the work: it throws LEARN_STOPPED. */
  readonly signal?: AbortSignal | undefined;
}

/** What is drawn: the same for every model. */
export interface ResampleWork {
  readonly models: readonly ResampleModel[];
  readonly unitCount: number;
  readonly resamples: number;
  readonly seed: number;
}

const PURPOSE = "bootstrap";

/** Draws units with replacement and counts how often each came. */
export function drawCounts(counts: Float64Array, seed: number, resample: number): void {
  const stream = new RandomStream(seed, PURPOSE, resample);
  const units = counts.length;
  counts.fill(0);
  for (let draw = 0; draw < units; draw++) {
    const unit = Math.floor((stream.bits() / 4294967296) * units);
    counts[unit]! += 1;
  }
}

interface PlannedSeries {
  readonly plan: MetricPlan;
  readonly draws: Float64Array;
}

interface PlannedModel {
  readonly ranked: RankedScores;
  readonly series: readonly PlannedSeries[];
}

/** Elementary steps of one resample, roughly nanoseconds. */
function stepsOf({ models, unitCount }: ResampleWork): number {
  const each = models.map(({ ranked, series }) => {
    return ranked.rowCount * 4 + ranked.runEnds.length * 2 * series.length;
  });
  return 8 * unitCount + each.reduce((sum, steps) => sum + steps, 0);
}

/** Steps between two polls: some 10 ms. */
const STEPS_A_CALL = 1e7;

/** Copies an array into a session's memory. */
function put(arena: Arena, values: Float64Array | Int32Array | Uint8Array): number {
  const address = arena.allocate(values.byteLength);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  arena.bytes(address, values.byteLength).set(bytes);
  return address;
}

interface Placed {
  readonly plan: number;
  /** Address of each planned part's results, in order of models, series and parts. */
  readonly results: readonly number[];
  readonly mostRuns: number;
}

/** One planned part in memory, as assembly/resample.ts reads it. */
function putPart(arena: Arena, address: number, part: PlannedPart, resamples: number): number {
  const { code, parameter, byUnit } = part;
  const result = arena.allocate(8 * resamples);
  const sums = byUnit === undefined ? 0 : put(arena, byUnit.sums);
  const weights = byUnit === undefined ? 0 : put(arena, byUnit.weights);
  arena.integers(address, 2).set([code, result]);
  arena.doubles(address + 8, 1)[0] = parameter;
  arena.integers(address + 16, 2).set([sums, weights]);
  return result;
}

const MODEL_BYTES = 32;
const METRIC_BYTES = 24;

function putModel(
  arena: Arena,
  address: number,
  { ranked, series }: PlannedModel,
  resamples: number,
): number[] {
  const { runEnds, unit, target, weight, score } = ranked;
  const parts = series.flatMap(({ plan }) => plan.parts);
  const words = [
    runEnds.length,
    parts.length,
    put(arena, unit!),
    put(arena, Uint8Array.from(target)),
    weight === undefined ? 0 : put(arena, weight),
    put(arena, runEnds),
    put(
      arena,
      Float64Array.from(runEnds, (end) => score[end - 1]!),
    ),
    arena.allocate(METRIC_BYTES * parts.length),
  ];
  arena.integers(address, words.length).set(words);
  return parts.map((part, place) =>
    putPart(arena, words[7]! + METRIC_BYTES * place, part, resamples),
  );
}

function putWork(arena: Arena, work: ResampleWork, models: readonly PlannedModel[]): Placed {
  const { unitCount, resamples, seed } = work;
  const plan = arena.allocate(20);
  const table = arena.allocate(MODEL_BYTES * models.length);
  const results = models.flatMap((model, place) =>
    putModel(arena, table + MODEL_BYTES * place, model, resamples),
  );
  const [key0, key1] = streamKey(seed, PURPOSE);
  arena.integers(plan, 5).set([unitCount, models.length, key0, key1, table]);
  const mostRuns = Math.max(...models.map(({ ranked }) => ranked.runEnds.length));
  return { plan, results, mostRuns };
}

/** Reads what the kernels computed, and combines parts. */
function readDraws(arena: Arena, models: readonly PlannedModel[], placed: Placed, count: number) {
  let next = 0;
  for (const { plan, draws } of models.flatMap(({ series }) => series)) {
    const parts = plan.parts.map(() => arena.doubles(placed.results[next++]!, count));
    const { combine } = plan;
    if (combine === undefined) draws.set(parts[0]!);
    else for (let k = 0; k < count; k++) draws[k] = combine(parts.map((values) => values[k]!));
  }
}

interface Told {
  readonly pacer: Pacer;
  readonly report: (done: number) => void;
}

async function runPlanned(
  session: Session,
  work: ResampleWork,
  models: readonly PlannedModel[],
  { pacer, report }: Told,
): Promise<void> {
  const { arena, threads } = session;
  const { resamples, unitCount } = work;
  const placed = putWork(arena, work, models);
  const slots = Array.from({ length: threads }, () => ({
    counts: arena.allocate(64 + 4 * unitCount),
    runs: arena.allocate(16 * placed.mostRuns),
  }));
  const most = Math.max(1, Math.floor(STEPS_A_CALL / stepsOf(work)));
  for (let done = 0; done < resamples; ) {
    await pacer.pause();
    const calls: KernelCall[] = [];
    for (const { counts, runs } of slots) {
      const last = Math.min(done + most, resamples);
      if (last === done) break;
      const values = [placed.plan, done, last, counts, runs, placed.mostRuns];
      calls.push({ kernel: "resample", values });
      done = last;
    }
    await session.runAll(calls);
    report(done);
  }
  readDraws(arena, models, placed, resamples);
}

async function runHere(
  work: ResampleWork,
  series: readonly { readonly draws: Float64Array; readonly evaluate: MetricEvaluator }[],
  { pacer, report }: Told,
): Promise<void> {
  const counts = new Float64Array(work.unitCount);
  for (let resample = 0; resample < work.resamples; resample++) {
    await pacer.pause();
    drawCounts(counts, work.seed, resample);
    for (const { draws, evaluate } of series) draws[resample] = evaluate(counts);
    report(resample + 1);
  }
}

/** Tells how far the work is; its two halves follow one another. */
function reporter(resamples: number, halves: number, { onProgress }: ResampleExtras) {
  const started = performance.now();
  let before = 0;
  return (done: number): void => {
    const whole = (before + done) / halves;
    if (done === resamples) before += resamples;
    const seconds = (performance.now() - started) / 1000;
    const secondsLeft = (seconds / Math.max(1, whole)) * (resamples - whole);
    onProgress?.({ round: Math.floor(whole), rounds: resamples, secondsLeft });
  };
}

/**
 * Computes every metric on every resample.
 * @param work models and draws
 * @param extras threads, progress, stopping
 * @throws KERNEL_MEMORY, LEARN_STOPPED
 */
export async function runResamples(work: ResampleWork, extras: ResampleExtras): Promise<void> {
  const pacer = new Pacer(extras.signal, "the bootstrap");
  const planned: PlannedModel[] = [];
  const here: { draws: Float64Array; evaluate: MetricEvaluator }[] = [];
  for (const { ranked, series } of work.models) {
    await pacer.pause();
    const own: PlannedSeries[] = [];
    for (const { metric, draws } of series) {
      if (metric.plan === undefined) here.push({ draws, evaluate: metric.prepare(ranked) });
      else own.push({ plan: metric.plan(ranked), draws });
    }
    if (own.length > 0) planned.push({ ranked, series: own });
  }
  const halves = (planned.length > 0 ? 1 : 0) + (here.length > 0 ? 1 : 0);
  const told = { pacer, report: reporter(work.resamples, halves, extras) };
  if (planned.length > 0) {
    const steps = stepsOf(work) * work.resamples;
    const threads = extras.threads ?? 0;
    const session = await openSession({ doing: "the bootstrap", threads, steps });
    try {
      await runPlanned(session, work, planned, told);
    } finally {
      session.close();
    }
  }
  if (here.length > 0) await runHere(work, here, told);
}
