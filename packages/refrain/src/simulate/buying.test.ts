import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Intention, MonthCounts, purchaseChance } from "./buying.js";

describe("buying", () => {
  it("spreads a decided purchase evenly: the hazards multiply to the survival", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        fc.integer({ min: 0, max: 30 }),
        (chance, span) => {
          const intention = new Intention();
          intention.open(chance, 10, span);
          let left = 1;
          for (let day = 5; day < 60; day++) {
            expect(intention.survival(day)).toBeCloseTo(left, 12);
            left *= 1 - intention.hazard(day);
          }
          expect(left).toBeCloseTo(span > 0 ? 1 - chance : 1, 12);
        },
      ),
    );
  });

  it("states no chance for a month without events, and a chance within 0 and 1 for others", () => {
    const month = new MonthCounts();
    expect(purchaseChance(month)).toBe(0);
    month.events = 1;
    expect(purchaseChance(month)).toBeGreaterThan(0);
    month.plays = 10_000;
    month.advertisements = 10_000;
    month.likedPlays = 10_000;
    expect(purchaseChance(month)).toBeLessThan(1);
  });
});
