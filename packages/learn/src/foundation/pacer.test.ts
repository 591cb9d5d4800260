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

  it("waits no longer than its signal lets it, and passes on what comes late", async () => {
    const controller = new AbortController();
    const pacer = new Pacer(controller.signal, "opening");
    await expect(pacer.until(Promise.resolve(3), () => undefined)).resolves.toBe(3);
    let finish = (_: number): void => undefined;
    const work = new Promise<number>((resolve) => {
      finish = resolve;
    });
    const late: number[] = [];
    const waiting = pacer.until(work, (result) => late.push(result));
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: "LEARN_STOPPED" });
    finish(4);
    await work;
    expect(late).toEqual([4]);
  });

  it("works without a signal", async () => {
    const pacer = new Pacer(undefined, "counting");
    await expect(pacer.pause()).resolves.toBeUndefined();
  });
});
