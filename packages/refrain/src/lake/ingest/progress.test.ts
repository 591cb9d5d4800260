import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ProgressStep } from "../../foundation/index.js";
import { Progress } from "./job.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("Progress", () => {
  it("reports during one long statement how far the engine is, and never goes back", async () => {
    const steps: ProgressStep[] = [];
    // The engine begins a second statement, and says that all is done where it does not know.
    const shares = [0.5, 0.2, 1, 0.75];
    const engine = { progress: () => shares.shift() ?? 1 };
    const progress = new Progress({ onProgress: (step) => steps.push(step) }, 1000, engine);
    const work = (): Promise<void> => new Promise((done) => setTimeout(done, 2_300));
    const done = progress.during("loading a.csv", 600, work);
    await vi.advanceTimersByTimeAsync(2_300);
    await done;
    progress.doing("committing");
    expect(steps.map((step) => step.share)).toEqual([0, 0.3, 0.3, 0.3, 0.45, 0.6]);
    expect(steps.slice(1, -1).every((step) => step.note?.endsWith(" s"))).toBe(true);
  });

  it("stops reporting when the work fails", async () => {
    const steps: ProgressStep[] = [];
    const progress = new Progress({ onProgress: (step) => steps.push(step) }, 10);
    const failing = progress.during("loading", 5, () => Promise.reject(new Error("broken")));
    await expect(failing).rejects.toThrow("broken");
    await vi.advanceTimersByTimeAsync(2_000);
    expect(steps).toHaveLength(1);
  });
});
