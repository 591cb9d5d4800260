import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { Frame, Model } from "@refrain/learn";
import type { ScoringTable } from "../evaluation/index.js";
import {
  foundationErrors,
  type JobOptions,
  type Limits,
  writeAtomically,
} from "../foundation/index.js";
import type { WrittenVerdicts } from "../lake/index.js";
import { gamingOf, scoreUsage } from "../tasks/gaming/index.js";
import { workflowErrors } from "./errors.js";
import { type LoadedModel, loadModel, type TaskCard } from "./model-file.js";
import { findModel } from "./model-name.js";
import { reasonsOf } from "./reasons.js";
import { type LakeSource, taskInput } from "./source.js";
import { findTask } from "./task.js";
import { readWideTable, type WideColumns } from "./wide-table.js";

/** What `score` is told. */
export interface ScoreOptions extends JobOptions {
  /** A model file, or a bare word: the task's latest model in this folder. */
  readonly model: string;
  /** Rows to score. */
  readonly source:
    | LakeSource
    | {
        /** CSV (plain or .gz) or Parquet, read one after the other. */
        readonly files: readonly string[];
        /** Column that names a row; as in training unless told. */
        readonly id?: string;
      };
  /** Columns with the features that raise a row's score most; none unless told. */
  readonly reasons?: number;
  /** Gaming: only alarms, most suspicious first. */
  readonly onlyFlagged?: boolean;
  /** Gaming: alarms at most. */
  readonly budget?: number;
  /** Gaming: share of the alarms that may be genuine, on average. */
  readonly falseDiscoveryRate?: number;
  /** Gaming, over a lake: write what was found to the lake, as rows of `verdict`. */
  readonly writeVerdicts?: boolean;
  /** Moment from which verdicts are known; the last arrival of the plays judged unless told. */
  readonly knownAt?: string;
  /** CSV file. */
  readonly out?: string;
  /** Takes the CSV in parts where there is no `out`. */
  readonly onText?: (text: string) => Promise<void>;
  /** Memory, threads, temporary folder. */
  readonly limits?: Partial<Limits>;
}

/** What `score` did; the JSON of `refrain score`. */
export interface ScoreSummary {
  /** Rows scored. */
  readonly rows: number;
  /** CSV file; null where it went elsewhere. */
  readonly out: string | null;
  /** Model file. */
  readonly model: string;
  /** Hash of the model. */
  readonly hash: string;
  /** Task of the model. */
  readonly task: string;
  /** Gaming: rows that are alarms. */
  readonly flagged?: number;
  /** Gaming: what went to the lake, where that was asked for. */
  readonly verdicts?: WrittenVerdicts;
  /** Who was scored, one sentence; absent for a file, whose rows are all scored. */
  readonly note?: string;
  /** Time of the whole. */
  readonly seconds: number;
}

/**
 * Scores rows by a model: one line a row, in order, keys and the probability of a yes.
 * @throws MODEL_NOT_FOUND, MODEL_WITHOUT_TASK, MODEL_SOURCE, FEATURES_DIFFER, NO_REASONS, and what
 *   reading throws
 */
export async function score(options: ScoreOptions): Promise<ScoreSummary> {
  const started = performance.now();
  const path = await findModel(options.model);
  const loaded = await loadModel(path);
  const { model, card, hash } = loaded;
  options.onProgress?.({ doing: "reading the rows to score" });
  if (card.task === "gaming") return await scoreGaming(path, loaded, options, started);
  if (options.writeVerdicts) {
    const expected = "only with a model of gaming";
    throw foundationErrors.OPTION_INVALID({
      option: "--write-verdicts",
      given: card.task,
      expected,
    });
  }
  const table = await scoringTable(path, card, options);
  assertSameFeatures(path, model, table.features);
  const probabilities = await model.predict(table.features, { signal: options.signal });
  const most = options.reasons ?? 0;
  const explained = { most, signal: options.signal };
  const reasons = most > 0 ? await reasonsOf(path, model, table.features, explained) : [];
  const text = csvLines(table, { name: `${card.task}_prob`, probabilities, most, reasons });
  await deliver(text, options);
  return {
    rows: table.features.rowCount,
    out: options.out ?? null,
    model: path,
    hash,
    task: card.task,
    ...(table.note === undefined ? {} : { note: table.note }),
    seconds: (performance.now() - started) / 1000,
  };
}

/** Usage by user and day: alarms with p-values, farms and reasons. */
async function scoreGaming(
  path: string,
  { model, metrics, hash }: LoadedModel,
  options: ScoreOptions,
  started: number,
): Promise<ScoreSummary> {
  const { source, out } = options;
  const isLake = "lake" in source;
  const id = isLake ? undefined : source.id;
  const scored = await scoreUsage(gamingOf(model, metrics), {
    ...options,
    hash,
    ...(id === undefined ? {} : { columns: { UserPartyID: id } }),
    ...(isLake ? { lake: source.lake, files: [] } : { files: source.files }),
  });
  await deliver(scored.text, options);
  return {
    rows: scored.rows,
    flagged: scored.flagged,
    out: out ?? null,
    model: path,
    hash,
    task: "gaming",
    ...(scored.verdicts === undefined ? {} : { verdicts: scored.verdicts }),
    ...(scored.note === undefined ? {} : { note: scored.note }),
    seconds: (performance.now() - started) / 1000,
  };
}

async function deliver(
  text: Iterable<string>,
  { out, onText }: Pick<ScoreOptions, "out" | "onText">,
): Promise<void> {
  if (out !== undefined) await writeText(out, text);
  else for (const part of text) await onText?.(part);
}

async function scoringTable(
  path: string,
  card: TaskCard,
  { source, limits, signal, onProgress }: ScoreOptions,
): Promise<ScoringTable> {
  if ("lake" in source) {
    if (card.columns) {
      throw workflowErrors.MODEL_SOURCE({ path, learnt: "a file", wanted: "a file of such rows" });
    }
    const { cutoffs: _, ...kept } = card.options ?? {};
    return await findTask(card.task).data.current(
      taskInput(
        {
          source,
          featureVersion: card.featureVersion,
          options: kept,
          ...(limits === undefined ? {} : { limits }),
          ...(signal === undefined ? {} : { signal }),
          ...(onProgress === undefined ? {} : { onProgress }),
        },
        source.lake,
      ),
    );
  }
  const columns = scoringColumns(path, card, source.id);
  const table = await readWideTable(source.files, columns, limits);
  return { keys: [{ name: columns.id, values: table.ids }], features: table.frame };
}

/** A file of rows of a lake's features has the lake's own key. */
function scoringColumns(path: string, card: TaskCard, id: string | undefined): WideColumns {
  const name = id ?? card.columns?.id ?? lakeKeys[card.task];
  if (name !== undefined) return { id: name };
  throw workflowErrors.OPTION_NEEDED({ option: "--id COLUMN", path } as { option: string });
}

const lakeKeys: Readonly<Record<string, string>> = { churn: "uid", premium: "user_id" };

function assertSameFeatures(path: string, model: Model, frame: Frame): void {
  const missing: string[] = [];
  const changed: string[] = [];
  for (const { name, kind } of model.schema.columns) {
    if (!frame.has(name)) missing.push(name);
    else if (frame.column(name).kind !== kind) changed.push(name);
  }
  if (missing.length + changed.length === 0) return;
  throw workflowErrors.FEATURES_DIFFER({ path, missing, changed });
}

const rowsAPart = 10_000;

interface Scores {
  readonly name: string;
  readonly probabilities: Float64Array;
  /** Columns of reasons. */
  readonly most: number;
  readonly reasons: readonly (readonly string[])[];
}

function* csvLines(
  { keys }: ScoringTable,
  { name, probabilities, most, reasons }: Scores,
): Generator<string> {
  const places = Array.from({ length: most }, (_, place) => place);
  const head = [...keys.map((key) => csvText(key.name)), name];
  yield `${[...head, ...places.map((place) => `reason_${place + 1}`)].join(",")}\n`;
  for (let start = 0; start < probabilities.length; start += rowsAPart) {
    let part = "";
    const end = Math.min(start + rowsAPart, probabilities.length);
    for (let row = start; row < end; row += 1) {
      for (const key of keys) part += `${csvText(key.values[row]!)},`;
      part += String(Number(probabilities[row]!.toPrecision(9)));
      for (const place of places) part += `,${csvText(reasons[row]?.[place] ?? "")}`;
      part += "\n";
    }
    yield part;
  }
}

function csvText(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function writeText(path: string, parts: Iterable<string>): Promise<void> {
  return writeAtomically(path, async (temporary) => {
    const stream = createWriteStream(temporary);
    for (const part of parts) if (!stream.write(part)) await once(stream, "drain");
    stream.end();
    await once(stream, "finish");
  });
}
