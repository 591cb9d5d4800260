import { describe, expect, it } from "vitest";
import { Pacer } from "./pacer.js";

describe("a pacer", () => {
  it("lets an abort through that fires while the loop computes: LEARN_STOPPED", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1);
    const pacer = new Pacer(controller.signal, "counting");
    const work = async (): Promise<number> => {
      for (;;) await pacer.pause();
    };
    await expect(work()).rejects.toMatchObject({
      code: "LEARN_STOPPED",
      message: "Stopped while counting.",
      exitCode: 5,
    });
  });

  it("refuses to start where the signal has fired", () => {
    expect(() => new Pacer(AbortSignal.abort(), "counting")).toThrow("Stopped while counting.");
  });

  it("works without a signal", async () => {
    const pacer = new Pacer(undefined, "counting");
    await expect(pacer.pause()).resolves.toBeUndefined();
  });
});
