import { formatNumber, html, list, type Section, table } from "../../../report/index.js";
import type { RaterCase, RatersDetection } from "../detect-raters.js";
import type { WatchingEvidence } from "./viewing-evidence.js";

const casesShown = 25;

/** The part of the page that looks at what flagged accounts watch. */
export function viewingSection({ views, queue }: RatersDetection): Section[] {
  if (!views) return [];
  const { rows, kept, strangers, strangerViews, ratersWithoutViews, unratedItems } = views;
  const forms = Object.entries(views.timeForms);
  return [
    {
      title: "What they watch",
      body: html`<p>Two titles at once on two devices mean that an account is shared, or that a
screen was left on. A title over and over means a machine, or a child.</p>
${table(casesTable(queue.slice(0, casesShown)))}
${list([
  `${formatNumber(rows)} views read, ${formatNumber(kept)} of them by people who rated; ` +
    `${formatNumber(strangerViews)} by ${formatNumber(strangers)} others, left out.`,
  `${formatNumber(ratersWithoutViews)} raters have no view; ${formatNumber(unratedItems)} titles ` +
    "were watched and never rated.",
  ...(forms.length > 1
    ? [`Times are written in several ways (${forms.map((one) => one.join(" ")).join(", ")}).`]
    : []),
  ...Object.entries(views.rejectedByReason).map(
    ([reason, count]) => `${formatNumber(count)} rows left out: ${reason}.`,
  ),
])}`,
    },
  ];
}

function casesTable(cases: readonly RaterCase[]) {
  return {
    caption: "Flagged accounts, what they play most, and what runs at once",
    columns: [
      { title: "User" },
      { title: "Views", kind: "number" },
      { title: "Played most" },
      { title: "Rated without a view", kind: "number" },
      { title: "At once" },
    ],
    rows: cases.map(({ user, watching }) => [
      user,
      watching!.views,
      mostText(watching!),
      `${watching!.unviewed} of ${watching!.rated}`,
      atOnceText(watching!),
    ]),
    empty: "Nobody is flagged.",
  } as const;
}

function mostText({ mostPlayed }: WatchingEvidence): string | null {
  if (!mostPlayed) return null;
  const { item, plays, rating } = mostPlayed;
  return `${item}: ${plays} times, ${rating === null ? "not rated" : `rated ${rating}`}`;
}

function atOnceText({ atOnce }: WatchingEvidence): string | null {
  if (!atOnce || atOnce.times === 0) return null;
  const two = atOnce.onTwoDevices === null ? "" : `, ${atOnce.onTwoDevices} on two devices`;
  const { items, at, minutes } = atOnce.longest!;
  return `${atOnce.times} times${two}; ${items.join(" and ")} for ${minutes} min (${at})`;
}
