import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { channelCount, History } from "./history.js";

const days = fc.array(fc.option(fc.array(fc.nat(20), { minLength: 7, maxLength: 7 })), {
  minLength: 2,
  maxLength: 120,
});

/** Counts of the 30 days before `day`, counted plainly. */
function plainSums(log: readonly (number[] | null)[], day: number): number[] {
  return Array.from({ length: channelCount }, (_, channel) =>
    log
      .slice(Math.max(0, day - 30), day)
      .reduce((sum, counts) => sum + (counts?.[channel] ?? 0), 0),
  );
}

describe("history", () => {
  it("holds the sums of the last 30 days, and looks ahead through silence", () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 14 }), (log, steps) => {
        const history = new History();
        history.clear();
        for (const [day, counts] of log.entries()) {
          if (day > 0) history.advance(day);
          expect([...history.month]).toEqual(plainSums(log, day));
          if (counts) history.record(day, Int32Array.from(counts));
        }
        const next = log.length;
        history.advance(next);
        history.lookAhead();
        for (let step = 1; step <= steps; step++) history.slideAhead(next + step);
        expect([...history.ahead]).toEqual(plainSums(log, next + steps));
        const last = log.findLastIndex((counts) => counts !== null);
        if (last >= 0) expect(history.recency).toBe(next - last);
      }),
      { numRuns: 60 },
    );
  });
});
