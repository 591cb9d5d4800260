/** Gaussian kernels of all pairs of rows, in kernel memory. */

import type { Pacer } from "../../foundation/index.js";
import {
  bytesOfBlocks,
  checkPlannedMemory,
  type KernelCall,
  openSession,
} from "../../kernels/index.js";
import type { FitExtras } from "../contract.js";
import { runCalls } from "../run-calls.js";
import { EXPONENTIAL_STEPS } from "./support-sweep.js";

/** Rows whose kernels are wanted. */
export interface KernelWish {
  /** Row-major floats. */
  readonly rows: Float32Array;
  readonly width: number;
  /** The kernel is exp(-gamma · squared distance). */
  readonly gamma: number;
  readonly doing: string;
  readonly extras: FitExtras;
  readonly pacer: Pacer;
}

/** Kernels of a call: a millisecond or two. */
const KERNELS_PER_CALL = 300_000;

type Places = [all: number, out: number, scratch: number];

/** Kernels of all pairs: a row of `apart` floats each, lent for the call. */
export interface PairKernels {
  readonly values: Float32Array;
  /** Floats from one row to the next. */
  readonly apart: number;
}

/**
 * Lends the kernels of all pairs of rows; the same bits on any number of threads.
 * @throws KERNEL_MEMORY before anything is computed, KERNEL_WORKER_DIED, LEARN_STOPPED
 */
export async function withPairKernels<Result>(
  { rows, width, gamma, doing, extras, pacer }: KernelWish,
  work: (kernels: PairKernels) => Promise<Result>,
): Promise<Result> {
  const count = rows.length / width;
  const apart = count + (count % 2);
  const together = Math.min(count, Math.max(8, Math.ceil(KERNELS_PER_CALL / apart)));
  const calls = Math.ceil(count / together);
  const scratchBytes = 16_384 + 32 * together;
  const blocks = [4 * apart * width, 4 * apart * count, calls * scratchBytes];
  checkPlannedMemory(doing, bytesOfBlocks(blocks), extras.memoryLimit);
  const { threads = 0, signal } = extras;
  const steps = count * count * (width + EXPONENTIAL_STEPS);
  const session = await pacer.until(openSession({ doing, threads, steps, signal }), (late) =>
    late.close(),
  );
  try {
    const { arena } = session;
    const [all, out, scratch] = blocks.map((size) => arena.allocate(size)) as Places;
    arena
      .floats(all, apart * width)
      .fill(0)
      .set(rows);
    const pending = Array.from({ length: calls }, (_, call): KernelCall => {
      const first = call * together;
      const from = [all + 4 * first * width, Math.min(together, count - first)];
      const to = out + 4 * first * apart;
      const own = scratch + call * scratchBytes;
      return { kernel: "gaussianRows", values: [...from, all, apart, width, gamma, to, own] };
    });
    await runCalls(session, pending, pacer);
    return await work({ values: arena.floats(out, apart * count), apart });
  } finally {
    session.close();
  }
}
