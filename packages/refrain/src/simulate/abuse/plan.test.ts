import { describe, expect, it } from "vitest";
import { abuserCount, completeAbuse, kindCounts, parseAbuse } from "./plan.js";

describe("what is planted", () => {
  it("is read from name=number parts, in any order, and completed", () => {
    const plan = completeAbuse(parseAbuse("bots=20, farms=3,strength=.5"));
    expect(plan).toMatchObject({ farms: 3, members: 20, bots: 20, loops: 0, strength: 0.5 });
    expect(kindCounts(plan)).toEqual({ farm: 60, bot: 20, loop: 0, shared: 0 });
    expect(abuserCount(plan)).toBe(80);
    expect(abuserCount(undefined)).toBe(0);
  });

  it.each([
    ["farm=3", "farm=3", /farms, members, bots/],
    ["farms", "farms", /name=number/],
    ["farms=-1", "farms=-1", /name=number/],
    ["farms=1=2", "farms=1=2", /name=number/],
    ["bots=1,bots=2", "bots=2", /bots stands twice/],
    ["bots=1.5", "bots=1.5", /a whole number from 0/],
    ["bots=1,strength=2", "strength=2", /a number from 0 to 1/],
    ["farms=2,members=1", "members=1", /from 2 to/],
    ["farms=0", "farms=0", /above 0/],
    ["farms=9999,members=9999", "farms=9999,members=9999", /at most 5000000 accounts/],
  ])("refuses %s as OPTION_INVALID", (text, given, expected) => {
    expect(() => completeAbuse(parseAbuse(text))).toThrow(
      expect.objectContaining({
        code: "OPTION_INVALID",
        details: { option: "--abuse", given, expected: expect.stringMatching(expected) },
      }),
    );
  });
});
