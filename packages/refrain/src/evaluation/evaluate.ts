import type { Estimate } from "@refrain/learn";
import { evaluateBeside, otherSplits, summariseSplit } from "./besides.js";
import { correlate } from "./correlation.js";
import { curvesOf } from "./curves.js";
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
import type { Evaluation, RandomLabels, SplitEvaluation, Suspicion } from "./result.js";
import { type Run, type RunSettings, runCandidate, testRows, trainRows } from "./run.js";
import { type Split, splitTable } from "./splits.js";
import { findSuspicions, suspectResult } from "./suspicion.js";
import { pick } from "./table.js";

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
 * throw;
 *   call `checkRandomLabels` on the result to fail where random labels were learnt
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const job = openJob(options);
  const { table, seed, resamples } = job;
  const main = await runMain(job);
  const { train, test, runs, summary } = main;
  const reason = summary.reason ?? "there is no model";
  const verdict = judgeRuns(table, { train, test }, runs, { resamples, seed });
  const best = chooseBest(runs);
  const models =
    runs.length > 0 ? modelTable(verdict) : emptyModelTable(options.candidates, reason);
  const oracle = oracleOf(verdict, best?.run.name);
  const target = pick(table.target, test);
  const area = verdict.estimates.get(best?.run.name ?? "")?.rocAuc;
  const facts = { table, main: summary, train, test, resamples, gapMs: job.split.gapMs };
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
    curves: Object.fromEntries(runs.map((run) => [run.name, curvesOf(target, run.scores)])),
    randomLabels: await runNoise(job, main, best?.run),
    suspicions: suspicionsOf(job, best?.run.name, area),
    correlation: correlate(table, train, targetColumns(job)),
    ...(oracle === undefined ? {} : { oracle }),
    limits: [...describeLimits(facts), ...(options.limits ?? [])],
    reproduce: { seed, resamples, dataHash: dataHashOf(job) },
  };
  job.onProgress?.({ doing: `evaluating ${job.target}`, share: 1 });
  return evaluation;
}

/** Fits and scores every candidate once, or none where there are too few users of a class. */
async function runMain(job: Job): Promise<Main> {
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

async function runBesides(job: Job, runs: readonly Run[]): Promise<readonly SplitEvaluation[]> {
  if (runs.length === 0) return [];
  const kinds = job.options.besides ?? otherSplits(job.table, job.protocol);
  const splits: SplitEvaluation[] = [];
  for (const kind of kinds) {
    progress(job, `splitting by ${kind}`, 0.5 + (0.3 * splits.length) / kinds.length);
    splits.push(
      await evaluateBeside(job.table, kind, runs, { ...settingsOf(job), resamples: job.resamples }),
    );
  }
  return splits;
}

async function runNoise(job: Job, main: Main, best: Run | undefined): Promise<RandomLabels> {
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

function suspicionsOf(
  job: Job,
  best: string | undefined,
  area: Estimate | undefined,
): readonly Suspicion[] {
  const result = best === undefined || area === undefined ? [] : suspectResult(best, area);
  return [...(job.options.suspicions ?? []), ...findSuspicions(job.table), ...result];
}

function settingsOf({ seed, split, signal }: Job): RunSettings {
  return { seed, split, ...(signal === undefined ? {} : { signal }) };
}

function progress(job: Job, doing: string, share: number): void {
  job.onProgress?.({ doing, share });
}
