import { openInline } from "./inline-session.js";
import { Pool } from "./pool.js";
import type { Session } from "./session.js";
import { canShareMemory, coreCount, type StartWorker, startWorker } from "./worker-port.js";

/** Threads at most, however many cores there are: beyond it they wait more than they work. */
const MOST_THREADS = 16;

/** Below so many elementary steps (a few milliseconds) threads are not worth their start. */
const INLINE_STEPS = 2e7;

const idle: Pool[] = [];

/** What a session is wanted for. */
export interface SessionWish {
  /** For errors: `fitting boosting`. */
  readonly doing: string;
  /** Threads; 0 = as many as there are cores. */
  readonly threads: number;
  /** Elementary steps of the work, roughly: small work is done in the calling thread. */
  readonly steps: number;
  /** Once it fires, `runAll` leaves undone what no thread has begun. */
  readonly signal?: AbortSignal | undefined;
  /** What starts threads, where it is not this platform's own. */
  readonly startWorker?: StartWorker;
}

/**
 * Lends memory and threads. Several sessions may be open at once, each with its own.
 * @throws KERNEL_WORKER_DIED where threads cannot be started
 */
export async function openSession(wish: SessionWish): Promise<Session> {
  if (wish.steps < INLINE_STEPS || !canShareMemory()) return await openInline(wish.doing);
  const wanted = wish.threads > 0 ? wish.threads : await coreCount();
  const threads = Math.min(wanted, MOST_THREADS);
  if (wish.startWorker !== undefined) {
    const pool = await startPool(threads, wish.startWorker);
    return pool.lend(wish, () => pool.end());
  }
  const pool = takeIdle(threads) ?? (await startPool(threads, startWorker));
  return pool.lend(wish, () => giveBack(pool));
}

function takeIdle(threads: number): Pool | undefined {
  const place = idle.findIndex((pool) => pool.threads === threads && pool.usable);
  const [pool] = place < 0 ? [] : idle.splice(place, 1);
  pool?.wake();
  return pool;
}

async function startPool(threads: number, start: StartWorker): Promise<Pool> {
  const pool = new Pool(threads);
  await pool.start(start);
  return pool;
}

function giveBack(pool: Pool): void {
  if (!pool.usable) {
    pool.end();
    return;
  }
  idle.push(pool);
  pool.rest(() => {
    const place = idle.indexOf(pool);
    if (place >= 0) idle.splice(place, 1);
  });
}
