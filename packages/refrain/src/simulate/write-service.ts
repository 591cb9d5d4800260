import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { abuserCount, kindCounts } from "./abuse/plan.js";
import { abuseHeader } from "./abuse/truth-line.js";
import type { BlockRange } from "./block.js";
import { logPaths } from "./block-logs.js";
import { botCount } from "./bots.js";
import { Bytes } from "./bytes.js";
import { makeCalendar } from "./calendar.js";
import { artistLines, storageLines, trackLines } from "./catalogue-files.js";
import { addScores, type Difficulty, measureDifficulty, noScores } from "./difficulty.js";
import { spoilFiles } from "./dirt-files.js";
import type { RowFile } from "./dirt-kinds.js";
import { DirtLedger } from "./dirt-ledger.js";
import { catalogueLines, makeLabels } from "./labels.js";
import { timedPlayHeader } from "./musicbox-log.js";
import type { Scenario, SimulateOptions } from "./scenario.js";
import { Spoiler } from "./spoiler.js";
import { truthFiles } from "./truth-files.js";
import { makeWorld } from "./world.js";
import { cutBlocks, writeBlocks } from "./write-blocks.js";

/** What was written. */
export interface Written {
  /** Rows of the logs, dirt not counted. */
  readonly events: number;
  /** Bytes of logs and truth, the catalogue's files not counted. */
  readonly bytes: number;
  /** ROC-AUC of the true probability of the format's own label. */
  readonly difficulty: Difficulty;
  /** Faulty rows and files, by kind. */
  readonly planted: Readonly<Record<string, number>>;
  /** Accounts that cheat, by kind; absent where none was asked for. */
  readonly abusers?: Readonly<Record<string, number>>;
}

type Job = Pick<SimulateOptions, "blockUsers" | "onProgress" | "signal" | "threads">;

/** Writes logs, catalogue and truth into an empty folder that has a `truth` folder. */
export async function writeService(scenario: Scenario, folder: string, job: Job): Promise<Written> {
  const paths = logPaths(scenario, makeCalendar(scenario.start, scenario.days));
  const ledger = scenario.dirt > 0 ? new DirtLedger(folder, [...paths, ...cataloguePaths]) : null;
  await writeFile(join(folder, truthFiles.users), "user_id,first_day,purchase_day\n");
  if (scenario.as === "pozytywka") await writeCatalogue(scenario, folder, { ledger, paths });
  if (scenario.abuse) await beginAbuse(scenario, folder);
  if (scenario.timed) {
    for (const path of paths.filter((one) => one.endsWith("_play.log"))) {
      await writeFile(join(folder, path), `${timedPlayHeader}\n`);
    }
  }
  const written = await writeLives(scenario, folder, { job, ledger });
  if (!ledger) return { ...written, planted: {} };
  const plays = paths.filter((path) => /_play|sessions/.test(path));
  for (const { file, kind } of await spoilFiles(scenario, folder, plays)) {
    ledger.addFile(file, kind);
  }
  return { ...written, planted: ledger.counts };
}

/** Listener-days that give some 10 MB of logs; opening a day's files is paid once a block. */
const blockDays = { musicbox: 200_000, pozytywka: 60_000 } as const;

/** Days of accounts that cheat in a block: they give ten times as much, bots a hundred times. */
const abuserDays = 400;

function blocksOf(scenario: Scenario, given: number | undefined): BlockRange[] {
  const size = (days: number) => given ?? Math.max(1, Math.floor(days / scenario.days));
  const honest = scenario.users + botCount(scenario);
  const end = honest + abuserCount(scenario.abuse);
  return [
    ...cutBlocks(0, honest, size(blockDays[scenario.as])),
    ...cutBlocks(honest, end, size(abuserDays)),
  ];
}

/** What stands before the accounts that cheat: the head of their truth, and the albums. */
async function beginAbuse(scenario: Scenario, folder: string): Promise<void> {
  await writeFile(join(folder, truthFiles.abuse), `${abuseHeader}\n`);
  if (scenario.as !== "musicbox") return;
  const world = makeWorld(scenario.seed, scenario.users, true);
  const lines = [...catalogueLines(world, makeLabels(scenario.seed, world)), ""];
  await writeFile(join(folder, "catalogue.txt"), lines.join("\n"));
}

async function writeLives(
  scenario: Scenario,
  folder: string,
  { job, ledger }: { readonly job: Job; readonly ledger: DirtLedger | null },
): Promise<Omit<Written, "planted">> {
  const scores = noScores();
  let events = 0;
  let bytes = 0;
  await writeBlocks({ scenario, folder }, blocksOf(scenario, job.blockUsers), job, (counts) => {
    events += counts.events;
    bytes += counts.bytes;
    addScores(scores, counts.scores);
    ledger?.add(counts);
  });
  const difficulty = measureDifficulty(scenario.as, scores);
  const abusers = scenario.abuse ? { abusers: kindCounts(scenario.abuse) } : {};
  return { events, bytes, difficulty, ...abusers };
}

const cataloguePaths = ["artists.jsonl", "tracks.jsonl", "track_storage.jsonl"] as const;

async function writeCatalogue(
  scenario: Scenario,
  folder: string,
  { ledger, paths }: { readonly ledger: DirtLedger | null; readonly paths: readonly string[] },
): Promise<void> {
  const world = makeWorld(scenario.seed, scenario.users, false);
  const contents = [artistLines(world), trackLines(world), storageLines(world)];
  const rows: readonly (RowFile | undefined)[] = ["artists", "tracks", undefined];
  for (const [index, lines] of contents.entries()) {
    const out = new Bytes(1 << 20);
    const spoiler = ledger ? new Spoiler(scenario) : undefined;
    for (const line of lines) {
      const from = out.length;
      out.putText(line);
      out.endLine();
      const kind = rows[index];
      if (kind) spoiler?.after(out, from, { file: paths.length + index, rows: kind });
    }
    ledger?.add({ planted: spoiler?.take() ?? [], lines: [] });
    await writeFile(join(folder, cataloguePaths[index]!), out.view());
  }
}
