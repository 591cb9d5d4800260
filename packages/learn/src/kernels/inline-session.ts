import { instantiate, type Kernels, kernelModule } from "./kernel-module.js";
import { Arena, type KernelCall, type Session } from "./session.js";

let idle: { readonly memory: WebAssembly.Memory; readonly kernels: Kernels } | undefined;

/** Memory that is kept for the next small piece of work. */
const KEPT_BYTES = 16 * 1024 * 1024;

/**
 * A session of the calling thread alone, over memory that is not shared: for small work, and where
 * threads cannot share memory.
 * @param doing for errors
 */
export async function openInline(doing: string): Promise<Session> {
  const kept = idle ?? (await startInline());
  idle = undefined;
  const { memory, kernels } = kept;
  const run = async (calls: readonly KernelCall[]): Promise<number[]> =>
    calls.map(({ kernel, values }) => kernels[kernel](...values) ?? 0);
  return {
    threads: 1,
    inline: true,
    arena: new Arena(memory, doing),
    runAll: run,
    runTogether: run,
    close: () => {
      if (memory.buffer.byteLength <= KEPT_BYTES) idle = kept;
    },
  };
}

async function startInline() {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
  return { memory, kernels: await instantiate(await kernelModule("plain"), memory) };
}
