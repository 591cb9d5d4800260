import { type Estimate, Pacer } from "@refrain/learn";
import { foundationErrors } from "../foundation/index.js";
import { evaluateBeside, otherSplits, summariseSplit } from "./besides.js";
import { correlate } from "./correlation.js";
import { curvesOf } from "./curves.js";
import { importanceOf } from "./importance.js";
import {
  dataHashOf,
  type EvaluateOptions,
  type Job,
  openJob,
  populationOf,
  protocolSentence,
  targetColumns,
} from "./job.js";
import { unknownEstimate } from "./judge.js";
import { describeLimits } from "./limits.js";
import {
  chooseBest,
  comparisonsOf,
  emptyModelTable,
  judgeRuns,
  majorityIsYes,
  modelTable,
  naiveAccuracy,
  oracleOf,
} from "./models.js";
import { periodsOf } from "./periods.js";
import { noRandomLabels, runRandomLabels } from "./random-labels.js";
import type {
  Evaluation,
  Importance,
  ModelCurves,
  RandomLabels,
  SplitEvaluation,
  Suspicion,
} from "./result.js";
import { type Run, type RunSettings, runCandidate, testRows, trainRows } from "./run.js";
import { type Split, splitTable } from "./splits.js";
import { findSuspicions, suspectResult } from "./suspicion.js";
import { pick } from "./table.js";

/** A job with what lets a stop through. */
type Paced = Job & { readonly pacer: Pacer };

/** What the main protocol found. */
interface Main {
  readonly split: Split;
  readonly train: Uint32Array;
  readonly test: Uint32Array;
  readonly summary: SplitEvaluation;
  readonly runs: readonly Run[];
}

/**
 * Evaluates all candidates under one protocol: chosen on validation rows, judged once on test rows
 * that nothing has seen, with intervals, paired differences, a run on random labels and the same
 * candidates under the other protocols. Where there are too few users of a class, every number is
 * null with the reason.
 * @throws EVALUATION_TABLE, CANDIDATE_UNKNOWN, PROTOCOL_UNKNOWN, INTERRUPTED, and what learners
 *   throw; call `checkRandomLabels` on the result to fail where random labels were learnt
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const job = openJob(options);
  const doing = `evaluating ${job.target}`;
  try {
    return await evaluateJob({ ...job, pacer: new Pacer(job.signal, doing) });
  } catch (error) {
    throw job.signal?.aborted ? foundationErrors.INTERRUPTED({ doing }, error) : error;
  }
}

async function evaluateJob(job: Paced): Promise<Evaluation> {
  const { options, table, seed, resamples, pacer, signal, threads } = job;
  const main = await runMain(job);
  const { train, test, runs, summary } = main;
  const reason = summary.reason ?? "there is no model";
  const judging = { resamples, seed, signal, threads };
  const verdict = await judgeRuns(table, { train, test }, runs, judging);
  const best = chooseBest(runs);
  const models =
    runs.length > 0 ? modelTable(verdict) : emptyModelTable(options.candidates, reason);
  const oracle = oracleOf(verdict, best?.run.name);
  const target = pick(table.target, test);
  const area = verdict.estimates.get(best?.run.name ?? "")?.rocAuc;
  const facts = { table, split: main.split, main: summary, resamples, gapMs: job.split.gapMs };
  const importance = await importanceFor(job, main, best?.run);
  const evaluation: Evaluation = {
    task: options.task,
    target: job.target,
    protocol: protocolSentence(job, summary),
    population: populationOf(job),
    splits: [{ ...summary, models }, ...(await runBesides(job, runs))],
    models,
    best: best?.run.name ?? null,
    chosenBy: best?.chosenBy ?? reason,
    naive: {
      positive: majorityIsYes(table, train),
      accuracy: naiveAccuracy(verdict) ?? unknownEstimate(reason),
    },
    comparisons: comparisonsOf(verdict),
    periods: periodsOf(table, main.split, test, runs),
    curves: await drawCurves(target, runs, pacer),
    ...(importance === undefined ? {} : { importance }),
    randomLabels: await runNoise(job, main, best?.run),
    suspicions: await suspicionsOf(job, best?.run.name, area),
    correlation: correlate(table, train, targetColumns(job)),
    ...(oracle === undefined ? {} : { oracle }),
    limits: [...describeLimits(facts), ...(options.limits ?? [])],
    reproduce: { seed, resamples, dataHash: dataHashOf(job) },
  };
  job.onProgress?.({ doing: `evaluating ${job.target}`, share: 1 });
  return evaluation;
}

/** Fits and scores every candidate once, or none where there are too few users of a class. */
async function runMain(job: Paced): Promise<Main> {
  const { table } = job;
  const split = splitTable(table, job.protocol, job.split);
  const summary = summariseSplit(table, split, { main: true });
  const runs: Run[] = [];
  if (summary.reason === undefined) {
    for (const candidate of job.options.candidates) {
      progress(job, `fitting ${candidate.name}`, runs.length / job.options.candidates.length / 2);
      const run = await runCandidate(candidate, table, split, job);
      job.options.onFitted?.(candidate.name, run.model);
      runs.push(run);
    }
  }
  return { split, train: trainRows(split), test: testRows(split), summary, runs };
}

async function runBesides(job: Paced, runs: readonly Run[]): Promise<readonly SplitEvaluation[]> {
  if (runs.length === 0) return [];
  const kinds = job.options.besides ?? otherSplits(job.table, job.protocol);
  const splits: SplitEvaluation[] = [];
  for (const kind of kinds) {
    await job.pacer.pause();
    progress(job, `splitting by ${kind}`, 0.5 + (0.3 * splits.length) / kinds.length);
    splits.push(
      await evaluateBeside(job.table, kind, runs, { ...settingsOf(job), resamples: job.resamples }),
    );
  }
  return splits;
}

async function runNoise(job: Paced, main: Main, best: Run | undefined): Promise<RandomLabels> {
  const fold = main.split.folds[0];
  if (best === undefined || fold === undefined) {
    return noRandomLabels(main.summary.reason ?? "there is no model");
  }
  progress(job, "learning random labels", 0.8);
  return runRandomLabels(best.candidate, job.table, fold, {
    ...settingsOf(job),
    variant: best.choices[0]!.variant,
    randomLabels: job.options.randomLabels ?? {},
  });
}

async function importanceFor(
  { options, table, seed, signal }: Paced,
  { runs, split }: Main,
  best: Run | undefined,
): Promise<Importance | undefined> {
  if (options.importance === false || best === undefined) return undefined;
  return await importanceOf(best, runs, { table, split }, { seed, signal });
}

async function suspicionsOf(
  job: Paced,
  best: string | undefined,
  area: Estimate | undefined,
): Promise<readonly Suspicion[]> {
  const result = best === undefined || area === undefined ? [] : suspectResult(best, area);
  const found = await findSuspicions(job.table, job.pacer);
  return [...(job.options.suspicions ?? []), ...found, ...result];
}

async function drawCurves(
  target: Float64Array,
  runs: readonly Run[],
  pacer: Pacer,
): Promise<Evaluation["curves"]> {
  const curves: Record<string, ModelCurves> = {};
  for (const run of runs) {
    await pacer.pause();
    curves[run.name] = curvesOf(target, run.scores);
  }
  return curves;
}

function settingsOf({ seed, split, signal, threads }: Job): RunSettings {
  return {
    seed,
    split,
    ...(signal === undefined ? {} : { signal }),
    ...(threads === undefined ? {} : { threads }),
  };
}

function progress(job: Job, doing: string, share: number): void {
  job.onProgress?.({ doing, share });
}
