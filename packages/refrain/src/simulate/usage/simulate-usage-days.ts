import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { kindCounts } from "../abuse/plan.js";
import { abuseHeader } from "../abuse/truth-line.js";
import { makeCalendar } from "../calendar.js";
import { truthFiles } from "../truth-files.js";
import { cutBlocks, writeBlocks } from "../write-blocks.js";
import { writeFolder } from "../write-folder.js";
import { periodsOf } from "./periods.js";
import { toUsageScenario, type UsageDaysOptions, type UsageScenario } from "./usage-scenario.js";

/** What was simulated; everything but `seconds` and `out` is a function of the scenario. */
export interface UsageDaysSummary extends UsageScenario {
  readonly out: string;
  /** Files of usage, oldest first. */
  readonly files: readonly string[];
  /** Rows of all files. */
  readonly events: number;
  readonly bytes: number;
  /** Accounts that cheat, by kind; absent where none was asked for. */
  readonly abusers?: Readonly<Record<string, number>>;
  readonly seconds: number;
}

const header =
  "UserPartyID,IndieToMajorRatio,totUsage,MaxSingleAlbumUse,MaxSingleTrackUse,MaxSingleArtistUse";

/** User-days of a block: a tenth of a second to a second of work. */
const blockDays = 60_000;
const blockUsers = 8_000;

/**
 * Simulates users' listening play by play and writes what the published files of usage abuse hold:
 * one row a user and day (or month) that counts the plays. Truth: `truth/abuse.csv`.
 * @throws OPTION_INVALID, OUT_NOT_EMPTY, OUT_BUSY, INTERRUPTED, DISK_FULL
 */
export async function simulateUsageDays(options: UsageDaysOptions): Promise<UsageDaysSummary> {
  const scenario = toUsageScenario(options);
  const calendar = makeCalendar(scenario.start, scenario.days);
  const files = periodsOf(scenario, calendar).map(({ path }) => path);
  const size = Math.max(1, Math.min(blockUsers, Math.floor(blockDays / scenario.days)));
  const blocks = cutBlocks(0, scenario.users, options.blockUsers ?? size);
  return writeFolder(scenario, options, async (folder) => {
    const line = `${header}${scenario.labelled ? ",gamerFlaggedManual" : ""}\n`;
    for (const file of files) await writeFile(join(folder, file), line);
    if (scenario.abuse) await writeFile(join(folder, truthFiles.abuse), `${abuseHeader}\n`);
    let [events, bytes] = [0, 0];
    await writeBlocks({ scenario, folder }, blocks, options, (counts) => {
      events += counts.events;
      bytes += counts.bytes;
    });
    const abusers = scenario.abuse ? { abusers: kindCounts(scenario.abuse) } : {};
    return { files, events, bytes, ...abusers };
  });
}
