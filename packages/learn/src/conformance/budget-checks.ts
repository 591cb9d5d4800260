import { CataloguedError } from "../foundation/index.js";
import { watchMemory } from "../kernels/index.js";
import type { FitExtras, Model } from "../learners/index.js";
import { writeModel } from "../models/index.js";
import type { Check, CheckContext } from "./check.js";
import { refused, sameBytes } from "./expect.js";

const STOPPED = ["LEARN_STOPPED"];

interface CountingSignal {
  readonly signal: AbortSignal;
  readonly polls: () => number;
}

/** A signal that counts how often it is looked at, and says stop from the n-th look on. */
function countingSignal(stopAt: number): CountingSignal {
  const { signal } = new AbortController();
  let polls = 0;
  Object.defineProperty(signal, "aborted", {
    get: () => {
      polls += 1;
      return polls >= stopAt;
    },
  });
  return { signal, polls: () => polls };
}

/** A learner inside another may need more than the one before it: so many limits are tried. */
const MOST_LIMITS = 8;

/** What stands between the blocks of a memory, 64 bytes and more each, is not in every plan. */
const BETWEEN_BLOCKS = 4096;

/** What became of a fit under a limit. */
interface LimitedFit {
  /** Undefined where it was refused. */
  readonly model?: Model;
  /** Bytes that it was refused for, where it was. */
  readonly planned?: number;
  /** Bytes of kernel memory that it took. */
  readonly taken: number;
  /** Whether it told of rounds. */
  readonly begun: boolean;
}

/** @throws what the fit throws, but for KERNEL_MEMORY */
async function fitWithin({ fit, world }: CheckContext, memoryLimit: number): Promise<LimitedFit> {
  let begun = false;
  const onProgress: FitExtras["onProgress"] = ({ round }) => {
    begun ||= round > 0;
  };
  const { result, bytes } = await watchMemory(async () => {
    try {
      return { model: await fit(world.frame, world.target, { memoryLimit, onProgress }) };
    } catch (error) {
      if (!(error instanceof CataloguedError) || error.code !== "KERNEL_MEMORY") throw error;
      return { planned: Number(error.details["bytes"]) };
    }
  });
  return { ...result, taken: bytes, begun };
}

/**
 * Work that keeps to the memory it is given, and that can be stopped. Times are for benchmarks;
 * here polls are counted.
 */
export const budgetChecks: readonly Check[] = [
  {
    name: "a fit keeps to its memory limit, or is refused before it begins",
    run: async (context) => {
      let limit = 1;
      for (let trial = 0; trial < MOST_LIMITS; trial++) {
        const { model, planned = 0, taken, begun } = await fitWithin(context, limit);
        if (taken > limit + BETWEEN_BLOCKS)
          return `it took ${taken} bytes of kernel memory, and had ${limit}`;
        if (model !== undefined) {
          return sameBytes(writeModel(await context.model()), writeModel(model));
        }
        if (trial === 0 && begun) return `it was refused for ${planned} bytes after it had begun`;
        if (!(planned > limit)) return `it was refused for ${planned} bytes, and had ${limit}`;
        limit = planned;
      }
      return `it was refused with ${limit} bytes, which it had asked for`;
    },
  },
  {
    name: "a fit that is stopped before it starts does nothing",
    run: ({ fit, world }) =>
      refused(() => fit(world.frame, world.target, { signal: AbortSignal.abort() }), STOPPED),
  },
  {
    name: "a fit stops at every poll",
    run: async ({ fit, world }) => {
      const whole = countingSignal(Number.POSITIVE_INFINITY);
      await fit(world.frame, world.target, { signal: whole.signal });
      const polls = whole.polls();
      if (polls === 0) return "the signal is never looked at";
      const step = Math.max(1, Math.floor(polls / 8));
      for (let stopAt = 1; stopAt <= polls; stopAt += step) {
        const { signal } = countingSignal(stopAt);
        const found = await refused(() => fit(world.frame, world.target, { signal }), STOPPED);
        if (found !== undefined) return `stopped at poll ${stopAt} of ${polls}, ${found}`;
      }
      return undefined;
    },
  },
  {
    name: "a prediction can be stopped",
    run: async ({ world, model }) => {
      const fitted = await model();
      const signal = AbortSignal.abort();
      return refused(() => fitted.predict(world.testFrame, { signal }), STOPPED);
    },
  },
];
