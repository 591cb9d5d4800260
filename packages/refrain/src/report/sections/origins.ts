import type { Evaluation } from "../../evaluation/index.js";
import { html } from "../markup.js";
import { formatNumber, formatShare } from "../numbers.js";
import type { Section } from "../page.js";
import { commandLines, list, table } from "../parts.js";
import { type AnswerWords, plainWords, titled } from "./words.js";

/**
 * What became of the lines that were read; the numbers of an ingest, added up where there were
 * several.
 */
export interface ReadCounts {
  /** Name of the source. */
  readonly source: string;
  /** Number of files. */
  readonly files: number;
  /** Lines by what became of them; `read` is the sum of the others. */
  readonly rows: {
    /** All lines. */
    readonly read: number;
    /** In the lake. */
    readonly kept: number;
    /** Refused, and kept aside. */
    readonly rejected: number;
    /** There already. */
    readonly duplicate: number;
    /** Of users outside the sample. */
    readonly sampledOut: number;
  };
  /** Refused lines by code. */
  readonly rejectedByReason: Readonly<Record<string, number>>;
}

/** One finding of the quality report, as far as a page of results needs it. */
export interface QualityNote {
  /** How serious, in a word. */
  readonly severity: string;
  /** Where it was found. */
  readonly table: string;
  /** Where in the table; absent where the whole is meant. */
  readonly column?: string | null;
  /** Rows concerned. */
  readonly count: number;
  /** One sentence. */
  readonly message: string;
}

/** Findings of quality that stand on a page of results; all others are in the quality report. */
const mostFindings = 12;

/** What was read and dropped on the way from files to rows. */
export function populationSection(
  evaluation: Evaluation,
  { words = plainWords, read }: { readonly words?: AnswerWords; readonly read?: ReadCounts } = {},
): Section {
  const { population } = evaluation;
  const dropped = Object.entries(population.dropped);
  const left = dropped.reduce((sum, [, count]) => sum + count, 0);
  return {
    ...titled(words, "What was read, and what was left out"),
    body: html`${read === undefined ? null : readTable(read)}
${table({
  caption:
    `From ${formatNumber(population.rows + left)} rows of users to ` +
    `${formatNumber(population.rows)} that were used`,
  columns: [
    { title: "Rows" },
    { title: "Number", kind: "number" },
    { title: "Share", kind: "number" },
  ],
  rows: [
    ...dropped.map(([reason, count]) => [
      `left out: ${reason}`,
      formatNumber(count),
      formatShare(count / (population.rows + left)),
    ]),
    {
      marked: true,
      cells: [
        "used",
        formatNumber(population.rows),
        population.rows + left > 0 ? formatShare(population.rows / (population.rows + left)) : null,
      ],
    },
    [
      `of these “${words.yes}”`,
      formatNumber(population.positives),
      population.rows > 0 ? formatShare(population.positives / population.rows) : null,
    ],
    ["users", formatNumber(population.users), null],
  ],
})}`,
  };
}

function readTable({ source, files, rows, rejectedByReason }: ReadCounts) {
  const shareOf = (count: number) => (rows.read > 0 ? formatShare(count / rows.read) : null);
  const line = (name: string, count: number) => [name, formatNumber(count), shareOf(count)];
  return table({
    caption:
      `Lines of ${formatNumber(files)} files (${source}); rejected ones are kept, and ` +
      `listed by: refrain rejects`,
    columns: [
      { title: "Lines" },
      { title: "Number", kind: "number" },
      { title: "Share", kind: "number" },
    ],
    rows: [
      line("read", rows.read),
      { marked: true, cells: line("kept", rows.kept) },
      line("duplicate", rows.duplicate),
      line("sampled out", rows.sampledOut),
      line("rejected", rows.rejected),
      ...Object.entries(rejectedByReason).map(([reason, count]) =>
        line(`rejected: ${reason}`, count),
      ),
    ],
  });
}

/** The most serious findings about the data, in short. */
export function qualitySection(notes: readonly QualityNote[]): Section {
  const shown = notes.slice(0, mostFindings);
  return {
    title: "What is wrong with the data",
    body: html`${table({
      caption: `${formatNumber(notes.length)} ${notes.length === 1 ? "finding" : "findings"}${
        notes.length > shown.length ? `, the first ${shown.length} of them` : ""
      }; the whole report: refrain quality`,
      columns: [
        { title: "Where" },
        { title: "How serious" },
        { title: "Rows", kind: "number" },
        { title: "What", kind: "prose" },
      ],
      rows: shown.map((note) => [
        note.column ? `${note.table}.${note.column}` : note.table,
        note.severity,
        formatNumber(note.count),
        note.message,
      ]),
      empty: "Nothing was found.",
    })}`,
  };
}

/** Assumptions and limits, filled with what was measured. */
export function limitsSection(evaluation: Evaluation, words: AnswerWords = plainWords): Section {
  return { ...titled(words, "Assumptions and limits"), body: list(evaluation.limits) };
}

/** How to get the same numbers again. */
export function reproduceSection(
  evaluation: Evaluation,
  {
    words = plainWords,
    commands = [],
  }: { readonly words?: AnswerWords; readonly commands?: readonly string[] } = {},
): Section {
  const { seed, resamples, dataHash, modelHash } = evaluation.reproduce;
  return {
    ...titled(words, "How to reproduce this"),
    body: html`${commands.length === 0 ? null : commandLines(commands)}
${table({
  caption: "The same data, options and seed give the same numbers, whatever the thread count",
  columns: [{ title: "What" }, { title: "Value" }],
  rows: [
    ["seed", String(seed)],
    ["resamples", formatNumber(resamples)],
    ["hash of the data", html`<code>${dataHash}</code>`],
    ...(modelHash === undefined ? [] : [["hash of the model", html`<code>${modelHash}</code>`]]),
  ],
})}`,
  };
}
