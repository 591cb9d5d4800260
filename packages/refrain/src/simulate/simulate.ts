import { access, mkdir, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { asDiskFull, foundationErrors, syncToDisk } from "../foundation/index.js";
import type { BlockRange } from "./block.js";
import { artistLines, storageLines, trackLines } from "./catalogue-files.js";
import { inlineCrew, threadCrew } from "./crew.js";
import {
  addScores,
  type Difficulty,
  difficultyBands,
  measureDifficulty,
  noScores,
} from "./difficulty.js";
import { simulateErrors } from "./errors.js";
import {
  type Scenario,
  type SimulateOptions,
  type SimulationFormat,
  toScenario,
} from "./scenario.js";
import { truthFiles, truthFormat } from "./truth-files.js";
import { makeWorld } from "./world.js";

/** What was simulated; everything but `seconds` and `out` is a function of the scenario. */
export interface SimulateSummary {
  readonly as: SimulationFormat;
  readonly out: string;
  readonly users: number;
  readonly days: number;
  readonly seed: number;
  readonly start: string;
  readonly dirt: number;
  /** Rows of the logs, dirt not counted. */
  readonly events: number;
  /** Bytes of logs and truth, the catalogue's files not counted. */
  readonly bytes: number;
  /** ROC-AUC of the true probability of the format's own label. */
  readonly difficulty: Difficulty;
  readonly seconds: number;
}

/**
 * Simulates a streaming service whose truth is known, and writes its logs.
 * @returns counts; the logs lie in `out`, the truth in `out/truth`
 * @throws OPTION_INVALID, OUT_NOT_EMPTY, SIMULATION_DEGENERATE, INTERRUPTED, DISK_FULL
 */
export async function simulate(options: SimulateOptions): Promise<SimulateSummary> {
  const began = performance.now();
  const scenario = toScenario(options);
  const out = resolve(options.out);
  await assertReplaceable(out);
  const part = `${out}.part`;
  await rm(part, { recursive: true, force: true });
  try {
    await mkdir(join(part, "truth"), { recursive: true });
    await writeFile(join(part, truthFiles.users), "user_id,first_day,purchase_day\n");
    const total = await writeLogs(scenario, part, options);
    refuseDegenerate(scenario, total.difficulty);
    const summary = { ...scenario, out, ...total };
    await writeMarker(part, summary);
    await replaceFolder(part, out);
    options.onProgress?.({ doing: `simulating ${scenario.as}`, share: 1 });
    return { ...summary, seconds: (performance.now() - began) / 1000 };
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    if (options.signal?.aborted) {
      throw foundationErrors.INTERRUPTED({ doing: `simulating into ${out}` }, error);
    }
    throw asDiskFull(error, out);
  }
}

function refuseDegenerate(scenario: Scenario, measured: Difficulty): void {
  if (!measured.degenerate) return;
  const text = (value: number | null) => (value ?? 0).toFixed(3);
  throw simulateErrors.SIMULATION_DEGENERATE({
    label: measured.label,
    rocAuc: text(measured.rocAuc),
    interval: `${text(measured.low)} to ${text(measured.high)}`,
    low: difficultyBands[scenario.as].low,
    high: difficultyBands[scenario.as].high,
  });
}

/** Blocks of listeners; their size bounds the memory and does not change the bytes. */
function cutBlocks(scenario: Scenario): BlockRange[] {
  const size = Math.min(2_048, Math.max(16, Math.floor(80_000 / scenario.days)));
  const blocks: BlockRange[] = [];
  for (let from = 0; from < scenario.users; from += size) {
    blocks.push({ from, to: Math.min(from + size, scenario.users) });
  }
  return blocks;
}

async function writeLogs(
  scenario: Scenario,
  folder: string,
  options: SimulateOptions,
): Promise<Pick<SimulateSummary, "events" | "bytes" | "difficulty">> {
  if (scenario.as === "pozytywka") await writeCatalogue(scenario, folder);
  const blocks = cutBlocks(scenario);
  const threads = options.threads ?? availableParallelism();
  const task = { scenario, folder };
  const crew =
    threads === 1 || blocks.length === 1
      ? inlineCrew(task, options.signal)
      : threadCrew(task, threads, options.signal);
  const total = { events: 0, bytes: 0 };
  const scores = noScores();
  let done = 0;
  let told = 0;
  await crew.run(blocks, (counts) => {
    total.events += counts.events;
    total.bytes += counts.bytes;
    addScores(scores, counts.scores);
    done += 1;
    const now = performance.now();
    if (now - told < 100) return;
    told = now;
    const share = (0.99 * done) / blocks.length;
    const note = `${(total.events / 1e6).toFixed(1)} M events`;
    options.onProgress?.({ doing: `simulating ${scenario.as}`, share, note });
  });
  return { ...total, difficulty: measureDifficulty(scenario.as, scores) };
}

async function writeCatalogue(scenario: Scenario, folder: string): Promise<void> {
  const world = makeWorld(scenario.seed, scenario.users, false);
  await writeFile(join(folder, "artists.jsonl"), artistLines(world));
  await writeFile(join(folder, "tracks.jsonl"), trackLines(world));
  await writeFile(join(folder, "track_storage.jsonl"), storageLines(world));
}

/** The mark of a complete simulation; written last. */
async function writeMarker(folder: string, summary: object): Promise<void> {
  const path = join(folder, truthFiles.summary);
  const { out: _, ...values } = summary as SimulateSummary;
  await writeFile(path, `${JSON.stringify({ format: truthFormat, ...values }, null, 2)}\n`);
  await syncToDisk(path);
}

/** A folder may be written to if it is absent, empty, or a simulation of ours. */
async function assertReplaceable(out: string): Promise<void> {
  const found = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    if (error.code === "ENOTDIR") return [`the file ${out}`];
    throw error;
  });
  if (found.length === 0) return;
  const ours = await access(join(out, truthFiles.summary)).then(
    () => true,
    () => false,
  );
  if (!ours) throw simulateErrors.OUT_NOT_EMPTY({ out, found: found.slice(0, 3).join(", ") });
}

/** Puts the finished folder in the other's place. */
async function replaceFolder(part: string, out: string): Promise<void> {
  const old = `${out}.old`;
  await rm(old, { recursive: true, force: true });
  await rmdir(out).catch(() => rename(out, old).catch(() => undefined));
  await rename(part, out);
  await syncToDisk(dirname(out));
  await rm(old, { recursive: true, force: true });
}
