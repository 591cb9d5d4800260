/** Prints `N passed, N failed, N skipped`, summed over vitest's JSON reports; 1 if any failed. */
import { readFileSync } from "node:fs";

const total = { passed: 0, failed: 0, skipped: 0 };
for (const file of process.argv.slice(2)) {
  try {
    const report = JSON.parse(readFileSync(file, "utf8"));
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests + (report.success || report.numFailedTests ? 0 : 1);
    total.skipped += report.numPendingTests + report.numTodoTests;
  } catch {
    console.error(`No report ${file}: that run did not finish.`);
    total.failed += 1;
  }
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
