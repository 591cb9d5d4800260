import type { Evaluation, TaskInput } from "../../evaluation/index.js";
import { openDuckDb, openLake, registerViews } from "../../lake/index.js";
import {
  type AnswerWords,
  evaluationFacts,
  evaluationSections,
  limitsSection,
  type PageOptions,
  populationSection,
  type QualityNote,
  qualitySection,
  type ReadCounts,
  reproduceSection,
  type Section,
  suspicionCallouts,
} from "../../report/index.js";
import { countRetention } from "./retention.js";
import { retentionSection } from "./retention-section.js";

/** What the page is composed of. */
export interface ChurnFindings {
  readonly evaluations: readonly Evaluation[];
  readonly words: readonly AnswerWords[];
  readonly lake?: TaskInput;
  readonly read?: ReadCounts;
  readonly quality?: readonly QualityNote[];
  readonly commands?: readonly string[];
}

/** The page of churn: results first, then who stays, what was read, and what to keep in mind. */
export async function churnReport(findings: ChurnFindings): Promise<PageOptions> {
  const { evaluations, lake, read, quality, commands } = findings;
  const evaluation = evaluations[0]!;
  const words = findings.words[0]!;
  return {
    title: "Who is about to leave",
    subtitle: evaluation.protocol,
    facts: evaluationFacts(evaluation, words),
    lead: suspicionCallouts(evaluation),
    sections: [
      ...(await evaluationSections(evaluation, words)),
      ...(lake ? [await retentionOf(lake)] : []),
      populationSection(evaluation, { words, ...(read ? { read } : {}) }),
      ...(quality ? [qualitySection(quality)] : []),
      limitsSection(evaluation, words),
      reproduceSection(evaluation, { words, ...(commands ? { commands } : {}) }),
    ],
  };
}

async function retentionOf(input: TaskInput): Promise<Section> {
  const lake = typeof input.lake === "string" ? await openLake(input.lake) : input.lake;
  const engine = await openDuckDb(input.limits);
  try {
    await registerViews(engine, lake);
    return await retentionSection(await countRetention(engine));
  } finally {
    engine.close();
  }
}
