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
    subtitle: `${found.population.users.toLocaleString("en-US")} users ${daysOf(
      found,
    )}, ranked by ${found.method}`,
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

function daysOf({ population: { counted, days } }: GamingDetection): string {
  if (days !== undefined) return `on ${days.count} days, ${days.first} to ${days.last}`;
  if (counted === undefined) return "of one day";
  return counted.span === 1 ? `on ${counted.day}` : `in ${counted.span} days up to ${counted.day}`;
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

function readSection({ population, leftOut }: GamingDetection): Section {
  const { rows, ratiosRepaired } = population;
  const reasons = [{ from: "unmarked", ...population }, ...leftOut].flatMap((part) =>
    Object.entries(part.dropped).map(([reason, count]) => {
      const first = part.rejects.find((one) => one.reason === reason);
      const where = first ? `${first.file}, line ${first.line}: ${first.text}` : null;
      return [part.from, reason, count, where];
    }),
  );
  return {
    title: "What was read",
    body: html`<p>${rows.toLocaleString("en-US")} user-days; ${ratiosRepaired} infinite ratios
(no play of a major label) were put at the number of plays.</p>
${table({
  caption: "Rows left out",
  columns: [
    { title: "Of" },
    { title: "Reason" },
    { title: "Rows", kind: "number" },
    { title: "First in" },
  ],
  rows: reasons,
  empty: "None.",
})}`,
  };
}

function limitsSection({ validation, test, alarms, population }: GamingDetection): Section {
  const { further } = population;
  const all = alarms.strata.find(({ name }) => name === "mostly-major");
  const share = all && alarms.alarms > 0 ? all.alarms / alarms.alarms : 0;
  return {
    title: "Assumptions and limits",
    body: list([
      "Marks by hand are very likely examples, not facts; whoever marked them looked at much the " +
        "same numbers, so agreement with them flatters every rule that follows those numbers.",
      `${formatShare(share)} of the alarms mostly play major labels. Where no such user was ever ` +
        "marked nobody knows how many of them cheat: audit a random sample before anybody acts.",
      "One row is one day of a user, or some days counted together. Abuse that looks like " +
        "listening does not show in the five published numbers, and shared accounts do not at " +
        "all: what two people play in a day is what one eager listener plays.",
      further.length > 0
        ? "Two plays at once, devices and tastes in turn point to shared accounts; families, " +
          "clocks that go wrong and a change of device in the middle do so too."
        : "Shared accounts need the plays with their times (--lake): two plays at once, devices, " +
          "tastes in turn.",
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
  lake,
  date,
  span,
  features,
  validation,
  test,
  method,
  seed = 1,
}: DetectGamingOptions): Section {
  const words = [
    "refrain detect gaming",
    ...train,
    ...(lake ? ["--lake", lake] : []),
    ...(date ? ["--date", date] : []),
    ...(span ? ["--days", String(span)] : []),
    ...(features && features.length > 0 ? ["--features", features.join(",")] : []),
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
