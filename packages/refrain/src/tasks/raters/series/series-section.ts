import {
  formatNumber,
  formatShare,
  html,
  list,
  type Section,
  table,
} from "../../../report/index.js";
import type { RaterCase, RatersDetection } from "../detect-raters.js";
import type { SeriesGroup } from "./series-evidence.js";

const membersShown = 12;
const titlesShown = 6;
const casesShown = 25;

const verbs = { push: "raised", nuke: "lowered" } as const;

/** The part of the page that names series: groups, single accounts, what was read. */
export function seriesSection({ items, seriesGroups, queue }: RatersDetection): Section[] {
  if (!items || !seriesGroups) return [];
  const cases = queue.filter(({ series }) => series !== null).slice(0, casesShown);
  return [
    {
      title: "Series that were raised or lowered",
      body: html`<p>A group are accounts that go to one end of the scale in a series as they do
nowhere else, more of them than chance brings together (where ratings have times: within a week).
Fans and people who are let down do so too: look at what they wrote and when they came.</p>
${table(groupsTable(seriesGroups))}
${table(casesTable(cases))}
${list([
  `${formatNumber(items.items)} titles read, ${formatNumber(items.inSeries)} rated ones in ` +
    `${formatNumber(items.series)} series; ${formatNumber(items.unlisted)} rated titles are not ` +
    `named, ${formatNumber(items.unrated)} named ones are not rated.`,
  ...Object.entries(items.rejectedByReason).map(
    ([reason, rows]) => `${formatNumber(rows)} rows left out: ${reason}.`,
  ),
])}`,
    },
  ];
}

function groupsTable(groups: readonly SeriesGroup[]) {
  return {
    caption: "Groups against a series, or for it, the largest first",
    columns: [
      { title: "Series" },
      { title: "Done to it" },
      { title: "Accounts", kind: "number" },
      { title: "By chance", kind: "number" },
      { title: "When" },
      { title: "Who" },
      { title: "Titles" },
    ],
    rows: groups.map(({ series, direction, users, expected, since, until, titles }) => [
      series,
      verbs[direction],
      users.length,
      expected.toFixed(1),
      since === null ? null : since === until ? since : `${since} to ${until}`,
      users.slice(0, membersShown).join(", ") + (users.length > membersShown ? ", …" : ""),
      titles
        .slice(0, titlesShown)
        .map((one) => `${one.title ?? one.item} (${one.users})`)
        .join(", "),
    ]),
    empty: "No group turned on a series.",
  } as const;
}

function casesTable(cases: readonly RaterCase[]) {
  return {
    caption: "Flagged accounts and the series that counts most against each",
    columns: [
      { title: "User" },
      { title: "Series" },
      { title: "Done to it" },
      { title: "Share of the account's ratings", kind: "number" },
      { title: "Titles" },
    ],
    rows: cases.map(({ user, series }) => [
      user,
      series!.series,
      verbs[series!.direction],
      formatShare(series!.share),
      series!.titles
        .slice(0, titlesShown)
        .map(({ title, item, rating }) => `${title ?? item}: ${rating}`)
        .join(", "),
    ]),
    empty: "No flagged account turned on a series.",
  } as const;
}
