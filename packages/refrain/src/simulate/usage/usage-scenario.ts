import type { JobOptions } from "../../foundation/index.js";
import { type AbusePlan, completeAbuse } from "../abuse/plan.js";
import { assertDay, assertWhole, refuse } from "../scenario.js";

/** What `simulateUsageDays` is asked for. */
export interface UsageDaysOptions extends JobOptions {
  /** Folder for the files; `truth/` stands in it. */
  readonly out: string;
  /** Genuine users, 1 … 20,000,000; about 78 % listen on a given day. Default 100,000. */
  readonly users?: number;
  /** Number of days, 1 … 3,650. Default 1. */
  readonly days?: number;
  /** A file a day, or one a month whose counts are those of all its days together. */
  readonly every?: "day" | "month";
  /** Seed, 0 … 2^53 - 1; equal seeds give equal bytes. Default 1. */
  readonly seed?: number;
  /** First day, `YYYY-MM-DD`. Default 2020-01-01. */
  readonly start?: string;
  /** Accounts that cheat, beside the genuine users, whose rows do not change by it. */
  readonly abuse?: Partial<AbusePlan>;
  /** How much genuine listening changes from month to month, 0 … 1. Default 0. */
  readonly drift?: number;
  /** Whether rows end in `gamerFlaggedManual`, 1 where plays are inflated. Default false. */
  readonly labelled?: boolean;
  /** Worker threads, 1 … 256. Default: all cores. The bytes do not depend on it. */
  readonly threads?: number;
  /** Genuine users at once in each thread; the bytes do not depend on it. */
  readonly blockUsers?: number;
}

/** A simulation of usage without its place: everything that its bytes depend on. Plain data. */
export interface UsageScenario {
  readonly as: "usage-days";
  readonly users: number;
  readonly days: number;
  readonly every: "day" | "month";
  readonly seed: number;
  readonly start: string;
  readonly drift: number;
  readonly labelled: boolean;
  /** Absent where nobody cheats. */
  readonly abuse?: AbusePlan;
}

/** Most user-days of one simulation. */
const userDays = 4e9;

/**
 * Checks the options and fills in the defaults.
 * @throws OPTION_INVALID
 */
export function toUsageScenario(options: UsageDaysOptions): UsageScenario {
  const scenario: UsageScenario = {
    as: "usage-days",
    users: options.users ?? 100_000,
    days: options.days ?? 1,
    every: options.every ?? "day",
    seed: options.seed ?? 1,
    start: options.start ?? "2020-01-01",
    drift: options.drift ?? 0,
    labelled: options.labelled ?? false,
    ...(options.abuse ? { abuse: completeAbuse(options.abuse) } : {}),
  };
  const { users, days, drift } = scenario;
  assertWhole("--users", users, 1, 20_000_000);
  assertWhole("--days", days, 1, 3_650);
  assertWhole("--seed", scenario.seed, 0, Number.MAX_SAFE_INTEGER);
  if (options.threads !== undefined) assertWhole("--threads", options.threads, 1, 256);
  if (options.blockUsers !== undefined) assertWhole("--block-users", options.blockUsers, 1, 1e6);
  if (!(drift >= 0 && drift <= 1)) refuse("--drift", drift, "a number from 0 to 1");
  if (!["day", "month"].includes(scenario.every)) refuse("--every", scenario.every, "day or month");
  assertDay(scenario.start);
  if (users * days > userDays) {
    refuse("--users", users, `at most ${Math.floor(userDays / days)} for so many days`);
  }
  return scenario;
}
