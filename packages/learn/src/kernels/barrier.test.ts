import { describe, expect, it } from "vitest";
import { sharedModule } from "./artefact.js";

/** Places of a run of bytes. */
function placesOf(code: Buffer, bytes: readonly number[]): number[] {
  const places: number[] = [];
  const run = Buffer.from(bytes);
  for (let at = code.indexOf(run); at >= 0; at = code.indexOf(run, at + 1)) places.push(at);
  return places;
}

describe("the only wait of the kernels", () => {
  it("ends its function: the first tier of V8 11 loses what it holds in registers there", () => {
    const code = Buffer.from(sharedModule, "base64");
    // memory.atomic.wait32, its alignment and an offset of 0; then: drop, end of the function.
    const waits = placesOf(code, [0xfe, 0x01, 0x02]);
    expect(waits).toHaveLength(1);
    expect([...code.subarray(waits[0]! + 3, waits[0]! + 6)]).toEqual([0, 0x1a, 0x0b]);
  });
});
