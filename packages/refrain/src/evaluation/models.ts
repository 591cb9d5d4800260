import type { Estimate } from "@refrain/learn";
import {
  bestOf,
  type JudgedScores,
  type JudgeOptions,
  judge,
  unknownEstimates,
  type Verdict,
} from "./judge.js";
import {
  type Difference,
  type MetricName,
  type ModelComparison,
  type ModelEvaluation,
  metricNames,
  type Oracle,
} from "./result.js";
import { type Run, validationLoss } from "./run.js";
import { type CheckedTable, pick, pickCodes } from "./table.js";

/** Metrics in which models are compared with each other. */
const comparedMetrics = ["rocAuc", "prAuc", "logLoss"] as const;

// Names with a space in front cannot be a candidate's, so that they never meet in one table.
const naiveName = " naive";
const truthName = " truth";

/**
 * What the main protocol found: estimates of all runs, of the naive classifier and of the truth.
 */
export interface MainVerdict extends Verdict {
  readonly runs: readonly Run[];
}

/** Judges the runs, the naive classifier and the simulated truth on the same resamples. */
export async function judgeRuns(
  table: CheckedTable,
  rows: { readonly train: Uint32Array; readonly test: Uint32Array },
  runs: readonly Run[],
  options: JudgeOptions,
): Promise<MainVerdict> {
  const target = pick(table.target, rows.test);
  const sets: JudgedScores[] = runs.map(({ name, scores, threshold }) => ({
    name,
    scores,
    threshold,
  }));
  if (runs.length > 0) {
    const yes = majorityIsYes(table, rows.train) ? 1 : 0;
    const scores = new Float64Array(rows.test.length).fill(yes);
    sets.push({ name: naiveName, scores, threshold: 0.5 });
    if (table.truth) {
      sets.push({ name: truthName, scores: pick(table.truth, rows.test), threshold: 0.5 });
    }
  }
  const users = pickCodes(table.userCodes, rows.test);
  return { ...(await judge({ target, users }, sets, options)), runs };
}

/** Whether saying yes to all is right more often than not in the training rows. */
export function majorityIsYes(table: CheckedTable, train: Uint32Array): boolean {
  let positives = 0;
  for (const row of train) positives += table.target[row]!;
  return 2 * positives > train.length;
}

/** Accuracy of always saying the more frequent class. */
export function naiveAccuracy(verdict: MainVerdict): Estimate | undefined {
  return verdict.estimates.get(naiveName)?.accuracy;
}

/** The rows of the result's table. */
export function modelTable(verdict: MainVerdict): readonly ModelEvaluation[] {
  const baselines = verdict.runs
    .filter((run) => run.candidate.kind === "baseline")
    .map((run) => run.name);
  return verdict.runs.map((run) => {
    const { candidate, choices } = run;
    const isBaseline = candidate.kind === "baseline";
    const coefficients = candidate.coefficients?.(run.model);
    const drawing = candidate.drawing?.(run.model);
    const attained = attainedBy(verdict, run.name);
    return {
      name: run.name,
      kind: candidate.kind,
      ...verdict.estimates.get(run.name)!,
      train: run.train,
      validationLogLoss: validationLoss(run),
      threshold: choices[0]?.threshold ?? null,
      options: choices[0]?.variant ?? {},
      calibration: choices[0]?.calibrator?.kind ?? null,
      ...(isBaseline ? {} : { differences: differencesFrom(verdict, run.name, baselines) }),
      ...(coefficients === undefined ? {} : { coefficients }),
      ...(drawing === undefined ? {} : { drawing }),
      ...(attained === undefined ? {} : { attained }),
      seconds: run.seconds,
    };
  });
}

/** The same rows where nothing could be estimated. */
export function emptyModelTable(
  candidates: readonly Run["candidate"][],
  reason: string,
): readonly ModelEvaluation[] {
  return candidates.map(({ name, kind }) => ({
    name,
    kind,
    ...unknownEstimates(reason),
    train: null,
    validationLogLoss: null,
    threshold: null,
    options: {},
    calibration: null,
    seconds: 0,
  }));
}

/**
 * From the baseline that is best in each metric on these test rows: the hardest comparison there
 * is.
 */
function differencesFrom(
  verdict: MainVerdict,
  model: string,
  baselines: readonly string[],
): Readonly<Partial<Record<MetricName, Difference>>> {
  return Object.fromEntries(
    metricNames.flatMap((metric) => {
      const against = bestOf(verdict.estimates, baselines, metric);
      return against === null ? [] : [[metric, verdict.difference(model, against, metric)]];
    }),
  );
}

/** Every pair of models that are no baselines. */
export function comparisonsOf(verdict: MainVerdict): readonly ModelComparison[] {
  const names = verdict.runs
    .filter((run) => run.candidate.kind !== "baseline")
    .map((run) => run.name);
  return names.flatMap((model, at) =>
    names.slice(at + 1).flatMap((against) =>
      comparedMetrics.map((metric) => ({
        model,
        metric,
        ...verdict.difference(model, against, metric),
      })),
    ),
  );
}

/** (AUC - .5) / (AUC of the truth - .5), on the same resamples. */
function attainedBy(verdict: MainVerdict, model: string): Estimate | undefined {
  if (!verdict.estimates.has(truthName)) return undefined;
  return verdict.combine([model, truthName], "rocAuc", (area, truth) =>
    truth > 0.5 ? (area - 0.5) / (truth - 0.5) : Number.NaN,
  );
}

/** Skill of the truth, and the share of it that the chosen model reached. */
export function oracleOf(verdict: MainVerdict, best: string | undefined): Oracle | undefined {
  const truth = verdict.estimates.get(truthName);
  const attained = best === undefined ? undefined : attainedBy(verdict, best);
  if (truth === undefined || attained === undefined) return undefined;
  return { rocAuc: truth.rocAuc, prAuc: truth.prAuc, logLoss: truth.logLoss, attained };
}

/** The model with the least log-loss on validation rows; the first where there were none. */
export function chooseBest(
  runs: readonly Run[],
): { readonly run: Run; readonly chosenBy: string } | undefined {
  const models = runs.filter((run) => run.candidate.kind !== "baseline");
  const [first] = models;
  if (first === undefined) return undefined;
  if (models.length === 1) return { run: first, chosenBy: "it is the only model" };
  let best: { run: Run; loss: number } | undefined;
  for (const run of models) {
    const loss = validationLoss(run);
    if (loss !== null && (best === undefined || loss < best.loss)) best = { run, loss };
  }
  return best === undefined
    ? { run: first, chosenBy: "it stands first; there were no rows to choose on" }
    : { run: best.run, chosenBy: "it had the least log-loss on validation rows" };
}
