import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineScan } from "./line-scan.js";

function scan(text: string | Buffer, chunkBytes: number): ReturnType<LineScan["end"]> {
  const lines = new LineScan();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    lines.add(bytes.subarray(at, at + chunkBytes));
  }
  return lines.end();
}

const pieces = fc.constantFrom("\n", "\r\n", "\r", "a", "bc", "ł", '"');

describe("the scan of lines", () => {
  it("counts lines and ends as splitting the text does, wherever the chunks are cut", () =>
    fc.assert(
      fc.property(fc.array(pieces), fc.integer({ min: 1, max: 9 }), (parts, chunkBytes) => {
        const text = parts.join("");
        const facts = scan(text, chunkBytes);
        const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
        expect(facts.lines).toBe(lines.filter((line) => line !== "").length);
        expect(facts.crlfLines).toBe(text.split("\r\n").length - 1);
        expect(facts.crlfLines + facts.lfLines).toBe(text.split("\n").length - 1);
        expect(facts.strayReturns).toBe(text.replaceAll("\r\n", "").split("\r").length - 1);
        expect(facts.closed).toBe(text === "" || text.endsWith("\n"));
        expect(facts.hasQuotes).toBe(text.includes('"'));
        expect(facts.head.toString()).toBe(text);
      }),
    ));

  it("leaves a mark out of the first line, and zero bytes at their offset", () => {
    expect(scan("\ufeff\na\n", 64)).toMatchObject({ lines: 1, hasMark: true, longestLine: 1 });
    expect(scan("ab\0c\n", 3).zeroAt).toBe(2);
    expect(scan("ab\n", 3).zeroAt).toBe(-1);
  });

  it("keeps the lines behind a first line of more than a megabyte as the head", () => {
    const facts = scan(
      Buffer.concat([Buffer.alloc(1_500_000, 120), Buffer.from("\nab\ncd")]),
      65_536,
    );
    expect(facts.head.toString()).toBe("ab\ncd");
    expect(facts.longestLine).toBe(1_500_000);
  });
});
