import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { benjaminiHochberg } from "@refrain/learn";
import { csvField, type JobOptions, type Limits, writeAtomically } from "../../foundation/index.js";
import type { WrittenVerdicts } from "../../lake/index.js";
import {
  type Ratings,
  type RatingsFile,
  readRatings,
  spellingsByFile,
} from "../../simulate/index.js";
import { ratersErrors } from "./errors.js";
import { type Evidence, evidenceFor } from "./evidence.js";
import { type RaterFeatures, raterFeatures } from "./features/rater-features.js";
import { judgeRaters, type RaterJudgement } from "./judge.js";
import { type RaterLabels, readRaterLabels } from "./labels.js";
import { plainLevel, type RaterProtocol, type ScoredRaters, scoreRaters } from "./score-raters.js";
import { abuseBound, enoughGenuine } from "./semi-supervised.js";
import {
  type BesideFiles,
  type ItemsRead,
  type ReadBeside,
  readBeside,
  type ViewsRead,
} from "./series/beside.js";
import {
  type SeriesGroup,
  type SuspectSeries,
  seriesGroups,
  suspectSeries,
} from "./series/series-evidence.js";
import { type RaterVerdictOptions, writeRaterVerdicts } from "./verdicts.js";
import { type WatchingEvidence, watchingEvidence } from "./viewing/viewing-evidence.js";

/** What `detectRaters` is told. */
export interface DetectRatersOptions extends JobOptions, BesideFiles {
  /** File of ratings. */
  readonly ratings: string;
  /** File of `user,anomalous[,kind][,split]`. */
  readonly labels?: string;
  /** Lowest and highest rating; found in the file where absent. */
  readonly scale?: { readonly low: number; readonly high: number };
  /** Where to write `user,anomalous,score` of all users. */
  readonly submit?: string;
  /** Adds what was found to a lake, as rows of `verdict`. */
  readonly verdicts?: RaterVerdictOptions;
  /** Memory, threads and temporary folder of reading and of verdicts. */
  readonly limits?: Partial<Limits>;
  /** So many cases, the most suspicious. */
  readonly budget?: number;
  /** Share of the flagged that may be genuine, on average. */
  readonly falseDiscoveryRate?: number;
  readonly seed?: number;
  readonly threads?: number;
}

/** One account in the review queue. */
export interface RaterCase extends Evidence {
  readonly user: string;
  /** Probability of being anomalous where labels of both kinds calibrate it, else null. */
  readonly probability: number | null;
  /** Higher = more suspicious: log of budget / p of a union, log odds where labels are many. */
  readonly score: number;
  /** P-value: how often a genuine account looks as bad; at most so often where few are labelled. */
  readonly pValue: number;
  /** What spoke: `learnt`, or a detector that needs no label. */
  readonly spoke: string;
  readonly ratings: number;
  /** The series that counts most against it; null where none does or none are given. */
  readonly series: SuspectSeries | null;
  /** What the viewing log shows; null where none is given. */
  readonly watching: WatchingEvidence | null;
}

/** What `detectRaters` found; the JSON of `refrain detect raters`. */
export interface RatersDetection {
  readonly task: "raters";
  readonly ratings: string;
  readonly users: number;
  readonly anomalous: number;
  readonly protocol: RaterProtocol;
  readonly population: {
    readonly rows: number;
    readonly kept: number;
    readonly items: number;
    readonly duplicates: number;
    readonly rejectedByReason: RatingsFile["rejectedByReason"];
    readonly rejected: RatingsFile["rejected"];
    readonly scale: Ratings["scale"];
    readonly timed: boolean;
    readonly labelled: number;
    readonly labelledWithoutRatings: number;
    readonly unlabelled: number;
  };
  /** What to look at before trusting the rest: odd scales, labels that contradict each other. */
  readonly notices: readonly string[];
  /** What was read of the titles' series and of the viewing log; null where not given. */
  readonly items: ItemsRead | null;
  readonly views: ViewsRead | null;
  /** Accounts that push or nuke a series together; null without series. */
  readonly seriesGroups: readonly SeriesGroup[] | null;
  /** How users were cut, and at which score. */
  readonly cut: string;
  /** How many labelled users `pooled` and `kinds` stand on, and how many of them are crooked. */
  readonly judged: { readonly users: number; readonly anomalous: number };
  /** On users that the scores had not learnt from; null where nobody is labelled to judge by. */
  readonly pooled: RaterJudgement["pooled"] | null;
  readonly kinds: RaterJudgement["kinds"];
  readonly queue: readonly RaterCase[];
  readonly out: string | null;
  /** What went to the lake, where that was asked for. */
  readonly verdicts?: WrittenVerdicts;
  readonly seconds: number;
}

const casesShown = 200;
/** Fewer users do not tell who is unlike others. */
export const leastUsers = 50;

/**
 * Finds crooked raters: features without labels, then what the labels allow (all, few, of anomalous
 * users only, or none), and a review queue with evidence.
 * @throws RATINGS_EMPTY, RATERS_FEW, RATER_LABELS_SHAPE, RATER_LABELS_STRANGERS,
 *   RATER_LABELS_FEW, INTERRUPTED, and what `withSourceFile` and `writeRaterVerdicts` throw
 */
export async function detectRaters(options: DetectRatersOptions): Promise<RatersDetection> {
  const began = performance.now();
  const { signal, onProgress, scale, columns } = options;
  const job: JobOptions = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  const read = await readRatings(options.ratings, {
    ...job,
    ...(scale && { scale }),
    ...(columns && { columns: spellingsByFile(columns).ratings }),
    ...(options.limits && { limits: options.limits }),
  });
  const { ratings } = read;
  if (ratings.userIds.length < leastUsers) {
    throw ratersErrors.RATERS_FEW({ users: ratings.userIds.length });
  }
  const labels =
    options.labels === undefined ? undefined : await readRaterLabels(options.labels, ratings, job);
  const beside = await readBeside(options, ratings, job);
  const features = await raterFeatures(ratings, job, beside);
  onProgress?.({ doing: "learning" });
  const scored = await scoreRaters(features.frame, labels, options);
  const { flagged, cut } = cutOf(scored, options);
  const judgement = labels && judgementOf(scored, labels, flagged);
  const queue = await queueOf({ scored, flagged, features, ratings, beside, signal });
  if (options.submit !== undefined) await writeSubmission(options.submit, ratings, scored, flagged);
  const judged = { ratings, scored, flagged, queue };
  const verdicts =
    options.verdicts && (await writeRaterVerdicts(judged, options.verdicts, options));
  onProgress?.({ doing: "done", share: 1 });
  return {
    task: "raters",
    ratings: basename(options.ratings),
    users: ratings.userIds.length,
    anomalous: flagged.reduce((sum, one) => sum + one, 0),
    protocol: scored.protocol,
    population: populationOf(read, labels),
    notices: [
      ...noticesOf(ratings, labels, options),
      ...leftOutNotices(read),
      ...rateNotices(scored, options),
    ],
    items: beside.itemsRead ?? null,
    views: beside.viewsRead ?? null,
    seriesGroups: beside.series ? seriesGroups(ratings, beside.series) : null,
    cut,
    judged: {
      users: scored.judged.length,
      anomalous: scored.judged.filter((user) => labels?.anomalous[user] === 1).length,
    },
    pooled: judgement?.pooled ?? null,
    kinds: judgement?.kinds ?? {},
    queue,
    out: options.submit ?? null,
    ...(verdicts && { verdicts }),
    seconds: (performance.now() - began) / 1000,
  };
}

function populationOf(read: RatingsFile, labels: RaterLabels | undefined) {
  const { ratings, rows, duplicates, rejectedByReason, rejected } = read;
  const labelled = labels?.anomalous.reduce((sum, one) => sum + (one >= 0 ? 1 : 0), 0) ?? 0;
  return {
    ...{ rows, kept: ratings.item.length, items: ratings.itemIds.length, duplicates },
    ...{ rejectedByReason, rejected, scale: ratings.scale, timed: ratings.at !== undefined },
    ...{ labelled, labelledWithoutRatings: labels?.strangers ?? 0 },
    unlabelled: ratings.userIds.length - labelled,
  };
}

/** An end of the scale that fewer ratings reach is likely a slip. */
const leastAtEnd = 3;

function noticesOf(
  { scale, value }: Ratings,
  labels: RaterLabels | undefined,
  options: DetectRatersOptions,
): readonly string[] {
  const rare = [scale.low, scale.high].flatMap((end) => {
    const there = value.reduce((sum, one) => sum + (one === end ? 1 : 0), 0);
    const isRare = there < Math.max(leastAtEnd, value.length / 10_000);
    return isRare && !options.scale
      ? [`Only ${there} of ${value.length} ratings are ${end}, an end of the scale: is it one?`]
      : [];
  });
  const twice = labels?.contradicted ?? 0;
  return [
    ...(rare.length > 0 ? [...rare, "Tell the scale with --scale LOW:HIGH."] : []),
    ...(twice > 0 ? [`Users labelled in two ways: ${twice}; the last label counts.`] : []),
  ];
}

/** More rows left out than this are no slips: accounts may be missing with them. */
const fewLeftOut = 0.01;

function leftOutNotices({ rows, rejectedByReason }: RatingsFile): readonly string[] {
  const reasons = Object.entries(rejectedByReason);
  const left = reasons.reduce((sum, [, count]) => sum + count, 0);
  const why = reasons.map(([reason, count]) => `${reason} ${count}`).join(", ");
  return left > fewLeftOut * rows
    ? [`Of ${rows} rows ${left} were left out (${why}), and with them whoever has no other.`]
    : [];
}

/** What a rate of false discoveries cannot do here: it needs genuine users to compare with. */
function rateNotices(
  { calibrators, score }: ScoredRaters,
  { falseDiscoveryRate: rate }: DetectRatersOptions,
): readonly string[] {
  if (rate === undefined) return [];
  if (calibrators === 0) {
    return [
      `A rate of false discoveries needs genuine users to compare with: label ${enoughGenuine} ` +
        "of them, or give a budget.",
    ];
  }
  const least = Math.ceil(score.length / (rate * (calibrators + 1)));
  return least > 1
    ? [`With ${calibrators} labelled genuine users this rate flags ${least} users or none.`]
    : [];
}

/** Which users are flagged: by budget, by rate, or by the threshold that labels settled. */
function cutOf(scored: ScoredRaters, options: DetectRatersOptions) {
  const { score, pValue, calibrators, threshold, protocol } = scored;
  const { budget, falseDiscoveryRate: rate } = options;
  if (budget !== undefined) {
    const order = [...score.keys()].sort((a, b) => score[b]! - score[a]! || a - b);
    const chosen = new Set(order.slice(0, budget));
    return {
      flagged: Uint8Array.from(score, (_, user) => (chosen.has(user) ? 1 : 0)),
      cut: `the ${budget} most suspicious`,
    };
  }
  if (rate !== undefined) {
    const { rejected } = benjaminiHochberg(pValue, rate);
    return { flagged: rejected, cut: `false discovery rate ${rate}` };
  }
  const settled = protocol.includes("union") || protocol.startsWith("no labels");
  return {
    flagged: Uint8Array.from(score, (one) => (one >= threshold ? 1 : 0)),
    cut: !settled
      ? "best F1 on folds of the training users"
      : calibrators > 0
        ? `p-value of at most ${plainLevel}`
        : `${100 * plainLevel} % of the genuine if ${100 * abuseBound} % are crooked; else more`,
  };
}

function judgementOf(
  { judged, score }: ScoredRaters,
  labels: RaterLabels,
  flagged: Uint8Array,
): RaterJudgement | undefined {
  const target = Float64Array.from(judged, (user) => labels.anomalous[user]!);
  if (!target.includes(0) || !target.includes(1)) return undefined;
  const lowest = judged.filter((user) => flagged[user] === 1).map((user) => score[user]!);
  return judgeRaters({
    target,
    kinds: judged.map((user) => labels.kind[user]),
    score: Float64Array.from(judged, (user) => score[user]!),
    threshold: lowest.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY),
  });
}

async function queueOf(given: {
  readonly scored: ScoredRaters;
  readonly flagged: Uint8Array;
  readonly features: RaterFeatures;
  readonly ratings: Ratings;
  readonly beside: ReadBeside;
  readonly signal: AbortSignal | undefined;
}): Promise<readonly RaterCase[]> {
  const { scored, flagged, features, ratings, beside, signal } = given;
  const { series, views } = beside;
  const order = [...flagged.keys()]
    .filter((user) => flagged[user] === 1)
    .sort((a, b) => scored.score[b]! - scored.score[a]! || a - b)
    .slice(0, casesShown);
  const spoke = order.map((user) => scored.spoke[user]!);
  const found = await evidenceFor(order, spoke, {
    ...{ features, ratings, model: scored.model, signal },
    ...(series && { titles: series.titles }),
  });
  const turnOf = (user: number) => features.turnOf?.(user);
  return order.map((user, at) => ({
    user: ratings.userIds[user]!,
    probability: scored.probability?.[user] ?? null,
    score: scored.score[user]!,
    pValue: scored.pValue[user]!,
    spoke: scored.spoke[user]!,
    ratings: ratings.userStart[user + 1]! - ratings.userStart[user]!,
    ...found[at]!,
    series: series && turnOf(user) ? suspectSeries(turnOf(user)!, series, ratings) : null,
    watching: views ? watchingEvidence(views, ratings, user) : null,
  }));
}

async function writeSubmission(
  path: string,
  { userIds }: Ratings,
  { score }: ScoredRaters,
  flagged: Uint8Array,
): Promise<void> {
  const lines = userIds.map((id, user) => `${csvField(id)},${flagged[user]},${score[user]}`);
  const text = `user,anomalous,score\n${lines.join("\n")}\n`;
  await writeAtomically(path, (temporary) => writeFile(temporary, text));
}
