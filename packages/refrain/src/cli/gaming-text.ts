import type { WrittenVerdicts } from "../lake/index.js";
import type {
  GamingDetection,
  GamingEvaluation,
  TrainGamingSummary,
} from "../tasks/gaming/index.js";
import { count, counted, duration, table } from "./words.js";

const digits = (value: number | null | undefined): string => value?.toFixed(4) ?? "–";

type Outcome = Pick<GamingEvaluation, "method" | "test" | "counted">;

/** Rows that were left out, and where the first of them stands; empty where there are none. */
export function leftOutText(
  { dropped, rejects: [first] }: Pick<GamingEvaluation, "dropped" | "rejects">,
  from = "",
): string {
  const reasons = Object.entries(dropped).map(([reason, rows]) => `${count(rows)} ${reason}`);
  if (reasons.length === 0) return "";
  const place = first ? `; the first is line ${first.line} of ${first.file}: ${first.text}` : "";
  return `Left out${from && ` of the ${from} rows`}: ${reasons.join(", ")}${place}\n`;
}

/** How a detector does on marked rows, a line each. */
export function outcomeText({ method, test, counted }: Outcome): string {
  const { f1, precision, recall, prAuc, intervals, unseenUsers, deduplicated } = test;
  const range = ({ low, high }: { low: number | null; high: number | null }): string =>
    `(${digits(low)} to ${digits(high)})`;
  return `${[
    `${method} on ${count(test.rows)} marked rows that nothing was learnt from, ` +
      `${count(test.positives)} of them cheats:`,
    `  F1 ${digits(f1)} ${range(intervals.f1)}, precision ${digits(precision)}, ` +
      `recall ${digits(recall)}, PR-AUC ${digits(prAuc)} ${range(intervals.prAuc)}`,
    `  found ${count(test.truePositives)}, wrongly called ${count(test.falsePositives)}, ` +
      `missed ${count(test.falseNegatives)}`,
    `  F1 on users never seen ${digits(unseenUsers.f1)}, ` +
      `without repeats ${digits(deduplicated.f1)}`,
    ...(counted ? [`  plays of ${counted.span} days up to ${counted.day}`] : []),
  ].join("\n")}\n`;
}

/** What `train gaming` says to a person. */
export async function trainedText(summary: TrainGamingSummary): Promise<string> {
  return (
    `Wrote ${summary.model}: ${summary.kind}, learnt from ${counted(summary.rows, "row")} ` +
    `in ${duration(summary.seconds)}. ${summary.chosenBy}\n${await methodsText(summary)}` +
    [leftOutText(summary), ...marksLeftOut(summary)].join("")
  );
}

function marksLeftOut({ leftOut }: Pick<TrainGamingSummary, "leftOut">): string[] {
  return leftOut.map((one) => leftOutText(one, one.from));
}

async function methodsText({ methods }: Pick<TrainGamingSummary, "methods">): Promise<string> {
  if (methods.length === 0) return "";
  return await table(
    ["method", "F1", "PR-AUC", "threshold"],
    methods.map(({ name, f1, prAuc, threshold }) => [
      name,
      digits(f1),
      digits(prAuc),
      threshold.toPrecision(6),
    ]),
  );
}

/** What went to the lake. */
export function verdictsText({ flagged, withdrawn, unchanged, ...rest }: WrittenVerdicts): string {
  return (
    `Verdicts: ${counted(flagged, "alarm")} written, ${count(withdrawn)} taken back, ` +
    `${count(unchanged)} stood already; known from ${rest.knownAt}.`
  );
}

/** What of the rows read is not as it stood in the file. */
function notAsRead({ population, ...found }: GamingDetection): string[] {
  const { rows, users, ratiosRepaired } = population;
  const lines = [
    leftOutText(population),
    ...marksLeftOut(found),
    ratiosRepaired === 0
      ? ""
      : `${counted(ratiosRepaired, "infinite ratio")} put at the number of plays.\n`,
    rows === users ? "" : `${count(rows)} rows are of ${counted(users, "user")}.\n`,
  ];
  return lines.filter((line) => line !== "");
}

const casesInText = 10;

/** What `detect gaming` says to a person: the queue first. */
export async function gamingText(found: GamingDetection): Promise<string> {
  const { alarms, leastAlarms, queue, farms, test, baselines } = found;
  const { fewMarks } = await import("../tasks/gaming/index.js");
  const rows = queue
    .slice(0, casesInText)
    .map(({ user, score, pValue, farm, reasons }) => [
      user,
      score.toPrecision(4),
      pValue?.toPrecision(2) ?? "–",
      farm === null ? "" : String(farm),
      reasons[0]?.text ?? "",
    ]);
  const per = (value: number | null): string => (value === null ? "–" : value.toFixed(0));
  return [
    `${count(alarms.alarms)} of ${counted(alarms.users, "user-day")} are alarms, ` +
      `${counted(farms.length, "farm")} among them; the first:\n`,
    await table(["user", "score", "p", "farm", "first reason"], rows),
    ...notAsRead(found),
    ...(leastAlarms !== undefined && alarms.alarms === 0 ? [`${fewMarks(leastAlarms)}\n`] : []),
    `Alarms for 100,000: ${per(alarms.perHundredThousand)} (${alarms.strata
      .map(({ name, perHundredThousand }) => `${name} ${per(perHundredThousand)}`)
      .join(", ")}).\n`,
    `${found.method}. ${found.chosenBy}\n`,
    await methodsText(found),
    ...(test ? [outcomeText({ ...found, test })] : []),
    ...(baselines.length === 0
      ? []
      : [
          await table(
            ["to beat", "threshold", "F1 validation", "F1 test"],
            baselines.map(({ name, threshold, validation, test: on }) => [
              name,
              threshold.toPrecision(6),
              digits(validation.f1),
              digits(on?.f1),
            ]),
          ),
        ]),
  ].join("\n");
}
