import { access, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { asDiskFull, foundationErrors, makeFolder, syncToDisk } from "../foundation/index.js";
import { refuseDegenerate } from "./difficulty.js";
import { simulateErrors } from "./errors.js";
import { lockOut } from "./out-lock.js";
import { type SimulateOptions, type SimulationFormat, toScenario } from "./scenario.js";
import { truthFiles, truthFormat } from "./truth-files.js";
import { type Written, writeService } from "./write-service.js";

/** What was simulated; everything but `seconds` and `out` is a function of the scenario. */
export interface SimulateSummary extends Written {
  readonly as: SimulationFormat;
  readonly out: string;
  readonly users: number;
  readonly days: number;
  readonly seed: number;
  readonly start: string;
  readonly dirt: number;
  readonly seconds: number;
}

/**
 * Simulates a streaming service whose truth is known, and writes its logs.
 * @returns counts; the logs lie in `out`, the truth in `out/truth`
 * @throws OPTION_INVALID, OUT_NOT_EMPTY, OUT_BUSY, SIMULATION_DEGENERATE, INTERRUPTED, DISK_FULL
 */
export async function simulate(options: SimulateOptions): Promise<SimulateSummary> {
  const began = performance.now();
  const scenario = toScenario(options);
  const out = resolve(options.out);
  await assertReplaceable(out);
  const part = `${out}.part`;
  const release = await lockOut(out);
  try {
    await rm(part, { recursive: true, force: true });
    await makeFolder(join(part, "truth"));
    const total = await writeService(scenario, part, options);
    refuseDegenerate(scenario.as, total.difficulty);
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
  } finally {
    await release();
  }
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
