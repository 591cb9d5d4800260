import type { Pacer } from "../foundation/index.js";
import type { KernelCall, Session } from "../kernels/index.js";

/**
 * Runs calls on the threads of a session; one by one where they run in this thread, so that they
 * can be stopped between them.
 * @param calls of a few milliseconds each, in any order
 * @throws KERNEL_WORKER_DIED, LEARN_STOPPED
 */
export async function runCalls(
  session: Session,
  calls: readonly KernelCall[],
  pacer: Pacer,
): Promise<void> {
  if (!session.inline) await session.runAll(calls);
  else {
    for (const call of calls) {
      await pacer.pause();
      await session.runAll([call]);
    }
  }
  pacer.check();
}
