import type { Evaluation } from "../evaluation/index.js";
import type { Section } from "./page.js";
import { accuracySection } from "./sections/accuracy.js";
import { curvesSection } from "./sections/curves.js";
import { coefficientsSection, correlationSection } from "./sections/features.js";
import { importanceSection } from "./sections/importance.js";
import { periodsSection, protocolsSection } from "./sections/protocols.js";
import { resultSection } from "./sections/result.js";
import { oracleSection, randomLabelsSection } from "./sections/trust.js";
import { type AnswerWords, plainWords } from "./sections/words.js";

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
