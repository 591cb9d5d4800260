import type { Evaluation } from "../evaluation/index.js";
import { join } from "./markup.js";
import { page, type Section } from "./page.js";
import { accuracySection } from "./sections/accuracy.js";
import { curvesSection } from "./sections/curves.js";
import { coefficientsSection, correlationSection } from "./sections/features.js";
import { importanceSection } from "./sections/importance.js";
import {
  limitsSection,
  populationSection,
  type QualityNote,
  qualitySection,
  type ReadCounts,
  reproduceSection,
} from "./sections/origins.js";
import { periodsSection, protocolsSection } from "./sections/protocols.js";
import { evaluationFacts, resultSection } from "./sections/result.js";
import { oracleSection, randomLabelsSection, suspicionCallouts } from "./sections/trust.js";
import { type AnswerWords, plainWords } from "./sections/words.js";

/** What a page of results tells besides the evaluation itself. */
export interface EvaluationExtras {
  /** Of the page. */
  readonly title?: string;
  /** One line under the title. */
  readonly subtitle?: string;
  /** How the task speaks of its answers. */
  readonly words?: AnswerWords;
  /** What became of the lines that were read. */
  readonly read?: ReadCounts;
  /** Findings of the quality report, most serious first. */
  readonly quality?: readonly QualityNote[];
  /** Commands that give the same page again. */
  readonly commands?: readonly string[];
  /** Sections of the task, after the results. */
  readonly sections?: readonly Section[];
}

/**
 * The sections about one answer, pictures first; a task with several answers gives each a heading
 * and puts the lists one after the other.
 */
export async function evaluationSections(
  evaluation: Evaluation,
  words: AnswerWords = plainWords,
): Promise<readonly Section[]> {
  const sections = await Promise.all([
    resultSection(evaluation, words),
    curvesSection(evaluation, words),
    accuracySection(evaluation, words),
    importanceSection(evaluation, words),
    coefficientsSection(evaluation, words),
    protocolsSection(evaluation, words),
    periodsSection(evaluation, words),
    randomLabelsSection(evaluation, words),
    oracleSection(evaluation, words),
    correlationSection(evaluation, words),
  ]);
  return sections.filter((section) => section !== undefined);
}

/** The whole report of one evaluation as one self-contained HTML file. */
export async function evaluationPage(
  evaluation: Evaluation,
  extras: EvaluationExtras = {},
): Promise<string> {
  const { words = plainWords, read, quality, commands = [] } = extras;
  return page({
    title: extras.title ?? `${evaluation.target}: how good the predictions are`,
    ...(extras.subtitle === undefined ? {} : { subtitle: extras.subtitle }),
    facts: evaluationFacts(evaluation, words),
    lead: join([suspicionCallouts(evaluation)]),
    sections: [
      ...(await evaluationSections(evaluation, words)),
      ...(extras.sections ?? []),
      populationSection(evaluation, { words, ...(read === undefined ? {} : { read }) }),
      ...(quality === undefined ? [] : [qualitySection(quality)]),
      limitsSection(evaluation, words),
      reproduceSection(evaluation, { words, commands }),
    ],
  });
}
