import type { Evaluation, TaskInput } from "../../evaluation/index.js";
import {
  type AnswerWords,
  evaluationFacts,
  evaluationSections,
  formatShare,
  html,
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

/** The page of premium: each answer with its results, then what was read and what to keep in mind. */
export async function premiumReport(findings: PremiumFindings): Promise<PageOptions> {
  const { evaluations, words, read, quality, commands } = findings;
  const sections: Section[] = [];
  for (const [at, evaluation] of evaluations.entries()) {
    sections.push(...(await evaluationSections(evaluation, words[at]!)));
    sections.push(...naiveSection(evaluation, words[at]!));
  }
  const first = evaluations[0]!;
  return {
    title: "Who will pay",
    subtitle: first.protocol,
    facts: evaluationFacts(first, words[0]!),
    lead: join(evaluations.map(suspicionCallouts)),
    sections: [
      ...sections,
      ...evaluations.map((evaluation, at) =>
        populationSection(evaluation, {
          words: words[at]!,
          ...(at === 0 && read ? { read } : {}),
        }),
      ),
      ...(quality ? [qualitySection(quality)] : []),
      ...evaluations.map((evaluation, at) => limitsSection(evaluation, words[at]!)),
      reproduceSection(first, { words: words[0]!, ...(commands ? { commands } : {}) }),
    ],
  };
}

/** Why a high accuracy says little, and what to read instead; only where one class is rare. */
function naiveSection({ naive, population }: Evaluation, words: AnswerWords): Section[] {
  const { value } = naive.accuracy;
  if (value === null || value < 0.9) return [];
  const heading = words.heading === undefined ? "" : `${words.heading}: `;
  return [
    {
      title: `${heading}why ${formatShare(value)} accuracy can hardly be moved`,
      body: html`<p>Only ${formatShare(population.positives / population.rows)} of the rows are
${words.yes}. Who says "${naive.positive ? words.yes : words.no}" to everybody is right in
${formatShare(value)} of them and has found nobody. A model beats that only where it is more than half
sure of a yes, and with so rare an answer an honest probability hardly ever is. Read PR-AUC, log-loss,
calibration and lift instead: they ask whether the likely ones stand on top and whether the
probabilities keep their word.</p>`,
    },
  ];
}
