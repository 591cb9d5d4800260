import {
  type Content,
  formatNumber,
  html,
  longTable,
  type Section,
  table,
} from "../../report/index.js";
import type { GamingDetection } from "./detection.js";
import type { Case } from "./score-gaming.js";

const casesInSight = 25;
const accomplicesShown = 5;

/** Whom to look at: the queue, the farms, the alarms by kind of listener. */
export function queueSections(found: GamingDetection): Section[] {
  return [queueSection(found), farmSection(found), strataSection(found)];
}

function queueSection({ queue, cut, alarms, methods, method }: GamingDetection): Section {
  const isShare = methods.find(({ name }) => name === method)?.kind === "supervised";
  const how = {
    f1: "Alarms are users above the threshold with the best F1 on marked rows.",
    budget: "Alarms are the most suspicious users, as many as the budget allows.",
    "false-discovery-rate":
      "Alarms are as many users as keep the expected share of genuine ones within the rate.",
    epsilon: "Alarms are users of a lower density than the epsilon given.",
  }[cut.by];
  const isCounted = queue.some(({ evidence }) => evidence !== undefined);
  const isFarmed = queue.some(({ farm }) => farm !== null);
  const rows = queue.map((one) => [
    one.user,
    scoreText(one.score, isShare),
    one.pValue === null ? null : Number(one.pValue.toPrecision(2)),
    reasonLines(one),
    ...(isCounted ? [evidenceLines(one)] : []),
    ...(isFarmed ? [accomplices(one)] : []),
  ]);
  const columns = [
    { title: "User" },
    { title: isShare ? "Odds" : "Score", kind: "number" },
    { title: "p", kind: "number" },
    { title: "Why", kind: "prose" },
    ...(isCounted ? [{ title: "What was played", kind: "prose" } as const] : []),
    ...(isFarmed ? [{ title: "Accomplices", kind: "prose" } as const] : []),
  ] as const;
  const shown = queue.length.toLocaleString("en-US");
  return {
    title: "Whom to look at first",
    body: html`<p>${how} p is the share of genuine marked users with such a score or a higher one;
the smallest that so many marks can show is ${formatNumber(smallest(queue))}.</p>
${longTable(
  {
    caption: `The first ${shown} of ${alarms.alarms.toLocaleString("en-US")} alarms`,
    columns,
    rows,
    empty: "No alarms.",
  },
  casesInSight,
  { caption: `The first ${casesInSight} alarms`, all: `Show the first ${shown} alarms` },
)}`,
  };
}

function smallest(queue: readonly Case[]): number | null {
  const values = queue.flatMap(({ pValue }) => pValue ?? []);
  return values.length === 0 ? null : Math.min(...values);
}

/** Probabilities near 1 all look alike: as odds they do not. */
function scoreText(score: number, isShare: boolean): string {
  if (!isShare) return formatNumber(score);
  const odds = score / (1 - score);
  return odds < 1e6 ? `${formatNumber(odds)} : 1` : "> 1,000,000 : 1";
}

function reasonLines({ reasons }: Case): Content {
  return linesOf(reasons.map(({ text }) => text));
}

function evidenceLines({ evidence = [] }: Case): Content {
  return linesOf(evidence);
}

function linesOf(lines: readonly string[]): Content {
  return lines.map((line, at) => (at === 0 ? line : html`<br>${line}`));
}

function accomplices({ farm, accomplices: others }: Case): Content {
  if (farm === null) return null;
  const named = others.slice(0, accomplicesShown).join(", ");
  const rest = others.length - accomplicesShown;
  return `farm ${farm}: ${named}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function farmSection({ farms }: GamingDetection): Section {
  const isOverDays = farms.some(({ days }) => days !== undefined);
  return {
    title: "Farms",
    body: html`<p>Users whose day is nearly the same in every count (within 2 %), more of them than
the number of similar users around makes likely. Small counts agree by chance and do not
count.${
      isOverDays
        ? " Where days were counted one by one, users are named too who were near each other " +
          "(within 2 %, or 8 %) on more of them than chance gives; days on which a user's counts " +
          "are what they were before, or rose as everybody's did, count once."
        : ""
    }</p>
${table({
  caption: "Groups of near-identical users",
  columns: [
    { title: "Farm" },
    { title: "Users", kind: "number" },
    ...(isOverDays ? [{ title: "On days", kind: "prose" } as const] : []),
    { title: "By chance", kind: "number" },
    { title: "Plays", kind: "number" },
    { title: "Of one album", kind: "number" },
    { title: "Of one track", kind: "number" },
    { title: "Of one artist", kind: "number" },
    { title: "Who", kind: "prose" },
  ],
  rows: farms.map(({ users, usual, expected, days }, at) => [
    at + 1,
    users.length,
    ...(isOverDays ? [daysText(days)] : []),
    Number(expected.toPrecision(3)),
    ...usual,
    `${users.slice(0, 8).join(", ")}${users.length > 8 ? ` and ${users.length - 8} more` : ""}`,
  ]),
  empty: "None.",
})}`,
  };
}

function daysText(days: readonly string[] = []): string | null {
  if (days.length < 3) return days.length === 0 ? null : days.join(", ");
  return `${days.length}, from ${days[0]} to ${days.at(-1)}`;
}

function strataSection({ alarms }: GamingDetection): Section {
  const names = {
    "all-indie": "no play of a major label",
    mixed: "at least as many indie plays as major ones",
    "mostly-major": "more major plays than indie ones",
  };
  return {
    title: "Alarms by kind of listener",
    body: html`<p>Marks say little about kinds of listeners who were hardly ever marked: there,
precision in production is unknown until a random sample is audited.</p>
${table({
  caption: "Alarms on the unmarked day",
  columns: [
    { title: "Kind" },
    { title: "Which", kind: "prose" },
    { title: "Users", kind: "number" },
    { title: "Alarms", kind: "number" },
    { title: "For 100,000", kind: "number" },
  ],
  rows: alarms.strata.map(({ name, users, alarms: count, perHundredThousand }) => [
    name,
    names[name],
    users,
    count,
    perHundredThousand === null ? null : Math.round(perHundredThousand),
  ]),
})}`,
  };
}
