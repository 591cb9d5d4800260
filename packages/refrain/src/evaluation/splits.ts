/**
 * How rows are parted into what is learnt from and what is judged. Splits are row numbers, so that
 * a test can hold their laws: no row on both sides, and by the honest ones no user and no label
 * window that reaches over.
 */
import { assignFolds } from "@refrain/learn";
import { evaluationErrors } from "./errors.js";
import type { CheckedTable, Period } from "./table.js";

/** The ways to split; `row` is the dishonest one that others used, shown beside the honest ones. */
export type SplitKind = "time" | "user" | "time-and-user" | "row";

/** Every way to split, in the order of reports. */
export const splitKinds: readonly SplitKind[] = ["time", "user", "time-and-user", "row"];

/** One pair of training and test rows. */
export interface Fold {
  /** What is tested, for example the period's name. */
  readonly name: string;
  /** Row numbers, ascending. */
  readonly train: Uint32Array;
  /** Row numbers, ascending. */
  readonly test: Uint32Array;
  /** Rows left out because their label window reaches into the test period. */
  readonly purged: number;
}

/** A way to split and its folds; test rows of all folds are judged together. */
export interface Split {
  readonly kind: SplitKind;
  readonly folds: readonly Fold[];
}

/** How to split; every choice has a default in `splitDefaults`. */
export interface SplitOptions {
  /** Decides which users or rows go where. */
  readonly seed: number;
  /** Time between the end of the last training label window and the test cutoff, ≥ 0. */
  readonly gapMs: number;
  /** Users and rows are dealt into this many folds, ≥ 2. */
  readonly folds: number;
  /** How many of the folds are tested in turn; 1 = one hold-out part. */
  readonly testedFolds: number;
  /**
   * Parts of the training side on which choices are made: the latest periods before the test, or
   * folds of users.
   */
  readonly validationFolds: number;
  /** How often users and rows are dealt anew and tested, ≥ 1; rows are then judged as often. */
  readonly repeats: number;
}

/**
 * Defaults of a split: a fifth of the users or rows is held out once, no gap beyond the label,
 * choices on three periods (all of nine took twice as long).
 */
export const splitDefaults: SplitOptions = Object.freeze({
  seed: 1,
  gapMs: 0,
  folds: 5,
  testedFolds: 1,
  validationFolds: 3,
  repeats: 1,
});

/**
 * Splits a table.
 * @param rows the rows that may be used; all where absent
 * @throws PROTOCOL_UNKNOWN where the table lacks what the split needs
 */
export function splitTable(
  table: CheckedTable,
  kind: SplitKind,
  options: Partial<SplitOptions> = {},
): Split {
  const settings = { ...splitDefaults, ...options };
  if (kind === "time") return { kind, folds: [lastPeriodFold(table, settings)] };
  if (kind === "row") return { kind, folds: repeatedFolds(table, settings, undefined) };
  const byUser = repeatedFolds(table, settings, table.userCodes);
  if (kind === "user") return { kind, folds: byUser };
  const byTime = lastPeriodFold(table, settings);
  return { kind, folds: byUser.map((fold) => intersect(byTime, fold)) };
}

/**
 * Rolling origin over the training side of a split: each of the latest earlier periods is tested by
 * what was known before it. The period of the split's own test is never among them.
 * @param train rows of the training side
 * @returns folds in order of time; those without training rows are left out
 */
export function rollingOrigin(
  table: CheckedTable,
  train: Uint32Array,
  options: Partial<SplitOptions> = {},
): readonly Fold[] {
  const settings = { ...splitDefaults, ...options };
  const used = new Set(Array.from(train, (row) => table.periods?.of[row] ?? -1));
  return periodsInOrder(table)
    .filter(({ place }) => used.has(place))
    .map(({ place }) => periodFold(table, place, { gapMs: settings.gapMs, rows: train }))
    .filter((fold) => fold.train.length > 0 && fold.test.length > 0)
    .slice(-settings.validationFolds);
}

/**
 * Folds by user inside the training side of a split, to choose on where there is no time.
 * @param train rows of the training side
 */
export function innerUserFolds(
  table: CheckedTable,
  train: Uint32Array,
  options: Partial<SplitOptions> = {},
): readonly Fold[] {
  const settings = { ...splitDefaults, ...options };
  const testedFolds = settings.validationFolds;
  return dealtFolds(table, { ...settings, testedFolds }, table.userCodes, train);
}

function periodsInOrder(table: CheckedTable): readonly { place: number; period: Period }[] {
  return (table.periods?.list ?? [])
    .map((period, place) => ({ period, place }))
    .sort((a, b) => a.period.at - b.period.at || a.place - b.place);
}

/**
 * The last period that has rows is tested by what was known before it. With one period nothing can
 * be learnt from: the fold says so by having no training row.
 */
function lastPeriodFold(table: CheckedTable, settings: SplitOptions): Fold {
  if (table.periods === undefined) {
    throw evaluationErrors.PROTOCOL_UNKNOWN({
      protocol: "time",
      why: "the table knows no time",
      known: ["user", "row"],
    });
  }
  const used = new Set(table.periods.of);
  const last = periodsInOrder(table).findLast(({ place }) => used.has(place));
  if (last === undefined) return nothingToLearn("no period", allRows(table.rowCount));
  return periodFold(table, last.place, { gapMs: settings.gapMs });
}

function nothingToLearn(name: string, test: Uint32Array): Fold {
  return { name, train: new Uint32Array(), test, purged: 0 };
}

/** A row may be learnt from when its label was known `gapMs` before the test period's cutoff. */
function periodFold(
  table: CheckedTable,
  place: number,
  { gapMs, rows }: { gapMs: number; rows?: Uint32Array },
): Fold {
  const { list, of } = table.periods!;
  const tested = list[place]!;
  const train: number[] = [];
  const test: number[] = [];
  let purged = 0;
  for (const row of rows ?? allRows(table.rowCount)) {
    const period = list[of[row]!]!;
    if (of[row] === place) test.push(row);
    else if (period.labelEnd + gapMs <= tested.at) train.push(row);
    else if (period.at < tested.at) purged += 1;
  }
  return {
    name: tested.name,
    train: Uint32Array.from(train),
    test: Uint32Array.from(test),
    purged,
  };
}

function allRows(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, row) => row);
}

/** The folds of every repeat, one after the other; each repeat is dealt by a seed of its own. */
function repeatedFolds(
  table: CheckedTable,
  settings: SplitOptions,
  groups: Int32Array | undefined,
): readonly Fold[] {
  const { repeats, seed } = settings;
  const all = Array.from({ length: repeats }, (_, repeat) =>
    dealtFolds(table, { ...settings, seed: seed + repeat }, groups).map((fold) =>
      repeats === 1 ? fold : { ...fold, name: `repeat ${repeat + 1}, ${fold.name}` },
    ),
  );
  return all.flat();
}

/** Users (or rows, without groups) dealt at random, positives evenly. */
function dealtFolds(
  table: CheckedTable,
  settings: SplitOptions,
  groups: Int32Array | undefined,
  rows: Uint32Array = allRows(table.rowCount),
): readonly Fold[] {
  const units = groups === undefined ? rows.length : new Set(rows.map((row) => groups[row]!)).size;
  if (units < settings.folds) {
    // Too few to be dealt: nothing is learnt from, and the counts say why nothing can be estimated.
    return [nothingToLearn("held out", rows)];
  }
  const target = Array.from(rows, (row) => table.target[row]!);
  const dealt = assignFolds(rows.length, {
    folds: settings.folds,
    seed: settings.seed,
    target,
    ...(groups === undefined ? {} : { groups: Int32Array.from(rows, (row) => groups[row]!) }),
  });
  const tested = Math.min(settings.testedFolds, settings.folds);
  return Array.from({ length: tested }, (_, fold) => ({
    name: tested === 1 ? "held out" : `fold ${fold + 1}`,
    train: rows.filter((__, at) => dealt[at] !== fold),
    test: rows.filter((__, at) => dealt[at] === fold),
    purged: 0,
  }));
}

/** Later rows of unseen users are tested by earlier rows of others. */
function intersect(byTime: Fold, byUser: Fold): Fold {
  const train = new Set(byUser.train);
  const test = new Set(byUser.test);
  return {
    name: `${byTime.name}, unseen users`,
    train: byTime.train.filter((row) => train.has(row)),
    test: byTime.test.filter((row) => test.has(row)),
    purged: byTime.purged,
  };
}
