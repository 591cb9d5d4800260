import { readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Evaluation } from "../evaluation/index.js";
import {
  foundationErrors,
  type JobOptions,
  type Limits,
  makeFolder,
  writeAtomically,
} from "../foundation/index.js";
import { ingest } from "../lake/index.js";
import { page } from "../report/index.js";
import { simulate } from "../simulate/index.js";
import { type DemoPart, demoPage } from "./demo-page.js";
import { workflowErrors } from "./errors.js";
import { type EvaluateTaskOptions, evaluateTask, taskReport } from "./evaluate-task.js";
import { saveModel } from "./model-file.js";
import { metricsOf, taskCard } from "./train.js";

/** What `demo` is told. */
export interface DemoOptions extends JobOptions {
  /** Listeners of each simulated service, 2,000 unless told. */
  readonly users?: number;
  /** Days of each log; 120 of `musicbox` and 365 of `pozytywka` unless told. */
  readonly days?: number;
  /** Folder for everything; made where there is none, made anew where a demo made it. */
  readonly out?: string;
  /** Decides every random choice; 1 unless told. */
  readonly seed?: number;
  /** Memory, threads, temporary folder. */
  readonly limits?: Partial<Limits>;
}

/** What `demo` did; the JSON of `refrain demo`. */
export interface DemoSummary {
  /** Folder with everything. */
  readonly out: string;
  /** The one page. */
  readonly report: string;
  /** Listeners of each service. */
  readonly users: number;
  /** Seed of everything. */
  readonly seed: number;
  /** Events of all logs. */
  readonly events: number;
  /** What was found, a task an entry. */
  readonly tasks: readonly {
    /** Name of the task. */
    readonly task: string;
    /** Model file; null where nothing could be estimated. */
    readonly model: string | null;
    /** One an answer. */
    readonly evaluations: readonly Evaluation[];
  }[];
  /** Time of the whole. */
  readonly seconds: number;
}

/** Each task with the format of the logs that it needs. */
const parts = [
  { task: "churn", format: "musicbox" },
  { task: "premium", format: "pozytywka" },
] as const;

const marker = ".refrain-demo";

/**
 * The whole way on simulated services whose truth is known: simulate, ingest, quality, features,
 * train, evaluate against baselines and the truth, and one page. A killed demo can be run again.
 * @throws DEMO_FOLDER, INTERRUPTED, DISK_FULL, and what its steps throw
 */
export async function demo(options: DemoOptions = {}): Promise<DemoSummary> {
  const started = performance.now();
  const { users = 2_000, out = "refrain-demo", seed = 1 } = options;
  await prepareFolder(out);
  const made: DemoPart[] = [];
  let events = 0;
  for (const { task, format } of parts) {
    const part = await runPart({ ...options, users, out, seed }, task, format);
    events += part.events;
    made.push(part);
  }
  options.onProgress?.({ doing: "writing the report" });
  const report = join(out, "report.html");
  const html = page(await demoPage(made, { users, seed, events }));
  await writeAtomically(report, (path) => writeFile(path, html));
  return {
    out,
    report,
    users,
    seed,
    events,
    tasks: made.map(({ task, model, found }) => ({ task, model, evaluations: found.evaluations })),
    seconds: (performance.now() - started) / 1000,
  };
}

/** Only a folder that a demo made is emptied. */
async function prepareFolder(out: string): Promise<void> {
  const found = await readdir(out).catch(() => [] as string[]);
  if (found.length > 0 && !found.includes(marker)) throw workflowErrors.DEMO_FOLDER({ out });
  const isFile = await stat(out).then(
    (one) => !one.isDirectory(),
    () => false,
  );
  if (isFile) throw workflowErrors.DEMO_FOLDER({ out });
  await makeFolder(out);
  await writeFile(join(out, marker), "");
  for (const { format } of parts) await rm(join(out, format), { recursive: true, force: true });
}

type Step = DemoOptions & { readonly users: number; readonly out: string; readonly seed: number };

async function runPart(
  { users, days, out, seed, limits, signal, onProgress }: Step,
  task: (typeof parts)[number]["task"],
  format: (typeof parts)[number]["format"],
): Promise<DemoPart> {
  const folder = join(out, format);
  const logs = join(folder, "logs");
  const lake = join(folder, "lake");
  const job = {
    ...(limits === undefined ? {} : { limits }),
    ...(signal === undefined ? {} : { signal }),
    onProgress: (step: { doing: string; share?: number; note?: string }) =>
      onProgress?.({ ...step, doing: `${task}: ${step.doing}` }),
  };
  const simulated = await simulate({
    ...job,
    ...(limits?.threads === undefined ? {} : { threads: limits.threads }),
    ...(days === undefined ? {} : { days }),
    as: format,
    users,
    seed,
    out: logs,
    dirt,
  });
  await ingest({ ...job, inputs: [logs], source: format, lake });
  let model: string | null = null;
  const options: EvaluateTaskOptions = {
    ...job,
    task,
    source: { lake },
    seed,
    truth: logs,
    randomLabels,
    onAnswer: async ({ answer, evaluation, models, featureVersion }) => {
      const best = evaluation.models.find((one) => one.name === evaluation.best);
      const fitted = models.get(evaluation.best ?? "");
      if (model !== null || best === undefined || fitted === undefined) return;
      model = join(out, `${task}.refrain`);
      await saveModel([model], fitted, taskCard(options, answer, featureVersion, metricsOf(best)));
    },
  };
  const found = await evaluateTask(options);
  if (signal?.aborted) throw foundationErrors.INTERRUPTED({ doing: `showing ${task}` });
  const report = await taskReport(options, found);
  return { task, format, events: simulated.events, model, found, report };
}

/** Share of rows that are made faulty, so that there is something to find. */
const dirt = 0.005;
/** Rows of a run on random labels: it looks for leaks, not for skill. */
const randomLabels = { rows: 4_000 };
