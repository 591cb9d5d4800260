import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import type { JobOptions } from "../../foundation/index.js";
import { eachLine, splitFields } from "../../simulate/index.js";
import { contestFiles } from "./contest.js";
import { ratersErrors } from "./errors.js";

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
 * Ranks submissions by F1 on the public users, with `final` on all users to be judged.
 * @throws CONTEST_BROKEN, SUBMISSION_BROKEN, FILE_NOT_FOUND
 */
export async function rankSubmissions(options: LeaderboardOptions): Promise<Leaderboard> {
  const { contest, submissions, final = false } = options;
  for (const name of [contestFiles.truth, contestFiles.test, contestFiles.public]) {
    if (!existsSync(join(contest, name))) {
      throw ratersErrors.CONTEST_BROKEN({ folder: contest, what: `it has no ${name}` });
    }
  }
  const truth = new Map((await rowsOf(join(contest, contestFiles.truth))).map(([u, a]) => [u, a]));
  const test = (await rowsOf(join(contest, contestFiles.test))).map(([user]) => user!);
  const chosen = final
    ? test
    : (await rowsOf(join(contest, contestFiles.public))).map(([user]) => user!);
  if (test.length === 0 || chosen.some((user) => !truth.has(user))) {
    throw ratersErrors.CONTEST_BROKEN({ folder: contest, what: "its truth lacks users" });
  }
  const judged: Omit<Standing, "rank">[] = [];
  for (const file of submissions) {
    const marks = await readSubmission(file, truth, test);
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

/** Lines of a small CSV file without its header. */
async function rowsOf(file: string): Promise<readonly string[][]> {
  const rows: string[][] = [];
  await eachLine(file, {}, (line, number) => {
    if (number > 1 && line.trim() !== "") rows.push(splitFields(line, ","));
  });
  return rows;
}

async function readSubmission(
  file: string,
  truth: ReadonlyMap<string | undefined, string | undefined>,
  test: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const marks = new Map<string, string>();
  const broken = (what: string) => ratersErrors.SUBMISSION_BROKEN({ file, what });
  await eachLine(file, {}, (line, number) => {
    if (line.trim() === "") return;
    const [user = "", mark = ""] = splitFields(line, ",");
    if (number === 1 && mark.toLowerCase() === "anomalous") return;
    if (mark !== "0" && mark !== "1") throw broken(`line ${number} marks "${mark}"`);
    if (marks.has(user)) throw broken(`it has the user ${user} twice`);
    if (!truth.has(user)) throw broken(`the contest has no user ${user}`);
    marks.set(user, mark);
  });
  const missing = test.filter((user) => !marks.has(user));
  if (missing.length > 0) {
    throw broken(`${missing.length} users are missing, for example ${missing[0]}`);
  }
  return marks;
}
