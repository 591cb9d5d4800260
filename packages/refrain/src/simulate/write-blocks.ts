import { availableParallelism } from "node:os";
import type { JobOptions } from "../foundation/index.js";
import type { BlockCounts, BlockRange } from "./block.js";
import { inlineCrew, threadCrew, type WorkerTask } from "./crew.js";

/** How blocks are written: threads, progress and abort. */
export interface BlockJob extends Pick<JobOptions, "onProgress" | "signal"> {
  readonly threads?: number;
}

/** Makes and writes all blocks; calls `onBlock` after each, in their order. */
export async function writeBlocks(
  task: WorkerTask,
  blocks: readonly BlockRange[],
  job: BlockJob,
  onBlock: (counts: BlockCounts) => void,
): Promise<void> {
  const threads = job.threads ?? availableParallelism();
  const crew =
    threads === 1 || blocks.length === 1
      ? inlineCrew(task, job.signal)
      : threadCrew(task, threads, job.signal);
  const tell = teller(task, blocks.length, job);
  await crew.run(blocks, (counts) => {
    onBlock(counts);
    tell(counts.events);
  });
}

/** Blocks of at most so many accounts. */
export function cutBlocks(start: number, end: number, size: number): BlockRange[] {
  const blocks: BlockRange[] = [];
  for (let from = start; from < end; from += size) {
    blocks.push({ from, to: Math.min(from + size, end) });
  }
  return blocks;
}

/** Tells of progress at most ten times a second. */
function teller({ scenario }: WorkerTask, blocks: number, job: BlockJob) {
  let [done, told, events] = [0, 0, 0];
  return (more: number) => {
    done += 1;
    events += more;
    const now = performance.now();
    if (now - told < 100) return;
    told = now;
    const note = `${(events / 1e6).toFixed(1)} M events`;
    job.onProgress?.({ doing: `simulating ${scenario.as}`, share: (0.99 * done) / blocks, note });
  };
}
