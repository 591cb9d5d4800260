import type { Evaluation } from "../evaluation/index.js";
import { page, type Section } from "./page.js";
import type { QualityNote, ReadCounts } from "./sections/origins.js";
import { type AnswerWords, plainWords } from "./sections/words.js";
import { taskPage } from "./task-page.js";

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

/** The whole report of one evaluation as one self-contained HTML file. */
export async function evaluationPage(
  evaluation: Evaluation,
  { title, subtitle, words = plainWords, sections = [], ...found }: EvaluationExtras = {},
): Promise<string> {
  const made = await taskPage(
    title ?? `${evaluation.target}: how good the predictions are`,
    { evaluations: [evaluation], words: [words], ...found },
    sections,
  );
  return page({ ...made, subtitle: subtitle ?? evaluation.protocol });
}
