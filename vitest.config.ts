import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
    maxWorkers: 2,
    // Examples and code blocks of pages wait for processes of their own: two at a time.
    maxConcurrency: 2,
    testTimeout: 60_000,
    onConsoleLog(log) {
      throw new Error(`A test printed, and tests are silent: ${log.trim().slice(0, 200)}`);
    },
  },
});
