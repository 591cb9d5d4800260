import type { SplitEvaluation } from "./result.js";
import type { Split } from "./splits.js";
import type { CheckedTable } from "./table.js";

const dayMs = 86_400_000;

/** What the sentences are filled with. */
export interface LimitFacts {
  readonly table: CheckedTable;
  readonly split: Split;
  readonly main: SplitEvaluation;
  readonly resamples: number;
  readonly gapMs: number;
}

/** Assumptions and limits in plain words, filled with what was measured. */
export function describeLimits(facts: LimitFacts): readonly string[] {
  return [
    coverageOf(facts),
    ...driftOf(facts),
    strangersOf(facts),
    missingOf(facts.table),
    `Intervals hold 95 %: they draw the users of the test rows with all their rows, ` +
      `${facts.resamples} times. They do not tell how a model fitted on other rows would do.`,
    "An interval of a difference that holds zero is called a tie: nothing is proven either way.",
    "Accuracy counts a probability of .5 and more as yes; the threshold for F1 was found before " +
      "the test.",
    "A prediction is no cause: that a feature raises the risk does not say that changing it " +
      "lowers it.",
  ].filter((sentence) => sentence !== "");
}

function coverageOf({ table, main, gapMs }: LimitFacts): string {
  const list = table.periods?.list.filter((_, place) => table.periods?.of.includes(place)) ?? [];
  if (list.length === 0) {
    return "The table knows no time, so nothing here says how a model does on a later month.";
  }
  const from = Math.min(...list.map((period) => period.at));
  const to = Math.max(...list.map((period) => period.labelEnd));
  const days = Math.round((to - from) / dayMs);
  const purged = main.folds.reduce((sum, fold) => sum + fold.purged, 0);
  return (
    `Answers cover ${days} days and ${list.length} moments of prediction, from ${dayOf(from)} to ` +
    `${dayOf(to)}${days < 365 ? "; no yearly season can be seen in them" : ""}. ` +
    (gapMs > 0 ? `A gap of ${Math.round(gapMs / dayMs)} days was kept. ` : "") +
    `${purged} rows were left out of training because their answer was not known before the test ` +
    `began.`
  );
}

/** How far the share of positives moved from training to test. */
function driftOf({ main }: LimitFacts): readonly string[] {
  const { train, test } = main;
  if (train.rows === 0 || test.rows === 0) return [];
  const [before, after] = [train.positives / train.rows, test.positives / test.rows];
  return [
    `The share of yes is ${percent(before)} in the training rows and ${percent(after)} in the ` +
      `test rows; ` +
      "probabilities assume that it stays near the first.",
  ];
}

function strangersOf({ table, split }: LimitFacts): string {
  let strangers = 0;
  let tested = 0;
  for (const { train, test } of split.folds) {
    const known = new Set(Array.from(train, (row) => table.userCodes[row]));
    strangers += test.filter((row) => !known.has(table.userCodes[row])).length;
    if (train.length > 0) tested += test.length;
  }
  if (tested === 0) return "";
  return (
    `${percent(strangers / tested)} of the test rows are of users that training never saw; ` +
    "the split by user shows what to expect for them."
  );
}

/** The features with the most missing values. */
function missingOf(table: CheckedTable): string {
  const shares = table.features.columns
    .map((column) => {
      const held: Iterable<number> = column.kind === "category" ? column.codes : column.values;
      const absent = column.kind === "category" ? -1 : Number.NaN;
      let missing = 0;
      for (const value of held) missing += Object.is(value, absent) ? 1 : 0;
      return { name: column.name, share: missing / Math.max(1, table.rowCount) };
    })
    .filter(({ share }) => share >= 0.05)
    .sort((a, b) => b.share - a.share);
  if (shares.length === 0) return "No feature lacks more than 5 % of its values.";
  const worst = shares.slice(0, 5).map(({ name, share }) => `${name} (${percent(share)})`);
  const more = shares.length > 5 ? ` and ${shares.length - 5} more` : "";
  return `Features that lack values in at least 5 % of the rows: ${worst.join(", ")}${more}.`;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
