/** How far sessions reach into their memory, for those who hold a plan against what was taken. */

/** One who watches. */
interface MemoryWatch {
  peak: number;
}

const watches = new Set<MemoryWatch>();

/** Told by every memory how far it is in use. */
export function noteMemory(bytes: number): void {
  for (const watch of watches) watch.peak = Math.max(watch.peak, bytes);
}

/** Bytes that were taken while something ran, and what it came to. */
export interface WatchedMemory<Result> {
  readonly result: Result;
  /** Of the session that took the most; 0 where none took any. */
  readonly bytes: number;
}

/**
 * Watches the memory of sessions while something runs, whoever opened them.
 * @param run what is watched
 */
export async function watchMemory<Result>(
  run: () => Promise<Result>,
): Promise<WatchedMemory<Result>> {
  const watch = { peak: 0 };
  watches.add(watch);
  try {
    const result = await run();
    return { result, bytes: watch.peak };
  } finally {
    watches.delete(watch);
  }
}
