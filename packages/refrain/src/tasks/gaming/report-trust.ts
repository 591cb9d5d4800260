import {
  type Cell,
  callout,
  figure,
  figures,
  formatMetric,
  formatNumber,
  formatShare,
  html,
  lineChart,
  list,
  type Section,
  table,
  withRange,
} from "../../report/index.js";
import type { Audit, AuditShare } from "./audit.js";
import type { GamingDetection } from "./detection.js";
import type { Outcome } from "./measure.js";
import type { Trust } from "./trust.js";

const number = { kind: "number" } as const;

/** How far to trust the queue. */
export async function trustSections(found: GamingDetection): Promise<Section[]> {
  const { trust, audit } = found;
  return [
    ...(found.validation ? [accuracySection(found), methodSection(found)] : []),
    ...(audit ? [auditSection(audit)] : []),
    ...(trust ? [await curveSection(found, trust), await marksSection(trust)] : []),
    ...(trust ? [await trimSection(trust), noiseSection(trust), disputeSection(trust)] : []),
  ];
}

function f1Cell(outcome: Outcome | undefined): Cell {
  if (outcome === undefined) return null;
  const { low, high } = outcome.intervals.f1;
  return withRange(formatMetric(outcome.f1), `${formatMetric(low)} to ${formatMetric(high)}`);
}

function accuracySection({ method, validation, test, baselines }: GamingDetection): Section {
  const row = (
    name: string,
    own: Outcome | undefined,
    kept: Outcome | undefined,
  ): readonly Cell[] => [
    name,
    f1Cell(own),
    f1Cell(kept),
    kept ? formatMetric(kept.precision) : null,
    kept ? formatMetric(kept.recall) : null,
    kept ? formatMetric(kept.prAuc) : null,
    kept ? `${kept.truePositives} / ${kept.falsePositives} / ${kept.falseNegatives}` : null,
  ];
  const columns = [
    { title: "Detector" },
    { title: "F1, validation", ...number },
    { title: "F1, test", ...number },
    { title: "Precision", ...number },
    { title: "Recall", ...number },
    { title: "PR-AUC", ...number },
    { title: "Found / wrong / missed", ...number },
  ];
  const rows = [
    { cells: row(method, validation, test), marked: true },
    ...(test
      ? [
          row("… on users never seen", undefined, test.unseenUsers),
          row("… without repeated rows", undefined, test.deduplicated),
        ]
      : []),
    ...baselines.map((one) => row(one.name, one.validation, one.test)),
  ];
  const notes = baselines.map(
    ({ name, doc, threshold }) => `${name}: ${doc} Threshold ${formatNumber(threshold)}.`,
  );
  return {
    group: "How far to trust it",
    title: "Accuracy on marked rows",
    body: html`<p>Thresholds come from the validation rows alone; the test rows were looked at once.
Intervals (95 %) draw users, not rows. On these marks differences of F1 below .015 are ties.</p>
${table({ caption: "The detector, and what it must beat", columns, rows })}
${list(notes)}`,
  };
}

function methodSection({ methods, method, chosenBy }: GamingDetection): Section {
  return {
    group: "How far to trust it",
    title: "How the method was chosen",
    body: html`<p>${chosenBy}</p>
${table({
  caption: "Every method on the validation rows, by models that have not seen their users",
  columns: [
    { title: "Method" },
    { title: "What it does", kind: "prose" },
    { title: "F1", ...number },
    { title: "PR-AUC", ...number },
    { title: "ROC-AUC", ...number },
  ],
  rows: methods.map((one) => ({
    cells: [
      one.name,
      one.doc,
      formatMetric(one.f1),
      formatMetric(one.prAuc),
      formatMetric(one.rocAuc),
    ],
    marked: one.name === method,
  })),
})}`,
  };
}

async function curveSection({ test }: GamingDetection, trust: Trust): Promise<Section> {
  const unit = { domain: [0, 1], kind: "share" } as const;
  const where = test ? "test rows" : "validation rows";
  const [curve, budget] = await Promise.all([
    lineChart({
      alt: `Precision against recall on ${where}`,
      x: { label: "found, of all cheats", ...unit },
      y: { label: "rightly called, of all called", ...unit },
      lines: [{ name: "detector", points: trust.curve.map(({ x, y }) => [x, y] as const) }],
    }),
    lineChart({
      alt: `Precision among the most suspicious ${where}`,
      x: { label: "cases looked at" },
      y: { label: "rightly called, of these", ...unit },
      lines: [
        {
          name: "detector",
          points: trust.budgets.map(({ cases, precision }) => [cases, precision] as const),
          dots: true,
        },
      ],
    }),
  ]);
  return {
    group: "How far to trust it",
    title: "At other thresholds and budgets",
    body: figures([
      figure(curve, html`<b>Precision and recall</b> on the ${where}, threshold by threshold.`),
      figure(
        budget,
        html`<b>Precision at a budget:</b> who looks at so many of the ${where}, most
suspicious first, looks in vain as often as the line stays below 100 %.`,
      ),
    ]),
  };
}

async function marksSection({ learningCurve }: Trust): Promise<Section> {
  const title = "How many marks are needed";
  const group = "How far to trust it";
  if (learningCurve.length === 0) {
    return { group, title, body: callout("plain", "No curve", "There are too few marks.") };
  }
  const names = [...new Set(learningCurve.map(({ method }) => method))];
  const picture = await lineChart({
    alt: "F1 against the number of marked cheats",
    x: { label: "marked cheats" },
    y: { label: "F1 on the other validation rows", domain: [0.5, 1] },
    lines: names.map((name) => {
      const steps = learningCurve.filter(({ method }) => method === name);
      return {
        name,
        points: steps.map(({ positives, mean }) => [positives, mean] as const),
        band: steps.map(({ draws }) => [Math.min(...draws), Math.max(...draws)] as const),
        dots: true,
      };
    }),
  });
  return {
    group,
    title,
    body: figures([
      figure(
        picture,
        html`<b>Few marks.</b> Mean, and range over 5 draws of users. Methods that need no marks
take only their threshold from them.`,
      ),
    ]),
  };
}

async function trimSection({ trimSweep }: Trust): Promise<Section> {
  const steps = trimSweep.filter(({ trim }) => trim !== null);
  const none = trimSweep.find(({ trim }) => trim === null);
  const line = (name: string, of: "swept" | "exact") => ({
    name,
    points: steps.map((step) => [step.trim!, step[of]] as const),
    dots: true,
  });
  const picture = await lineChart({
    alt: "F1 of the original's Gaussian against the standard deviations of its trim",
    x: { label: "trim, standard deviations" },
    y: { label: "F1 on validation rows", domain: [0.5, 1] },
    lines: [line("1,000 steps of the density", "swept"), line("every log density", "exact")],
  });
  return {
    group: "How far to trust it",
    title: "The original's trim",
    body: figures([
      figure(
        picture,
        html`<b>A sweep over K.</b> Without a trim F1 is ${formatMetric(none?.swept)} by steps and
${formatMetric(none?.exact)} by the exact search.`,
      ),
    ]),
  };
}

function noiseSection({ noise }: Trust): Section {
  const missed = [...new Set(noise.map((one) => one.missed))];
  const wrong = [...new Set(noise.map((one) => one.wronglyMarked))];
  return {
    group: "How far to trust it",
    title: "If marks are wrong",
    body: html`<p>What F1 would really be if marks were wrong at these rates, whatever the
score.</p>
${table({
  caption: "F1 under assumed errors of the marks",
  columns: [
    { title: "Marked, but genuine" },
    ...missed.map((share) => ({ title: `${formatShare(share)} of others cheat`, ...number })),
  ],
  rows: wrong.map((a) => [
    formatShare(a),
    ...missed.map((b) =>
      formatMetric(noise.find((one) => one.wronglyMarked === a && one.missed === b)?.f1),
    ),
  ]),
})}`,
  };
}

function disputeSection({ disputes }: Trust): Section {
  return {
    group: "How far to trust it",
    title: "Marks that the model disputes",
    body: html`<p>Marks of validation rows that models which have not seen these users contradict
most. Marks are very likely examples, not facts: look at these again.</p>
${table({
  caption: "Disputed marks",
  columns: [
    { title: "User" },
    { title: "Mark" },
    { title: "Score", ...number },
    { title: "Why", kind: "prose" },
  ],
  rows: disputes.map(({ user, marked, score, reasons }) => [
    user,
    marked ? "cheat" : "genuine",
    Number(score.toPrecision(3)),
    reasons.length > 0 ? reasons.join("; ") : "nothing above the median",
  ]),
  empty: "None.",
})}`,
  };
}

function auditSection({ alarms, others, missedPerHundredThousand: missed }: Audit): Section {
  const row = (name: string, { looked, cheats, low, high }: AuditShare): readonly Cell[] => [
    name,
    looked,
    cheats,
    looked === 0
      ? null
      : withRange(formatShare(cheats / looked), `${formatShare(low)} to ${formatShare(high)}`),
  ];
  return {
    group: "How far to trust it",
    title: "What the audit found",
    body: html`${table({
      caption: "A random sample, looked at without knowing which rows were alarms",
      columns: [
        { title: "Rows" },
        { title: "Looked at", ...number },
        { title: "Cheats", ...number },
        { title: "Share (95 %, Wilson)", ...number },
      ],
      rows: [row("alarms", alarms), row("others", others)],
    })}
${
  missed === null
    ? null
    : html`<p>Cheats that are no alarms, of 100,000 users: ${Math.round(missed.value)}
(${Math.round(missed.low)} to ${Math.round(missed.high)}).</p>`
}`,
  };
}
