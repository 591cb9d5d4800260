import type { Evaluation, TaskInput } from "../../evaluation/index.js";
import {
  type AnswerWords,
  evaluationFacts,
  evaluationSections,
  join,
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

/** What the page is composed of. */
export interface PremiumFindings {
  readonly evaluations: readonly Evaluation[];
  readonly words: readonly AnswerWords[];
  readonly lake?: TaskInput;
  readonly read?: ReadCounts;
  readonly quality?: readonly QualityNote[];
  readonly commands?: readonly string[];
}

/** The page of premium: each answer with its results, what was read, and what to keep in mind. */
export async function premiumReport(findings: PremiumFindings): Promise<PageOptions> {
  const { evaluations, words, read, quality, commands } = findings;
  const sections: Section[] = [];
  for (const [at, evaluation] of evaluations.entries()) {
    const spoken = words[at]!;
    sections.push(
      ...(await evaluationSections(evaluation, spoken)),
      populationSection(evaluation, { words: spoken, ...(at === 0 && read ? { read } : {}) }),
      limitsSection(evaluation, spoken),
    );
  }
  const first = evaluations[0]!;
  return {
    title: "Who will pay",
    subtitle: first.protocol,
    facts: evaluationFacts(first, words[0]!),
    lead: join(evaluations.map(suspicionCallouts)),
    sections: [
      ...sections,
      ...(quality ? [qualitySection(quality)] : []),
      reproduceSection(first, commands ? { commands } : {}),
    ],
  };
}
