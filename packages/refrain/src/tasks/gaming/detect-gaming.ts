import { writeFile } from "node:fs/promises";
import { modelHash } from "@refrain/learn";
import { rowsWhere } from "../../evaluation/index.js";
import { writeAtomically } from "../../foundation/index.js";
import { page } from "../../report/index.js";
import { auditSample, readAudit } from "./audit.js";
import { type LabelledDays, labelledRows, leftOutOf, readUsage, type UsageDays } from "./data.js";
import type { DetectGamingOptions, GamingDetection } from "./detection.js";
import { findFarms } from "./farms.js";
import type { GamingFit } from "./fit-gaming.js";
import type { FitMethodOptions, LearningDays } from "./fit-method.js";
import { gamingBytes } from "./gaming-model.js";
import { type Judgement, judge } from "./judge.js";
import { publishedFeatures } from "./read-usage.js";
import { gamingReport } from "./report.js";
import { reviewQueue, scoreDays } from "./score-gaming.js";
import { countAlarms } from "./strata.js";
import { detectorSummary, fitDetector, readLearningDays, readOptions } from "./train-gaming.js";
import { examine, type Trust } from "./trust.js";
import { assertLake, verdictsOf } from "./verdicts.js";

const usualCases = 200;
const usualAudit = 200;
const reasonsShown = 3;

/**
 * The whole way: makes a detector, judges it on marked rows once, and lists whom to look at.
 * @throws what `trainGaming` and `evaluateGaming` throw, AUDIT_STRANGERS, VERDICTS_NEED_LAKE,
 *   VERDICT_UNFOUNDED
 */
export async function detectGaming(options: DetectGamingOptions): Promise<GamingDetection> {
  const started = performance.now();
  assertLake(options, options.lake);
  const days = await readLearningDays(options);
  return await detect(days, options, started).finally(() => days.trials?.close());
}

async function detect(
  days: LearningDays,
  options: DetectGamingOptions,
  started: number,
): Promise<GamingDetection> {
  const { seed = 1, limits, signal, onProgress, resamples, cases = usualCases } = options;
  const extra = days.train.features.names.slice(publishedFeatures.length);
  const reading = { ...readOptions(options), extra };
  const test = options.test && labelledRows(await readUsage({ files: options.test, ...reading }));
  const audited = options.audited && (await readUsage({ files: options.audited, ...reading }));
  const { train } = days;
  const job = {
    seed,
    threads: limits?.threads,
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  const fit = await fitDetector(days, options);
  const scored = await scoreDays(fit.gaming, train, job);
  const isAlarm = (row: number): boolean => scored.scores[row]! >= scored.threshold;
  const farms = await findFarms(
    train,
    rowsWhere(train.users.length, isAlarm),
    readOptions(options),
  );
  const testScores = test && (await fit.gaming.model.predict(test.features, job));
  const examined = { days, fit, test, testScores };
  const judgement = await judge(examined, { seed, signal, threads: limits?.threads, resamples });
  const all = await reviewQueue(fit.gaming, train, scored, {
    ...job,
    farms,
    most: options.writeVerdicts ? scored.count : cases,
    reasons: reasonsShown,
    limits,
  });
  const hash = modelHash(gamingBytes(fit.gaming));
  const judged = { gaming: fit.gaming, hash, days: train, scored, cases: all };
  const found: GamingDetection = {
    task: "gaming",
    ...detectorSummary(fit),
    population: populationOf(train),
    leftOut: leftOutOf({ validation: days.validation, test, audited }),
    ...judgement,
    alarms: countAlarms(train.features, isAlarm),
    ...(scored.least === undefined ? {} : { leastAlarms: scored.least }),
    farms: farms.list,
    queue: all.slice(0, cases),
    ...(audited === undefined ? {} : { audit: readAudit(audited, train, isAlarm) }),
    ...(options.html === undefined ? {} : await trustOf({ ...examined, judgement }, job)),
    ...(await verdictsOf(judged, options)),
    written: [options.html, options.audit].filter((path) => path !== undefined),
    seconds: (performance.now() - started) / 1000,
  };
  const { audit, auditSize: size = usualAudit, html } = options;
  if (audit !== undefined) await write(audit, auditSample(train, isAlarm, { size, seed }));
  if (html !== undefined) await write(html, page(await gamingReport(found, options)));
  return found;
}

function populationOf(train: UsageDays): GamingDetection["population"] {
  const { users, dropped, rejects, ratiosRepaired, counted, features } = train;
  const days = [...new Set(train.days)].sort();
  return {
    rows: users.length,
    users: new Set(users).size,
    ...{ dropped, rejects, ratiosRepaired },
    ...(counted && { counted: { day: counted.day, span: counted.span } }),
    ...(days.length > 0 && { days: { first: days[0]!, last: days.at(-1)!, count: days.length } }),
    further: features.names.slice(publishedFeatures.length),
  };
}

interface Examined {
  readonly days: LearningDays;
  readonly fit: GamingFit;
  readonly test: LabelledDays | undefined;
  readonly testScores: Float64Array | undefined;
  readonly judgement: Judgement;
}

/** On the test rows where there are some, else on the validation rows. */
async function trustOf(
  { days: { train, validation }, fit, test, testScores, judgement }: Examined,
  job: FitMethodOptions,
): Promise<{ trust?: Trust }> {
  if (validation === undefined || judgement.validation === undefined) return {};
  const judged =
    test && testScores && judgement.test
      ? { days: test, scores: testScores, outcome: judgement.test }
      : { days: validation, scores: fit.chosen.scores, outcome: judgement.validation };
  return { trust: await examine({ train, validation }, fit, judged, job) };
}

async function write(path: string, text: string): Promise<void> {
  await writeAtomically(path, (temporary) => writeFile(temporary, text));
}
