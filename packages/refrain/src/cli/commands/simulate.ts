import { command, type Job, jobOptions, type Outcome, present } from "../command.js";
import { cliErrors } from "../errors.js";
import { choice, day, needed, path, share, text, toggle, type Values, whole } from "../flags.js";
import { count, duration, size } from "../words.js";

const logs = ["musicbox", "pozytywka"] as const;

const flags = {
  as: needed(choice([...logs, "usage-days", "ratings"], "what is written")),
  users: whole("<n>", "listeners (default: 20000; usage-days 100000, ratings 1000)"),
  days: whole("<n>", "days (default: musicbox 120, pozytywka 365, usage-days 1, ratings 240)"),
  out: needed(path("<folder>", "where the files go; truth/ stands beside them")),
  dirt: share("<share>", "logs: share of rows that are made faulty, for example .01", {
    zero: true,
  }),
  start: day("<day>", "first day"),
  abuse: text(
    "<what>",
    "who cheats: farms=3,bots=20,loops=20,shared=10 (accounts), members=20 (of a farm), " +
      "strength=.7, drift=.3 (from month to month); ratings: each=12 (of a kind and half), " +
      "kinds=bot+shared, strength=1; kinds with series: series-bombing; with views: " +
      "repeated-viewing",
  ),
  base: path("<file>", "ratings: a file of ratings to hide crooked raters in"),
  series: toggle("ratings: titles stand in series; items.csv and views.csv are written too"),
  items: path("<file>", "ratings: titles of --base with their series: item, series[, title]"),
  views: path("<file>", "ratings: viewing log of --base: user, item, at[, seconds, device, …]"),
  every: choice(["day", "month"], "usage-days: what a file counts (default: day)"),
  timed: toggle("musicbox without dirt: plays carry the second at which they began"),
  labelled: toggle("usage-days: rows end in gamerFlaggedManual"),
  drift: share("<share>", "usage-days: how much genuine listening changes from month to month", {
    zero: true,
  }),
};

type Given = Values<typeof flags>;

/** Options that only some formats know. */
const knownBy: Readonly<Record<string, readonly string[]>> = {
  dirt: logs,
  base: ["ratings"],
  series: ["ratings"],
  items: ["ratings"],
  views: ["ratings"],
  every: ["usage-days"],
  labelled: ["usage-days"],
  timed: ["musicbox"],
  drift: ["usage-days"],
};

/** `refrain simulate`: files of a service whose truth is known. */
export const simulateCommand = command({
  name: "simulate",
  summary: "write the files of a simulated service whose truth is known",
  arguments: [],
  flags,
  examples: [
    "refrain simulate --as musicbox --users 2000 --days 90 --seed 1 --out logs --dirt .01",
    "refrain simulate --as pozytywka --out shop --abuse farms=3,bots=20,shared=10,strength=.7",
    "refrain simulate --as usage-days --days 31 --out usage --abuse farms=5,loops=90",
    "refrain simulate --as ratings --out films --abuse each=12",
    "refrain simulate --as ratings --series --out shows --abuse each=12",
  ],
  async run(job, _, given) {
    refuseStrangers(given);
    if (given.as === "usage-days") return await usageDays(job, given);
    if (given.as === "ratings") return await ratings(job, given);
    return await serviceLogs(job, given.as, given);
  },
});

function refuseStrangers(given: Given): void {
  for (const [name, formats] of Object.entries(knownBy)) {
    const value = given[name as keyof Given];
    if (value === undefined || value === false || formats.includes(given.as)) continue;
    throw cliErrors.OPTION_CONFLICT({
      first: `--${name}`,
      second: `--as ${given.as}`,
      remedy: `Leave --${name} out, or take --as ${formats.join(" or --as ")}.`,
    });
  }
}

async function serviceLogs(job: Job, as: (typeof logs)[number], given: Given): Promise<Outcome> {
  const { parseAbuse, simulate } = await import("../../simulate/index.js");
  const { users, days, dirt, start, out, timed } = given;
  const abuse = given.abuse === undefined ? undefined : parseAbuse(given.abuse);
  const summary = await simulate({
    ...jobOptions(job),
    ...present({ users, days, dirt, start, abuse, timed, threads: job.limits.threads }),
    ...{ as, out, seed: job.seed },
  });
  const text =
    `Wrote ${count(summary.events)} events of ${count(summary.users)} listeners ` +
    `over ${summary.days} days to ${out} (${as}, seed ${summary.seed}, ` +
    `${size(summary.bytes)}, ${duration(summary.seconds)}).\n${abuserLine(summary.abusers)}`;
  return { document: summary, text };
}

async function usageDays(job: Job, given: Given): Promise<Outcome> {
  const { parseAbuse, simulateUsageDays } = await import("../../simulate/index.js");
  const { users, days, start, every, drift, labelled, out } = given;
  const abuse = given.abuse === undefined ? undefined : parseAbuse(given.abuse);
  const summary = await simulateUsageDays({
    ...jobOptions(job),
    ...present({ users, days, start, every, drift, labelled, abuse, threads: job.limits.threads }),
    ...{ out, seed: job.seed },
  });
  const files = summary.files.length;
  const text =
    `Wrote ${count(summary.events)} rows of ${count(summary.users)} users in ` +
    `${files === 1 ? "1 file" : `${files} files`} to ${out} (usage-days, seed ${summary.seed}, ` +
    `${size(summary.bytes)}, ${duration(summary.seconds)}).\n${abuserLine(summary.abusers)}`;
  return { document: summary, text };
}

async function ratings(job: Job, given: Given): Promise<Outcome> {
  const { parseRaterAbuse, simulateRatings } = await import("../../simulate/index.js");
  const { users, days, start, base, out, series, items, views } = given;
  const abuse = given.abuse === undefined ? undefined : parseRaterAbuse(given.abuse);
  const summary = await simulateRatings({
    ...jobOptions(job),
    ...present({ users, days, start, base, abuse, itemsFile: items, viewsFile: views }),
    ...(series && { series }),
    ...{ out, seed: job.seed },
  });
  const text =
    `Wrote ${count(summary.events)} ratings of ${count(summary.items)} titles by ` +
    `${count(summary.users)} genuine users to ${out} (ratings, seed ${summary.seed}, ` +
    `${size(summary.bytes)}, ${duration(summary.seconds)}).\n${abuserLine(summary.abusers)}`;
  return { document: summary, text };
}

function abuserLine(abusers: Readonly<Record<string, number>> | undefined): string {
  if (!abusers) return "";
  const kinds = Object.entries(abusers).filter(([, number]) => number > 0);
  const all = kinds.reduce((sum, [, number]) => sum + number, 0);
  const list = kinds.map(([kind, number]) => `${kind} ${count(number)}`).join(", ");
  return `${count(all)} accounts cheat (${list}); truth/abuse.csv tells which.\n`;
}
