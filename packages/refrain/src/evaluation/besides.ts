import { judge, tooFew } from "./judge.js";
import type { SplitEvaluation } from "./result.js";
import { type Run, type RunSettings, runCandidate, testRows, trainRows } from "./run.js";
import { type Split, type SplitKind, splitKinds, splitTable } from "./splits.js";
import { type CheckedTable, countRows, pick, pickCodes } from "./table.js";

/** Metrics shown for the splits beside the main one. */
const shownMetrics = ["rocAuc", "prAuc", "logLoss", "accuracy"] as const;
/** Enough for a picture beside the main numbers. */
const mostResamples = 300;

/** Splits that a table allows, besides one. */
export function otherSplits(table: CheckedTable, main: SplitKind): readonly SplitKind[] {
  const timed = new Set(table.periods?.of).size > 1;
  const several = new Set(table.userCodes).size < table.rowCount;
  return splitKinds.filter((kind) => {
    if (kind === main) return false;
    if (kind === "time" || kind === "time-and-user") return timed;
    // Where every row is a user of its own, splitting rows is splitting users.
    return kind === "user" || several;
  });
}

/**
 * What the candidates reach under another protocol, with the variants that the main one chose.
 * @param runs of the main protocol
 */
export async function evaluateBeside(
  table: CheckedTable,
  kind: SplitKind,
  runs: readonly Run[],
  settings: RunSettings & { readonly resamples: number },
): Promise<SplitEvaluation> {
  const split = splitTable(table, kind, settings.split);
  const test = testRows(split);
  const summary = summariseSplit(table, split, { main: false });
  if (summary.reason !== undefined) return summary;
  const repeated: Run[] = [];
  for (const run of runs) {
    const chosen = run.choices[0]!;
    repeated.push(await runCandidate(run.candidate, table, split, { ...settings, chosen }));
  }
  const { estimates } = await judge(
    { target: pick(table.target, test), users: pickCodes(table.userCodes, test) },
    repeated,
    {
      resamples: Math.min(mostResamples, settings.resamples),
      seed: settings.seed,
      metrics: shownMetrics,
      signal: settings.signal,
      threads: settings.threads,
    },
  );
  return {
    ...summary,
    models: repeated.map(({ name, candidate }) => {
      const { rocAuc, prAuc, logLoss, accuracy } = estimates.get(name)!;
      return { name, kind: candidate.kind, rocAuc, prAuc, logLoss, accuracy };
    }),
  };
}

/** Sizes of a split, and why it cannot be used where it cannot; no model yet. */
export function summariseSplit(
  table: CheckedTable,
  split: Split,
  { main }: { readonly main: boolean },
): SplitEvaluation {
  const train = countRows(table, trainRows(split));
  const test = countRows(table, new Set(testRows(split)));
  const reason = tooFew(train, "the training rows") ?? tooFew(test, "the test rows");
  return {
    kind: split.kind,
    honest: split.kind !== "row",
    main,
    folds: split.folds.map(({ name, purged }) => ({ name, purged })),
    train,
    test,
    ...(reason === undefined ? {} : { reason }),
    models: [],
  };
}
