import {
  callout,
  type Fact,
  formatMetric,
  formatShare,
  html,
  list,
  type PageOptions,
  type Section,
  table,
} from "../../report/index.js";
import type { DetectGamingOptions, GamingDetection } from "./detection.js";
import { queueSections } from "./report-queue.js";
import { trustSections } from "./report-trust.js";

/** The page: whom to look at first, then how far to trust it. */
export async function gamingReport(
  found: GamingDetection,
  options: DetectGamingOptions,
): Promise<PageOptions> {
  return {
    title: "Inflated plays",
    subtitle: `${found.population.users.toLocaleString("en-US")} users of one day, ranked by ${
      found.method
    }`,
    facts: factsOf(found),
    sections: [
      ...queueSections(found),
      ...(await trustSections(found)),
      readSection(found),
      limitsSection(found),
      commandSection(options),
    ],
  };
}

function factsOf({ alarms, farms, test, validation }: GamingDetection): Fact[] {
  const judged = test ?? validation;
  const where = test ? "on test rows" : "on validation rows, cross-fitted";
  return [
    { label: "Alarms", value: alarms.alarms.toLocaleString("en-US"), note: "on the unmarked day" },
    { label: "Alarms for 100,000 users", value: Math.round(alarms.perHundredThousand) },
    { label: "Farms", value: farms.length, note: "groups of near-identical users" },
    ...(judged === undefined
      ? []
      : [
          {
            label: "F1",
            value: formatMetric(judged.f1),
            note: `${formatMetric(judged.intervals.f1.low)} to ${formatMetric(
              judged.intervals.f1.high,
            )}, ${where}`,
          },
          { label: "PR-AUC", value: formatMetric(judged.prAuc), note: where },
        ]),
  ];
}

function readSection({ population }: GamingDetection): Section {
  const { rows, dropped, rejects, ratiosRepaired } = population;
  const reasons = Object.entries(dropped);
  return {
    title: "What was read",
    body: html`<p>${rows} user-days; ${ratiosRepaired} infinite ratios (no play of a major label)
were put at the number of plays.</p>
${table({
  caption: "Rows left out",
  columns: [{ title: "Reason" }, { title: "Rows", kind: "number" }, { title: "First in" }],
  rows: reasons.map(([reason, count]) => {
    const first = rejects.find((one) => one.reason === reason);
    return [reason, count, first ? `${first.file}, row ${first.row}` : null];
  }),
  empty: "None.",
})}`,
  };
}

function limitsSection({ validation, test, alarms }: GamingDetection): Section {
  const all = alarms.strata.find(({ name }) => name === "mostly-major");
  const share = all && alarms.alarms > 0 ? all.alarms / alarms.alarms : 0;
  return {
    title: "Assumptions and limits",
    body: list([
      "Marks by hand are very likely examples, not facts; whoever marked them looked at much the " +
        "same numbers, so agreement with them flatters every rule that follows those numbers.",
      `${formatShare(share)} of the alarms mostly play major labels. Where no such user was ever ` +
        "marked nobody knows how many of them cheat: audit a random sample before anybody acts.",
      "One row is one day of a user. Slow or shared abuse that looks like a day of listening is " +
        "not in these five numbers; gaps, hours and repeats need the plays themselves.",
      "p-values compare with genuine users who were marked as such. They hold for users who are " +
        "like these; when listening changes, calibrate with new marks.",
      ...(validation === undefined
        ? ["Nobody marked rows: neither threshold nor accuracy is known here."]
        : []),
      ...(test === undefined ? ["There are no test rows: figures are cross-fitted."] : []),
    ]),
  };
}

function commandSection({
  train,
  validation,
  test,
  method,
  seed = 1,
}: DetectGamingOptions): Section {
  const words = [
    "refrain detect gaming",
    ...train,
    ...(validation ? ["--validation", ...validation] : []),
    ...(test ? ["--test", ...test] : []),
    ...(method ? ["--method", method] : []),
    `--seed ${seed} --html report.html`,
  ];
  return {
    title: "The same again",
    body: callout("plain", "Command", words.join(" ")),
  };
}
