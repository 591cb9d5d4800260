import type { Check } from "./check.js";
import { refused } from "./expect.js";

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

/** Work that can be stopped. Times are for benchmarks; here polls are counted. */
export const budgetChecks: readonly Check[] = [
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
