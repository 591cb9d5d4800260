import type { TaskInput } from "../../evaluation/index.js";
import { resolveLimits } from "../../foundation/index.js";
import { openLake, registerViews, withEngine } from "../../lake/index.js";
import { type PageOptions, type Section, type TaskFindings, taskPage } from "../../report/index.js";
import { countRetention } from "./retention.js";
import { retentionSection } from "./retention-section.js";

/** The page of churn: results first, then who stays, what was read, and what to keep in mind. */
export async function churnReport(findings: TaskFindings): Promise<PageOptions> {
  const { lake } = findings;
  return await taskPage("Who is about to leave", findings, lake ? [await retentionOf(lake)] : []);
}

async function retentionOf({ lake: given, limits, signal }: TaskInput): Promise<Section> {
  const lake = typeof given === "string" ? await openLake(given) : given;
  const job = { limits: resolveLimits(limits), doing: "counting who stays", signal };
  return await withEngine(job, async (engine) => {
    await registerViews(engine, lake);
    return await retentionSection(await countRetention(engine));
  });
}
