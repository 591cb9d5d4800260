import { describe, expect, it } from "vitest";
import { parseBytes, resolveLimits } from "./limits.js";

describe("parseBytes", () => {
  it.each([
    ["4GB", 4e9],
    ["512 MB", 512e6],
    ["1.5gb", 1.5e9],
    ["2e9", 2e9],
    ["16000KB", 16e6],
  ])("reads %s", (text, bytes) => {
    expect(parseBytes("--memory", text)).toBe(bytes);
  });

  it.each(["", "4", "-1GB", "4 gigs", "NaN", "1MB", "0x10GB"])("refuses %j", (text) => {
    expect(() => parseBytes("--memory", text)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", exitCode: 2 }),
    );
  });
});

describe("resolveLimits", () => {
  it("sets every limit, and keeps what is given", () => {
    const limits = resolveLimits({ threads: 1 });
    expect(limits.threads).toBe(1);
    expect(limits.memoryBytes).toBeGreaterThanOrEqual(1e9);
    expect(limits.tempDirectory).not.toBe("");
  });
});
