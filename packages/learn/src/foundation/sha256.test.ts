import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Sha256, sha256, toHex } from "./sha256.js";

describe("sha256", () => {
  it("gives the published vectors", () => {
    expect(sha256("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  it("is Node's, in whatever pieces the bytes come", () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 });
    fc.assert(
      fc.property(pieces, (parts) => {
        const ours = new Sha256();
        const theirs = createHash("sha256");
        for (const part of parts) {
          ours.update(part);
          theirs.update(part);
        }
        expect(toHex(ours.digest())).toBe(theirs.digest("hex"));
      }),
    );
  });
});
