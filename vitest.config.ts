import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
    maxWorkers: 2,
    // Each worker loads modules and compiles kernels once: a third less processor time. Tests clean up
    // after themselves.
    isolate: false,
    // Examples and code blocks of pages wait for processes of their own: two at a time.
    maxConcurrency: 2,
    testTimeout: 60_000,
    onConsoleLog(log) {
      throw new Error(`A test printed, and tests are silent: ${log.trim().slice(0, 200)}`);
    },
  },
});
