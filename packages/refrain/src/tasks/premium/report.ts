import { type PageOptions, type TaskFindings, taskPage } from "../../report/index.js";

/** The page of premium: each answer with its results, what was read, and what to keep in mind. */
export function premiumReport(findings: TaskFindings): Promise<PageOptions> {
  return taskPage("Who will pay", findings);
}
