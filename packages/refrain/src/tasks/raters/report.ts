import {
  callout,
  commandLines,
  foldable,
  formatMetric,
  formatNumber,
  formatShare,
  html,
  list,
  type PageOptions,
  page,
  type Section,
  type TableOptions,
  table,
} from "../../report/index.js";
import type { RaterCase, RatersDetection } from "./detect-raters.js";
import { seriesSection } from "./series/series-section.js";
import { viewingSection } from "./viewing/viewing-section.js";

/** Cases in sight; the others unfold. */
const casesInSight = 25;

/** The page of `detect raters`: the review queue first, then how far to trust it. */
export function ratersPage(found: RatersDetection): string {
  return page(ratersReport(found));
}

function ratersReport(found: RatersDetection): PageOptions {
  const { users, anomalous, pooled, population } = found;
  return {
    title: "Crooked raters",
    subtitle: `${found.ratings}: ${formatNumber(population.kept)} ratings of ${formatNumber(
      population.items,
    )} titles by ${formatNumber(users)} users`,
    facts: [
      {
        label: "Flagged",
        value: formatNumber(anomalous),
        note: `${formatShare(anomalous / users)} of the users; ${found.cut}`,
      },
      {
        label: "F1",
        value: formatMetric(pooled?.f1),
        note: pooled ? judgedBy(found) : "nobody is labelled to judge by",
      },
      { label: "PR-AUC", value: formatMetric(pooled?.prAuc) },
      {
        label: "Genuine users flagged",
        value: formatShare(pooled?.falsePositiveRate),
        note: pooled ? "of the labelled genuine ones" : undefined,
      },
    ],
    sections: [
      ...[queueSection(found), groupsSection(found)],
      ...[...seriesSection(found), ...viewingSection(found)],
      ...[trustSection(found), readSection(found)],
    ],
  };
}

function judgedBy({ judged }: RatersDetection): string {
  const { users, anomalous } = judged;
  return `on ${formatNumber(users)} labelled users, ${formatNumber(anomalous)} of them crooked`;
}

function queueSection(found: RatersDetection): Section {
  const { queue, anomalous } = found;
  const shown = queueTable(queue.slice(0, casesInSight), "Review queue, the most suspicious first");
  const rest = queue.slice(casesInSight);
  const more =
    rest.length > 0
      ? foldable(
          `${formatNumber(rest.length)} more of ${formatNumber(anomalous)} flagged`,
          table(queueTable(rest, "Review queue, continued")),
        )
      : null;
  return {
    title: "Whom to look at",
    body: html`<p>Each line is an account to look at, not a verdict. The p-value says how often a
genuine account looks as bad, and is never less than one in all that it was compared with; the score
puts the queue in order. Usual is what nine of ten accounts have. Titles are ratings at an end of
the scale that do not fit the account: “t12: 1 (+3)” is a 1 for title t12, where three others gave a
1 that does not fit them either. Accomplices share more such titles with it, at the same end, than
users would who choose at random; how many, in brackets. People of one taste do so too.</p>
${found.notices.length > 0 ? callout("warn", "Look at this first", found.notices.join(" ")) : null}
${table(shown)}${more}`,
  };
}

function queueTable(cases: readonly RaterCase[], caption: string): TableOptions {
  const hasProbability = cases.some(({ probability }) => probability !== null);
  return {
    caption,
    columns: [
      { title: "User" },
      { title: "Reasons", kind: "prose" },
      { title: "Score", kind: "number" },
      { title: "p-value", kind: "number" },
      ...(hasProbability ? [{ title: "Probability", kind: "number" as const }] : []),
      { title: "Titles" },
      { title: "Accomplices" },
      { title: "Ratings", kind: "number" },
    ],
    rows: cases.map((one) => [
      one.user,
      reasonsOf(one),
      one.score.toFixed(1),
      Number(one.pValue.toPrecision(2)).toString(),
      ...(hasProbability ? [one.probability === null ? null : formatMetric(one.probability)] : []),
      titlesOf(one) || "none",
      one.accomplices.map(({ user, shared: titles }) => `${user} (${titles})`).join(", ") || "none",
      one.ratings,
    ]),
    empty: "Nobody is flagged.",
  };
}

/** Titles that others are odd about too; where there are none, the two oddest. */
function titlesOf({ titles }: RaterCase): string {
  const shared = titles.filter(({ others }) => others > 0);
  return (shared.length > 0 ? shared : titles.slice(0, 2))
    .map(({ item, title, rating, others }) => `${title ?? item}: ${rating} (+${others})`)
    .join(", ");
}

/** One reason a line. */
function reasonsOf({ reasons }: RaterCase) {
  return reasons.map(
    ({ text }) => html`<div>${text.charAt(0).toUpperCase()}${text.slice(1)}.</div>`,
  );
}

/** Flagged users that name each other as accomplices stand together. */
function groupsSection({ queue }: RatersDetection): Section {
  const groups = accompliceGroups(queue);
  return {
    title: "Groups among them",
    body: table({
      caption:
        "Flagged accounts with the same odd rating: title, rating, and how many of them gave it",
      columns: [{ title: "Accounts", kind: "number" }, { title: "Who" }, { title: "Titles" }],
      rows: groups.map(({ members, titles }) => [
        members.length,
        members.slice(0, 12).join(", ") + (members.length > 12 ? ", …" : ""),
        titles.map(([title, times]) => `${title} (${times})`).join(", "),
      ]),
      empty: "No two flagged accounts share odd titles.",
    }),
  };
}

/** Accounts connected by an odd rating of the same title, the largest groups first. */
function accompliceGroups(queue: readonly RaterCase[]) {
  const byTitle = new Map<string, RaterCase[]>();
  for (const one of queue) {
    for (const { item, title, rating } of one.titles) {
      const key = `${title ?? item}: ${rating}`;
      byTitle.set(key, [...(byTitle.get(key) ?? []), one]);
    }
  }
  const shared = [...byTitle].filter(([, cases]) => cases.length >= 3);
  shared.sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  const taken = new Set<RaterCase>();
  const groups: { members: string[]; titles: [string, number][] }[] = [];
  for (const [, cases] of shared) {
    const members = cases.filter((one) => !taken.has(one));
    if (members.length < 3) continue;
    for (const one of members) taken.add(one);
    const titles = shared
      .map(([key, who]): [string, number] => [
        key,
        who.filter((one) => members.includes(one)).length,
      ])
      .filter(([, times]) => times >= 2)
      .sort((a, b) => b[1] - a[1])
      .slice(0, 5);
    groups.push({ members: members.map(({ user }) => user), titles });
  }
  return groups.slice(0, 20);
}

function trustSection(found: RatersDetection): Section {
  const { pooled, kinds, protocol, cut } = found;
  const judged = Object.entries(kinds);
  const intro = html`<p>How it was learnt: ${protocol}. How it was cut: ${cut}.</p>`;
  if (pooled === null) {
    return {
      title: "How far to trust it",
      body: html`${intro}${callout(
        "warn",
        "Nobody is labelled to judge by",
        "P-values are bounds that hold while no more than 15 % of the users are crooked. Look at " +
          "a random sample of the flagged before acting on the others.",
      )}`,
    };
  }
  const all = table({
    caption: `By scores that had not learnt from them, ${judgedBy(found)}`,
    columns: [{ title: "Measure" }, { title: "Value", kind: "number" }],
    rows: [
      ["F1", formatMetric(pooled.f1)],
      ["Precision", formatMetric(pooled.precision)],
      ["Recall", formatMetric(pooled.recall)],
      ["PR-AUC", formatMetric(pooled.prAuc)],
      ["ROC-AUC", formatMetric(pooled.rocAuc)],
      ["Genuine users flagged", formatShare(pooled.falsePositiveRate)],
    ],
  });
  return {
    title: "How far to trust it",
    body: html`${intro}${all}${judged.length > 0 ? kindsTable(kinds) : null}`,
  };
}

function kindsTable(kinds: RatersDetection["kinds"]) {
  return table({
    caption: "Each kind against all genuine users",
    columns: [
      { title: "Kind" },
      { title: "Users", kind: "number" },
      { title: "PR-AUC", kind: "number" },
      { title: "Recall at 1 %", kind: "number" },
      { title: "Recall at 5 %", kind: "number" },
      { title: "Recall as cut", kind: "number" },
    ],
    rows: Object.entries(kinds).map(([kind, one]) => [
      kind,
      one.users,
      formatMetric(one.prAuc),
      formatShare(one.recallAt1),
      formatShare(one.recallAt5),
      formatShare(one.recallAtThreshold),
    ]),
  });
}

function readSection(found: RatersDetection): Section {
  const { rows, kept, duplicates, rejectedByReason, rejected, scale } = found.population;
  const { timed, labelled, unlabelled, labelledWithoutRatings } = found.population;
  const left = Object.entries(rejectedByReason);
  return {
    title: "What was read, and what it cannot show",
    body: html`${list([
      `${formatNumber(rows)} rows, ${formatNumber(kept)} ratings kept, ${formatNumber(
        duplicates,
      )} rated again (the last counts).`,
      `Scale ${scale.low} to ${scale.high}.`,
      ...left.map(([reason, count]) => `${formatNumber(count)} rows left out: ${reason}.`),
      `${formatNumber(labelled)} users labelled, ${formatNumber(unlabelled)} not; ${formatNumber(
        labelledWithoutRatings,
      )} labelled users rated nothing.`,
      timed
        ? "Ratings have times: pace, sessions and floods are among the features."
        : "Ratings have no times: pace, sessions and floods cannot be seen.",
      "Accounts that two people share, and people who bomb a title with an account of their own, " +
        "are hard to tell from others by ratings alone.",
    ])}${
      rejected.length > 0
        ? foldable(
            "The first rows left out",
            table({
              caption: "Rows left out",
              columns: [{ title: "Line", kind: "number" }, { title: "Reason" }, { title: "Text" }],
              rows: rejected.map(({ line, reason, text }) => [line, reason, text]),
            }),
          )
        : null
    }${commandLines([`refrain detect raters ${found.ratings}`])}`,
  };
}
