import { heatMap, heatRamp } from "../figures/heat-map.js";
import { lineChart } from "../figures/line-chart.js";
import { html } from "../markup.js";
import { formatNumber, formatShare } from "../numbers.js";
import type { Section } from "../page.js";
import { figure, figures, table, wideFigure } from "../parts.js";

/** Who came in a period, and how many of them were still seen later. */
export interface RetentionCohort {
  /** Name of the period of the first event, for example `2017-03`. */
  readonly cohort: string;
  /** Users of the cohort. */
  readonly users: number;
  /** Users seen in the period itself, one period later and so on; null where not yet observed. */
  readonly active: readonly (number | null)[];
}

/** What the pictures of retention are made of. */
export interface RetentionData {
  /** Oldest first. */
  readonly cohorts: readonly RetentionCohort[];
  /** What a step is, for example `week`. */
  readonly step: string;
  /** Share of users that are still active after so many days, with its interval (Kaplan-Meier). */
  readonly survival: readonly {
    /** Days since the first event. */
    readonly day: number;
    /** Still active, 0…1. */
    readonly share: number;
    /** Lower end of its interval. */
    readonly low: number;
    /** Upper end of its interval. */
    readonly high: number;
  }[];
  /** Share that left, by moment; milliseconds since 1970. */
  readonly churnRate: readonly {
    /** Milliseconds since 1970. */
    readonly at: number;
    /** Users at risk. */
    readonly users: number;
    /** Share that left, 0…1. */
    readonly rate: number;
    /** Lower end of its interval. */
    readonly low: number;
    /** Upper end of its interval. */
    readonly high: number;
  }[];
}

/** Cohorts as a table and a heat map, the survival curve, and the churn rate over time. */
export async function retentionSection(data: RetentionData): Promise<Section> {
  const steps = Math.max(0, ...data.cohorts.map((cohort) => cohort.active.length));
  const shares = data.cohorts.flatMap(({ users, active }) =>
    Array.from({ length: steps }, (_, at) => {
      const count = active[at] ?? null;
      return count === null || users === 0 ? Number.NaN : count / users;
    }),
  );
  const [survival, rate, map, ramp] = await Promise.all([
    survivalPicture(data),
    ratePicture(data),
    heatMap({
      alt: `Share of each cohort still active, by ${data.step}`,
      rows: data.cohorts.map(({ cohort, users }) => `${cohort} (${formatNumber(users)})`),
      columns: Array.from({ length: steps }, (_, at) => `${at}`),
      columnTitle: `${data.step}s since the first event`,
      values: shares,
      scale: "share",
    }),
    heatRamp("share", "Ramp from 0 to 100 per cent"),
  ]);
  return {
    title: "Who stays",
    body: html`${figures([
      figure(
        survival,
        html`<b>Survival.</b> Share of users who have not gone silent so many days after their first
event; those still active at the end of the log count as long as they were seen.`,
      ),
      figure(rate, html`<b>Churn rate over time,</b> with 95 % intervals.`),
    ])}
${figure(ramp, "Share still active, whole per cent.")}
${wideFigure(
  map,
  html`<b>Cohorts.</b> A row is the users who came in one ${data.step} (their number in
brackets); a column is how much later. Empty: not observed yet.`,
)}
${cohortTable(data, steps)}`,
  };
}

async function survivalPicture(data: RetentionData) {
  return lineChart({
    alt: "Share of users still active by days since their first event",
    x: { label: "days since the first event" },
    y: { label: "still active", kind: "share", domain: [0, 1] },
    lines: [
      {
        name: "all users",
        shape: "step",
        points: data.survival.map(({ day, share }) => [day, share] as const),
        band: data.survival.map(({ low, high }) => [low, high] as const),
      },
    ],
  });
}

async function ratePicture(data: RetentionData) {
  return lineChart({
    alt: "Share of users that left, by moment",
    x: { label: "moment", kind: "date" },
    y: { label: "left", kind: "share" },
    lines: [
      {
        name: "churn rate",
        dots: true,
        points: data.churnRate.map(({ at, rate }) => [at, rate] as const),
        band: data.churnRate.map(({ low, high }) => [low, high] as const),
      },
    ],
  });
}

function cohortTable(data: RetentionData, steps: number) {
  return table({
    caption: `Users still active, by ${data.step}s since the first event`,
    columns: [
      { title: "Cohort" },
      { title: "Users", kind: "number" },
      ...Array.from({ length: steps }, (_, at) => ({ title: `${at}`, kind: "number" as const })),
    ],
    rows: data.cohorts.map(({ cohort, users, active }) => [
      cohort,
      formatNumber(users),
      ...Array.from({ length: steps }, (_, at) => {
        const count = active[at] ?? null;
        return count === null ? null : formatShare(users > 0 ? count / users : null);
      }),
    ]),
  });
}
