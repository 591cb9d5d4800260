import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import type { JobOptions } from "../../foundation/index.js";
import { contestFiles } from "./contest.js";
import { ratersErrors } from "./errors.js";
import { type LabelLine, readLabelLines } from "./label-file.js";

/** What to rank. */
export interface LeaderboardOptions extends JobOptions {
  /** Files of `user,anomalous`. */
  readonly submissions: readonly string[];
  /** The contest's folder, with its truth. */
  readonly contest: string;
  /** Ranks on all users to be judged, not on the public ones. */
  readonly final?: boolean;
}

/** One line of the leaderboard. */
export interface Standing {
  /** 1 = best; equal F1, equal rank. */
  readonly rank: number;
  readonly submission: string;
  readonly f1: number;
  readonly precision: number | null;
  readonly recall: number;
}

/** The leaderboard. */
export interface Leaderboard {
  readonly contest: string;
  readonly on: "public" | "all";
  readonly users: number;
  readonly standings: readonly Standing[];
}

/**
 * Ranks submissions by F1 on the public users, with `final` on all users to be judged. Which those
 * are stands in the contest's truth.
 * @throws CONTEST_BROKEN, SUBMISSION_BROKEN, and what `withSourceFile` throws
 */
export async function rankSubmissions(options: LeaderboardOptions): Promise<Leaderboard> {
  const { contest, submissions, final = false } = options;
  const { truth, test, public: shown } = await readTruth(contest, options);
  const chosen = final ? test : shown;
  const judged: Omit<Standing, "rank">[] = [];
  for (const file of submissions) {
    const marks = await readSubmission(file, { truth, test }, options);
    const count = (mark: string, label: string) =>
      chosen.filter((user) => marks.get(user) === mark && truth.get(user) === label).length;
    const [hit, false_, missed] = [count("1", "1"), count("1", "0"), count("0", "1")];
    judged.push({
      submission: basename(file),
      f1: hit + false_ + missed > 0 ? (2 * hit) / (2 * hit + false_ + missed) : 0,
      precision: hit + false_ > 0 ? hit / (hit + false_) : null,
      recall: hit + missed > 0 ? hit / (hit + missed) : 0,
    });
  }
  judged.sort((a, b) => b.f1 - a.f1 || (a.submission < b.submission ? -1 : 1));
  const standings = judged.map((one) => ({
    rank: 1 + judged.filter((other) => other.f1 > one.f1).length,
    ...one,
  }));
  return { contest, on: final ? "all" : "public", users: chosen.length, standings };
}

interface Truth {
  /** `1` or `0` by user. */
  readonly truth: ReadonlyMap<string, string>;
  /** Users to be judged. */
  readonly test: readonly string[];
}

/** @throws CONTEST_BROKEN */
async function readTruth(
  contest: string,
  job: JobOptions,
): Promise<Truth & { readonly public: readonly string[] }> {
  const broken = (what: string) => ratersErrors.CONTEST_BROKEN({ folder: contest, what });
  const file = join(contest, contestFiles.truth);
  if (!existsSync(file)) throw broken(`it has no ${contestFiles.truth}`);
  const lines = await readLabelLines(file, job);
  const wrong = lines.find(({ user, mark }) => user === null || (mark !== "0" && mark !== "1"));
  if (wrong) throw broken(`line ${wrong.line} of its truth is "${wrong.text}"`);
  const test = lines.filter(({ split }) => split === "test");
  const shown = test.filter(({ isPublic }) => isPublic === "1");
  if (shown.length === 0) throw broken("its truth names no users to be judged in public");
  const names = (some: readonly LabelLine[]) => some.map(({ user }) => user!);
  return {
    truth: new Map(lines.map(({ user, mark }) => [user!, mark!])),
    ...{ test: names(test), public: names(shown) },
  };
}

async function readSubmission(
  file: string,
  { truth, test }: Truth,
  job: JobOptions,
): Promise<ReadonlyMap<string, string>> {
  const marks = new Map<string, string>();
  const broken = (what: string) => ratersErrors.SUBMISSION_BROKEN({ file, what });
  for (const { line, user, mark } of await readLabelLines(file, job)) {
    if (mark !== "0" && mark !== "1") throw broken(`line ${line} marks "${mark ?? ""}"`);
    if (user === null) throw broken(`line ${line} names no user`);
    if (marks.has(user)) throw broken(`it has the user ${user} twice`);
    if (!truth.has(user)) throw broken(`the contest has no user ${user}`);
    marks.set(user, mark);
  }
  const missing = test.filter((user) => !marks.has(user));
  if (missing.length > 0) {
    throw broken(`${missing.length} users are missing, for example ${missing[0]}`);
  }
  return marks;
}
