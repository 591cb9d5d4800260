import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What runs pages and examples as a reader would takes longest: it begins first. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => /test\/(docs\/code|e2e)/.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
    maxWorkers: 2,
    // Each worker loads modules and compiles kernels once: a third less processor time. Tests
    // clean up after themselves.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // Examples and code blocks of pages wait for processes of their own: two at a time.
    maxConcurrency: 2,
    testTimeout: 60_000,
    onConsoleLog(log) {
      throw new Error(`A test printed, and tests are silent: ${log.trim().slice(0, 200)}`);
    },
  },
});
