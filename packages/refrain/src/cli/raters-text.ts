import type {
  ContestSummary,
  Estimated,
  Leaderboard,
  RatersDetection,
  RatersEvaluation,
} from "../tasks/raters/index.js";
import { count, counted, duration, table } from "./words.js";

const casesInText = 10;

const digits = (value: number | null | undefined): string =>
  value === null || value === undefined || Number.isNaN(value) ? "–" : value.toFixed(3);

const range = ({ value, low, high }: Estimated): string =>
  low === null ? digits(value) : `${digits(value)} (${digits(low)} to ${digits(high)})`;

/** What `detect raters` says to a person: the queue first. */
export async function ratersText(found: RatersDetection): Promise<string> {
  const { anomalous, users, cut, queue, pooled, kinds, protocol, seconds } = found;
  const rows = queue
    .slice(0, casesInText)
    .map(({ user, pValue, reasons, accomplices }) => [
      user,
      pValue.toPrecision(2),
      String(accomplices.length),
      reasons.map(({ text }) => text).join("; "),
    ]);
  const judged =
    pooled === null
      ? ["Nobody is labelled to judge by.\n"]
      : [
          `On labelled users that the scores had not learnt from: F1 ${digits(pooled.f1)}, ` +
            `precision ${digits(pooled.precision)}, recall ${digits(pooled.recall)}, ` +
            `PR-AUC ${digits(pooled.prAuc)}, ROC-AUC ${digits(pooled.rocAuc)}\n`,
          ...(Object.keys(kinds).length > 0 ? [await kindsText(kinds)] : []),
        ];
  return [
    `${count(anomalous)} of ${counted(users, "user")} are flagged (${cut}); the first:\n`,
    await table(["user", "p-value", "accomplices", "reasons"], rows),
    `${protocol}; ${rejectsText(found)}${duration(seconds)}.\n`,
    ...found.notices.map((one) => `${one}\n`),
    ...judged,
  ].join("");
}

function rejectsText({ population }: RatersDetection): string {
  const rejected = Object.entries(population.rejectedByReason);
  const left = rejected.map(([reason, rows]) => `${counted(rows, "row")} left out (${reason}), `);
  const twice = population.duplicates > 0 ? `${count(population.duplicates)} rated again, ` : "";
  return `${left.join("")}${twice}`;
}

async function kindsText(kinds: RatersDetection["kinds"]): Promise<string> {
  return await table(
    ["kind", "users", "PR-AUC", "recall at 1 %", "at 5 %", "at the threshold"],
    Object.entries(kinds).map(([kind, one]) => [
      kind,
      String(one.users),
      digits(one.prAuc),
      digits(one.recallAt1),
      digits(one.recallAt5),
      digits(one.recallAtThreshold),
    ]),
  );
}

/** What `evaluate raters` says to a person. */
export async function ratersEvaluationText(found: RatersEvaluation): Promise<string> {
  const { pooled, kinds, heldOut, stepTwo, seeds, users, anomalous } = found;
  const lines = Object.entries(kinds).map(([kind, one]) => [
    kind,
    range(one.prAuc),
    range(one.recallAt1),
    range(one.recallAtThreshold),
    ...(heldOut ? [range(heldOut.kinds[kind]!.learnt), range(heldOut.kinds[kind]!.union)] : []),
  ]);
  const head = ["kind", "PR-AUC", "recall at 1 %", "at the threshold"];
  const more = heldOut ? ["held out: learnt alone", "held out: union"] : [];
  const steps = Object.entries(stepTwo ?? {}).map(([reading, { prAuc, recallAt1 }]) => [
    reading,
    range(prAuc.learnt),
    range(prAuc.union),
    range(recallAt1.union),
  ]);
  return [
    `${count(users)} users, ${count(anomalous)} of them crooked, means of ` +
      `${counted(seeds.length, "seed")} with 95 % intervals:\n`,
    `F1 ${range(pooled.f1)}, PR-AUC ${range(pooled.prAuc)}, ROC-AUC ${range(pooled.rocAuc)}, ` +
      `flagged of the genuine ${range(pooled.falsePositiveRate)}\n`,
    await table([...head, ...more], lines),
    ...(heldOut
      ? [`Held out, mean: ${range(heldOut.mean.learnt)}, union ${range(heldOut.mean.union)}\n`]
      : []),
    ...(steps.length > 0
      ? [await table(["step 2", "PR-AUC learnt", "union", "recall at 1 %, union"], steps)]
      : []),
  ].join("");
}

/** What `contest create` says to a person. */
export function contestText(summary: ContestSummary): string {
  const { out, users, anomalous, step1, step2, test, neverLabelled } = summary;
  return (
    `Wrote ${out}: ${counted(users, "user")}, ${count(anomalous)} of them crooked; ` +
    `${count(step1)} labels in step 1, ${count(step2)} in step 2 (never ` +
    `${neverLabelled.join(" nor ")}), ${count(test)} users to judge. Keep ${out}/truth back.\n`
  );
}

/** What `leaderboard` says to a person. */
export async function leaderboardText({ on, users, standings }: Leaderboard): Promise<string> {
  const rows = standings.map(({ rank, submission, f1, precision, recall }) => [
    ...[String(rank), submission, digits(f1), digits(precision), digits(recall)],
  ]);
  const whom = on === "all" ? "all" : "the public";
  return (
    `On ${whom} ${counted(users, "user")}:\n` +
    (await table(["rank", "submission", "F1", "precision", "recall"], rows))
  );
}
