import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  foundationErrors,
  type JobOptions,
  type Limits,
  resolveLimits,
} from "../foundation/index.js";
import type { Engine } from "./engine.js";
import { openDuckDb } from "./engines/duckdb.js";
import { lakeErrors } from "./errors.js";
import { ingest } from "./ingest/ingest.js";
import { type Lake, openLake, registerViews } from "./lake.js";

/** What a detector says of a user's day. */
export interface JudgedDay {
  readonly user: string;
  /** Whether the day is an alarm. */
  readonly flagged: boolean;
  readonly score: number;
  /** Share of genuine users with such a score, 0 … 1; null where nobody knows. */
  readonly pValue: number | null;
  /** In words; empty where there is none. */
  readonly reason: string;
}

/** What `writeVerdicts` is told. */
export interface WriteVerdictsOptions extends JobOptions {
  /** Folder of the lake. */
  readonly lake: string;
  /** Name of the detector: its last verdict on a user's day stands. */
  readonly detector: string;
  /** Method and model of the detector. */
  readonly version: string;
  /** Day judged, `YYYY-MM-DD`. */
  readonly day: string;
  /** What they rest on: the plays of the day (unless told), or all ratings up to its end. */
  readonly restOn?: "plays" | "ratings";
  /**
   * Moment from which the verdicts are known, `YYYY-MM-DD HH:MM:SS`; when the last play of the day
   * had arrived unless told. Marks or models of a later moment make it later.
   */
  readonly knownAt?: string;
  /** All that was judged, each user once; not only alarms, so that alarms can be taken back. */
  readonly judged: Iterable<JudgedDay>;
  readonly limits?: Partial<Limits>;
}

/** What `writeVerdicts` did. */
export interface WrittenVerdicts {
  /** Alarms that are new, or whose score, version, reason or moment is. */
  readonly flagged: number;
  /** Alarms taken back. */
  readonly withdrawn: number;
  /** Alarms that stood already, word for word. */
  readonly unchanged: number;
  readonly knownAt: string;
  /** Number of the commit that holds them. */
  readonly sequence: number;
}

/**
 * Adds verdicts to a lake as rows of the table `verdict`, in one commit. Nothing is changed or
 * deleted: what is news gets the next revision, and without news the lake stays as it is.
 * @throws LAKE_NOT_FOUND, VERDICT_UNFOUNDED, INTERRUPTED, and what `ingest` throws of the disk
 */
export async function writeVerdicts(options: WriteVerdictsOptions): Promise<WrittenVerdicts> {
  const lake = await openLake(options.lake);
  const engine = await openDuckDb(resolveLimits(options.limits));
  try {
    const month = options.day.slice(0, 7);
    await registerViews(engine, lake, {
      months: [options.restOn === "ratings" ? "1970-01" : month, month],
    });
    const knownAt = await momentKnown(engine, options);
    const news = findNews(options, knownAt, await standing(engine, options));
    const { lines, ...counts } = news;
    const sequence = lines.length === 0 ? lake.manifest.sequence : await add(lake, options, lines);
    return { ...counts, knownAt, sequence };
  } finally {
    engine.close();
  }
}

/** @throws VERDICT_UNFOUNDED when what the verdicts rest on had not arrived by then */
async function momentKnown(
  engine: Engine,
  { day, knownAt: given, restOn = "plays" }: WriteVerdictsOptions,
): Promise<string> {
  const evidence =
    restOn === "plays" ? `"play" WHERE "event_date" =` : `"rating" WHERE "event_date" <=`;
  const [found] = await engine.rows(
    `SELECT CAST(max("arrived_at") AS VARCHAR) AS "arrived",
       CAST(TRY_CAST($given AS TIMESTAMP) AS VARCHAR) AS "given"
     FROM ${evidence} TRY_CAST($day AS DATE)`,
    { day, given: given ?? "" },
  );
  const arrived = found?.["arrived"] as string | null;
  const knownAt = given === undefined ? arrived : (found?.["given"] as string | null);
  if (arrived !== null && knownAt !== null && knownAt >= arrived) return knownAt;
  throw lakeErrors.VERDICT_UNFOUNDED({ day, given: given ?? "", arrived, restOn });
}

/** The verdict of the detector that stands on the day, by user. */
async function standing(
  engine: Engine,
  { detector, day }: WriteVerdictsOptions,
): Promise<ReadonlyMap<string, Verdict>> {
  const rows = await engine.rows(
    `SELECT "user_id", "revision", "version", "flagged", "score", "p_value", "reason",
       CAST("arrived_at" AS VARCHAR) AS "arrived_at"
     FROM "verdict" WHERE "detector" = $detector AND "event_date" = CAST($day AS DATE)
     ORDER BY "revision" ASC NULLS FIRST, "arrived_at" ASC, "version" ASC`,
    { detector, day },
  );
  return new Map(rows.map((row) => [String(row["user_id"]), row as unknown as Verdict]));
}

/** A row of the table, in the words of its columns. */
interface Verdict {
  readonly revision: number | null;
  readonly version: string | null;
  readonly flagged: boolean;
  readonly score: number | null;
  readonly p_value: number | null;
  readonly reason: string | null;
  readonly arrived_at: string;
}

const compared = ["version", "flagged", "score", "p_value", "reason", "arrived_at"] as const;

/** Alarms that do not stand yet, and users whose alarm stands and is none any more. */
function findNews(
  { detector, version, day, judged }: WriteVerdictsOptions,
  knownAt: string,
  before: ReadonlyMap<string, Verdict>,
) {
  let last = 0;
  for (const { revision } of before.values()) last = Math.max(last, revision ?? 0);
  const counts = { flagged: 0, withdrawn: 0, unchanged: 0 };
  const lines: string[] = [];
  for (const { user, flagged, score, pValue, reason } of judged) {
    const old = before.get(user);
    if (!flagged && !old?.flagged) continue;
    const verdict: Verdict = {
      revision: last + 1,
      version,
      flagged,
      score: Number.isFinite(score) ? score : null,
      p_value: pValue,
      reason: reason === "" ? null : reason,
      arrived_at: knownAt,
    };
    if (old !== undefined && compared.every((name) => old[name] === verdict[name])) {
      counts.unchanged += 1;
      continue;
    }
    counts[flagged ? "flagged" : "withdrawn"] += 1;
    lines.push(JSON.stringify({ user_id: user, event_at: day, detector, ...verdict }));
  }
  return { lines, ...counts };
}

/** Commits the lines like those of any file, in the lake's last delivery. */
async function add(
  { directory, manifest }: Lake,
  { day, limits, signal }: WriteVerdictsOptions,
  lines: readonly string[],
): Promise<number> {
  if (signal?.aborted) throw foundationErrors.INTERRUPTED({ doing: "writing verdicts" });
  const folder = await mkdtemp(join(limits?.tempDirectory ?? tmpdir(), "refrain-verdicts-"));
  try {
    const file = join(folder, `verdicts-${day}.jsonl`);
    await writeFile(file, `${lines.join("\n")}\n`);
    const delivery = manifest.inputs.at(-1)?.delivery;
    const { sequence } = await ingest({
      ...{ inputs: [file], source: "generic", kind: "verdict", lake: directory },
      ...(delivery === undefined ? {} : { delivery }),
      ...(limits === undefined ? {} : { limits }),
      ...(signal === undefined ? {} : { signal }),
    });
    return sequence;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
