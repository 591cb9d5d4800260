import type { Evaluation, TaskInput } from "../evaluation/index.js";
import { evaluationSections } from "./evaluation-sections.js";
import { join } from "./markup.js";
import type { PageOptions, Section } from "./page.js";
import {
  limitsSection,
  populationSection,
  type QualityNote,
  qualitySection,
  type ReadCounts,
  reproduceSection,
} from "./sections/origins.js";
import { evaluationFacts } from "./sections/result.js";
import { suspicionCallouts } from "./sections/trust.js";
import { type AnswerWords, plainWords } from "./sections/words.js";

/** What a task's page is composed of. */
export interface TaskFindings {
  /** One an answer, in the order of the data. */
  readonly evaluations: readonly Evaluation[];
  /** How to speak of each answer. */
  readonly words: readonly AnswerWords[];
  /** Absent for a table that was not made from a lake. */
  readonly lake?: TaskInput;
  /** What became of the lines that were read into the lake. */
  readonly read?: ReadCounts;
  /** Findings of quality about the lake. */
  readonly quality?: readonly QualityNote[];
  /** Commands that give the same page again. */
  readonly commands?: readonly string[];
}

/**
 * The page of a task: the results of each answer, what the task itself has to show, what was read,
 * and what to keep in mind. The sections of several answers stand in groups under their headings.
 * @param own sections of the task
 */
export async function taskPage(
  title: string,
  { evaluations, words, read, quality, commands }: TaskFindings,
  own: readonly Section[] = [],
): Promise<PageOptions> {
  const first = evaluations[0]!;
  const sections: Section[] = [];
  for (const [at, evaluation] of evaluations.entries()) {
    const { heading, ...plain } = words[at] ?? plainWords;
    const spoken = evaluations.length > 1 && heading !== undefined ? { ...plain, heading } : plain;
    sections.push(
      ...(await evaluationSections(evaluation, spoken)),
      ...(at === 0 && evaluations.length === 1 ? own : []),
      populationSection(evaluation, { words: spoken, ...(at === 0 && read ? { read } : {}) }),
      limitsSection(evaluation, spoken),
    );
  }
  return {
    title,
    subtitle: first.protocol,
    facts: evaluationFacts(first, words[0] ?? plainWords),
    lead: join(evaluations.map(suspicionCallouts)),
    sections: [
      ...sections,
      ...(evaluations.length > 1 ? own : []),
      ...(quality ? [qualitySection(quality)] : []),
      reproduceSection(first, commands ? { commands } : {}),
    ],
  };
}
