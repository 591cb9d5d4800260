import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
    maxWorkers: 2,
    testTimeout: 60_000,
    onConsoleLog(log) {
      throw new Error(`A test printed, and tests are silent: ${log.trim().slice(0, 200)}`);
    },
  },
});
