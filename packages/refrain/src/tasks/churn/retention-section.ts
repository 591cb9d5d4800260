import {
  callout,
  figure,
  figures,
  formatShare,
  heatMap,
  html,
  lineChart,
  type Section,
  wideFigure,
} from "../../report/index.js";
import type { Cohort, Retention } from "./retention.js";

const cohortsShown = 26;

/** How users stay and leave: cohort table, survival curve, churn rate over time. */
export async function retentionSection(retention: Retention | undefined): Promise<Section> {
  if (!retention) {
    const body = callout("warn", "No retention", "The log holds no play, download or search.");
    return { title: "Retention", body };
  }
  return {
    title: "Retention",
    body: html`${await cohortFigure(retention)}
${figures([await survivalFigure(retention), await churnFigure(retention)])}`,
  };
}

async function cohortFigure({ cohorts, period, firstDay }: Retention) {
  const shown = cohorts.slice(-cohortsShown);
  const width = Math.max(0, ...shown.map((cohort) => cohort.active.length));
  if (width === 0) {
    return callout("warn", "No cohorts", `The log is shorter than one ${period}.`);
  }
  const picture = await heatMap({
    alt: `Share of each ${period}'s new users who were active again, by ${period}s since then.`,
    rows: shown.map(({ start, users }) => `${start} (${users.toLocaleString("en-US")})`),
    columns: Array.from({ length: width }, (_, age) => String(age)),
    columnTitle: `${period}s since the first ${period}`,
    values: shown.flatMap((cohort) => shares(cohort, width)),
    scale: "share",
  });
  const first =
    shown[0]?.start === firstDay
      ? "The first row also holds users who came before the log began. "
      : "";
  return wideFigure(
    picture,
    `Share active again, in per cent, by the ${period} of the first event (users in brackets). ` +
      `${first}Only ${period}s that the log covers whole are shown.`,
  );
}

function shares({ active, users }: Cohort, width: number): number[] {
  return Array.from({ length: width }, (_, age) => (active[age] ?? Number.NaN) / users);
}

async function survivalFigure({ survival }: Retention) {
  const points = [{ day: 0, share: 1, low: 1, high: 1 }, ...survival];
  const picture = await lineChart({
    alt: "Kaplan-Meier curve: share of users not yet silent by days since their first event.",
    x: { label: "days since the first event" },
    y: { label: "share still here", kind: "share", domain: [0, 1] },
    lines: [
      {
        name: "still here",
        shape: "step",
        points: points.map(({ day, share }) => [day, share] as const),
        band: points.map(({ low, high }) => [low, high] as const),
      },
    ],
  });
  const half = survival.find(({ share }) => share <= 0.5)?.day;
  const median =
    half === undefined
      ? "More than half are still here at its end. "
      : `Half have left after ${half} days. `;
  return figure(
    picture,
    `Survival until the first 14 silent days (Kaplan-Meier, 95 % interval). ${median}` +
      "Users who still listen, or whose silence the log does not cover, are censored.",
  );
}

async function churnFigure({ churnRates }: Retention) {
  if (churnRates.length === 0) {
    return callout("warn", "No churn rate over time", "The log is shorter than 44 days.");
  }
  const rates = churnRates.map(({ cutoff, users, churned }) => ({
    at: Date.parse(cutoff),
    share: churned / users,
    ...wilson(churned, users),
  }));
  const picture = await lineChart({
    alt: "Share of active users who fell silent for 14 days, by day.",
    x: { label: "day", kind: "date" },
    y: { label: "share that left", kind: "share" },
    lines: [
      {
        name: "left within 14 days",
        dots: true,
        points: rates.map(({ at, share }) => [at, share] as const),
        band: rates.map(({ low, high }) => [low, high] as const),
      },
    ],
  });
  const last = churnRates.at(-1)!;
  return figure(
    picture,
    `Share of the users active in the 30 days before who had no event in the 14 days after ` +
      `(95 % Wilson interval). Last: ${formatShare(last.churned / last.users)} on ${last.cutoff}.`,
  );
}

/** @source Wilson 1927: interval of a share. */
function wilson(successes: number, trials: number): { low: number; high: number } {
  const z2 = 1.959964 ** 2;
  const share = successes / trials;
  const centre = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const half =
    Math.sqrt(z2 * ((share * (1 - share)) / trials + z2 / (4 * trials ** 2))) / (1 + z2 / trials);
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
