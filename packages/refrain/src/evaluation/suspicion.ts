import { type Column, type Estimate, type Pacer, rankScores, rocAuc } from "@refrain/learn";
import type { Suspicion } from "./result.js";
import { type CheckedTable, checkTable, countRows, type LearningTable } from "./table.js";

/** A single feature above this ROC-AUC is more likely an answer in disguise than a reason. */
const decidingAuc = 0.97;
/** A model above this ROC-AUC on unseen rows has more likely seen the answers than learnt them. */
const tooGoodAuc = 0.985;
/** Users of each class before a single feature is judged. */
const leastUsers = 5;
/** A segment that holds at least this share of one class … */
const leastCoverage = 0.5;
/** … and at most this share of the other class that chance would put there … */
const mostExceptions = 0.02;
/** … is reported when chance would hardly keep all users of the other class out of it. */
const mostChance = 1e-4;

interface Segment {
  /** Says which rows; called for few of them. */
  readonly words: () => string;
  readonly rows: number;
  readonly positives: number;
}

/**
 * Features that nearly decide the answer, alone: likely leaks. Looks at each feature's ROC-AUC both
 * ways, and for segments (low values, high values, missing, one category) in which a class that
 * chance would put there is all but absent, such as "users who hear advertisements never pay".
 * @param table all rows, any answer of 0 and 1
 * @param pacer lets a stop through between two features
 */
export async function findSuspicions(
  table: Pick<LearningTable, "features" | "target" | "users">,
  pacer?: Pacer,
): Promise<readonly Suspicion[]> {
  const checked = checkTable(table);
  const counts = countRows(checked, checked.target.keys());
  if (Math.min(counts.positiveUsers, counts.negativeUsers) < leastUsers) return [];
  const suspicions: Suspicion[] = [];
  for (const column of checked.features.columns) {
    await pacer?.pause();
    const found = decidingFeature(column, checked) ?? pureSegment(column, checked, counts);
    if (found !== undefined) suspicions.push(found);
  }
  return suspicions;
}

/** A result on unseen rows that is too good to be true. */
export function suspectResult(name: string, area: Estimate): readonly Suspicion[] {
  if (area.value === null || area.value < tooGoodAuc) return [];
  return [
    {
      code: "RESULT_TOO_GOOD",
      subject: name,
      message:
        `The model "${name}" has a ROC-AUC of ${area.value.toFixed(3)} on rows it has not seen, ` +
        "which people's behaviour hardly allows. Look for a feature that is known only after the " +
        "answer.",
      details: { rocAuc: area.value },
    },
  ];
}

/** Scores by a column: numbers as they are, missing below all; categories have no order. */
function scoresOf(column: Column): Float64Array | undefined {
  if (column.kind === "category") return undefined;
  return Float64Array.from(column.values, (value) =>
    Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value,
  );
}

function decidingFeature(column: Column, table: CheckedTable): Suspicion | undefined {
  const scores = scoresOf(column);
  if (scores === undefined) return undefined;
  const area = rocAuc(table.target, scores);
  const skill = Math.max(area, 1 - area);
  if (!(skill >= decidingAuc)) return undefined;
  return {
    code: "FEATURE_NEARLY_DECIDES",
    subject: column.name,
    message:
      `"${column.name}" alone has a ROC-AUC of ${skill.toFixed(3)}: ` +
      `${area < 0.5 ? "low" : "high"} values nearly always mean yes. ` +
      "Check that it is known at the moment of prediction; a likely leak.",
    details: { rocAuc: skill, direction: area < 0.5 ? "low" : "high" },
  };
}

function pureSegment(
  column: Column,
  table: CheckedTable,
  all: { rows: number; positives: number; positiveUsers: number; negativeUsers: number },
): Suspicion | undefined {
  let worst: { segment: Segment; coverage: number; absent: "yes" | "no" } | undefined;
  for (const segment of segmentsOf(column, table.target)) {
    for (const absent of ["yes", "no"] as const) {
      const isYes = absent === "yes";
      const exceptions = isYes ? segment.positives : segment.rows - segment.positives;
      const absentRows = isYes ? all.positives : all.rows - all.positives;
      const absentUsers = isYes ? all.positiveUsers : all.negativeUsers;
      const share = segment.rows / all.rows;
      const coverage = (segment.rows - exceptions) / (all.rows - absentRows);
      const rare = exceptions <= mostExceptions * absentRows * share;
      if (!rare || coverage < leastCoverage || (1 - share) ** absentUsers > mostChance) continue;
      if (worst === undefined || coverage > worst.coverage) worst = { segment, coverage, absent };
    }
  }
  if (worst === undefined) return undefined;
  const { segment, absent } = worst;
  const ofAbsent = (rows: Pick<Segment, "rows" | "positives">) =>
    absent === "yes" ? rows.positives : rows.rows - rows.positives;
  const exceptions = ofAbsent(segment);
  const byChance = Math.round((ofAbsent(all) * segment.rows) / all.rows);
  return {
    code: "SEGMENT_OF_ONE_CLASS",
    subject: column.name,
    message:
      `Of ${segment.rows} rows where "${column.name}" ${segment.words()}, ${exceptions} have the ` +
      `answer ${absent}, where chance would give ${byChance}. ` +
      "Check whether it is a consequence of the answer; a likely leak.",
    details: { rows: segment.rows, exceptions, coverage: worst.coverage, absent },
  };
}

/** Low values, high values, missing values; of categories each one. */
function* segmentsOf(column: Column, target: Float64Array): Generator<Segment> {
  if (column.kind === "category") {
    for (const [code, words] of column.dictionary.entries()) {
      yield segmentWhere(target, (row) => column.codes[row] === code, `is "${words}"`);
    }
    yield segmentWhere(target, (row) => column.codes[row] === -1, "is missing");
    return;
  }
  const { values } = column;
  const known = Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]));
  if (known.length < values.length) {
    yield segmentWhere(target, (row) => Number.isNaN(values[row]), "is missing");
  }
  const ranked = rankScores(
    known.map((row) => target[row]!),
    known.map((row) => values[row]!),
  );
  const positives = ranked.target.reduce((sum, yes) => sum + yes, 0);
  let [rank, above] = [0, 0];
  for (const end of ranked.runEnds.subarray(0, -1)) {
    for (; rank < end; rank += 1) above += ranked.target[rank]!;
    const least = ranked.score[end - 1]!;
    yield { words: () => `is at least ${shortNumber(least)}`, rows: end, positives: above };
    yield {
      words: () => `is below ${shortNumber(least)}`,
      rows: known.length - end,
      positives: positives - above,
    };
  }
}

function segmentWhere(
  target: Float64Array,
  holds: (row: number) => boolean,
  words: string,
): Segment {
  let rows = 0;
  let positives = 0;
  for (let row = 0; row < target.length; row += 1) {
    if (!holds(row)) continue;
    rows += 1;
    positives += target[row]!;
  }
  return { words: () => words, rows, positives };
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}
