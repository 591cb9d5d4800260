/**
 * Crooked raters where titles have series and a viewing log is given: twelve kinds hidden in ten
 * simulated services, looked at with and without what stands beside the ratings; campaigns against
 * series of people's own ratings (FilmTrust, titles dealt into series by who rates them together).
 * What was chosen was chosen on the seeds 101 to 106; the seeds 1 to 10 are reported.
 */
import { fileURLToPath } from "node:url";
import { prAuc } from "@refrain/learn";
import {
  type BesideRatings,
  drawSeriesService,
  type Estimated,
  evaluateRaters,
  hideBeside,
  injectRaters,
  type RatersEvaluation,
  type Ratings,
  raterFeatures,
  readRatings,
  type Series,
  seriesGroups,
} from "refrain";
import type { Verified } from "./verified.js";

const filmTrust = fileURLToPath(
  new URL("../../shared/data/raters_filmtrust/ratings.txt.gz", import.meta.url),
);

export async function verifyRatersSeries(quick: boolean): Promise<Verified> {
  const seeds = quick ? [101] : Array.from({ length: 10 }, (_, k) => k + 1);
  const service = await onServices(seeds);
  const films = await onFilmTrust(seeds);
  return {
    title: "Crooked raters, series and viewing logs",
    markdown: `${service.markdown}\n\n${films}`,
    ok: service.ok,
  };
}

type Numbers = Map<string, number[]>;

const note = (all: Numbers, name: string, value: number | null) =>
  all.set(name, [...(all.get(name) ?? []), value ?? Number.NaN]);

function noteKinds(all: Numbers, which: string, found: RatersEvaluation): void {
  for (const [kind, { prAuc, recallAt1, recallAtThreshold }] of Object.entries(found.kinds)) {
    note(all, `${kind} prAuc ${which}`, prAuc.value);
    note(all, `${kind} recallAt1 ${which}`, recallAt1.value);
    note(all, `${kind} recallAtThreshold ${which}`, recallAtThreshold.value);
  }
  note(all, `F1 ${which}`, found.pooled.f1.value);
  note(all, `PR-AUC ${which}`, found.pooled.prAuc.value);
  note(all, `flagged ${which}`, found.pooled.falsePositiveRate.value);
}

async function onServices(seeds: readonly number[]) {
  const all: Numbers = new Map();
  let shape = "";
  let kinds: string[] = [];
  for (const seed of seeds) {
    const people = { seed, users: 1_000, items: 1_700, days: 240, start: "2020-01-01" };
    const { ratings, catalogue, views } = await drawSeriesService(people);
    const beside = { series: catalogue.series, views };
    for (const ratingsOnly of [false, true]) {
      const options = { base: ratings, beside, seed, seeds: 1, firstStepOnly: true, threads: 2 };
      const found = await evaluateRaters({ ...options, ratingsOnly });
      noteKinds(all, ratingsOnly ? "alone" : "beside", found);
      kinds = Object.keys(found.kinds);
      if (!ratingsOnly) shape = `${found.users} accounts, ${found.anomalous} of them crooked`;
    }
    noteGroups(all, "timed", { ratings, ...beside }, seed);
    if (seeds.indexOf(seed) < singleSeeds) await noteSingles(all, { ratings, ...beside }, seed);
  }
  const rows = kinds.map((kind) => [
    kind,
    shown(all, `${kind} prAuc alone`),
    shown(all, `${kind} prAuc beside`),
    shown(all, `${kind} recallAt1 beside`),
    shown(all, `${kind} recallAtThreshold beside`),
  ]);
  // The files must be worth it on every service, of all kinds together.
  const [beside, alone] = [all.get("PR-AUC beside")!, all.get("PR-AUC alone")!];
  const gain = beside.map((one, k) => one - alone[k]!);
  all.set("gain", gain);
  const ok = (estimate(gain).low ?? gain[0]!) > 0;
  const head = ["kind", "PR-AUC, ratings alone", "with both files"];
  return {
    ok,
    markdown: [
      `${seeds.length} simulated services with series and a viewing log; the last: ${shape}.`,
      "Learnt from one half with all labels, judged on the other; means with 95 % intervals by",
      `Student's t. F1 ${shown(all, "F1 beside")}, PR-AUC ${shown(all, "PR-AUC beside")},`,
      `flagged of the genuine ${shown(all, "flagged beside")};`,
      `on ratings alone F1 ${shown(all, "F1 alone")},`,
      `PR-AUC ${shown(all, "PR-AUC alone")}; paired, the files add ${shown(all, "gain")}.`,
      "Fans, releases and let-downs are hard negatives that the service without series lacks: its",
      "kinds stand in the protocol of the ratings alone.",
      "",
      markdownTable([...head, "recall at 1 %", "at the threshold"], rows),
      "",
      groupsText(all, "timed"),
      "",
      `Features of what stands beside the ratings, alone, each against the genuine (PR-AUC, higher`,
      `or lower being odd, mean of ${Math.min(singleSeeds, seeds.length)} seeds): what tells a`,
      "kind by itself would be a give-away.",
      "",
      singlesTable(all, kinds),
    ].join("\n"),
  };
}

/** Seeds on which features are looked at one by one. */
const singleSeeds = 3;

/** How well each feature alone tells each kind from the genuine. */
async function noteSingles(
  all: Numbers,
  people: BesideRatings & { readonly ratings: Ratings },
  seed: number,
): Promise<void> {
  const hidden = hideBeside(people, injectRaters(people.ratings, { seed }), { seed });
  const { frame } = await raterFeatures(hidden.ratings, {}, hidden.beside);
  const { frame: alone } = await raterFeatures(hidden.ratings);
  const kinds = new Set(hidden.truth.flatMap(({ kind }) => kind ?? []));
  for (const name of frame.names.filter((one) => !alone.has(one))) {
    const values = frame.numbers(name);
    for (const kind of kinds) {
      const users = [...hidden.truth.keys()].filter((user) => {
        const one = hidden.truth[user]!;
        return (one.anomalous === 0 || one.kind === kind) && !Number.isNaN(values[user]!);
      });
      const target = Float64Array.from(users, (user) => hidden.truth[user]!.anomalous);
      const score = Float64Array.from(users, (user) => values[user]!);
      const isThere = target.includes(1);
      const best = Math.max(
        prAuc(target, score),
        prAuc(
          target,
          score.map((one) => -one),
        ),
      );
      note(all, `single ${name} ${kind}`, isThere ? best : null);
    }
  }
}

/** For each kind the three features that tell most. */
function singlesTable(all: Numbers, kinds: readonly string[]): string {
  const names = [...all.keys()].filter((name) => name.startsWith("single "));
  const rows = kinds.map((kind) => {
    const own = names
      .filter((name) => name.endsWith(` ${kind}`))
      .map((name) => ({ name: name.split(" ")[1]!, value: estimate(all.get(name)!).value ?? 0 }))
      .sort((a, b) => b.value - a.value)
      .slice(0, 3);
    return [kind, own.map(({ name, value }) => `\`${name}\` ${value.toFixed(2)}`).join(", ")];
  });
  return markdownTable(["kind", "features"], rows);
}

/** Groups found without labels beside the campaigns that were hidden. */
function noteGroups(
  all: Numbers,
  which: string,
  people: BesideRatings & { readonly ratings: Ratings },
  seed: number,
): void {
  const series = people.series!;
  const { truth, ratings } = hideBeside(people, injectRaters(people.ratings, { seed }), { seed });
  const campaigns = new Map<string, Set<string>>();
  for (const [user, one] of truth.entries()) {
    if (one.series === undefined) continue;
    const key = `${series.names[one.series]} ${one.direction}`;
    campaigns.set(key, (campaigns.get(key) ?? new Set()).add(ratings.userIds[user]!));
  }
  const groups = seriesGroups(ratings, series);
  const hits = groups.filter(({ series: name, direction }) =>
    campaigns.has(`${name} ${direction}`),
  );
  const members = hits.flatMap(({ series: name, direction, users }) => {
    const told = campaigns.get(`${name} ${direction}`)!;
    return users.map((user) => (told.has(user) ? 1 : 0));
  });
  const right = members.reduce<number>((sum, one) => sum + one, 0);
  const hidden = [...campaigns.values()].reduce((sum, one) => sum + one.size, 0);
  note(all, `${which} campaigns`, hits.length / campaigns.size);
  note(all, `${which} true groups`, groups.length > 0 ? hits.length / groups.length : Number.NaN);
  note(all, `${which} members`, right / hidden);
  note(all, `${which} innocent`, members.length > 0 ? 1 - right / members.length : Number.NaN);
}

function groupsText(all: Numbers, which: string): string {
  return [
    `Groups without labels: of the campaigns ${shown(all, `${which} campaigns`)} are found, of the`,
    `groups ${shown(all, `${which} true groups`)} are campaigns; of all members`,
    `${shown(all, `${which} members`)} are named, of those named with them`,
    `${shown(all, `${which} innocent`)} are not of the campaign.`,
  ].join("\n");
}

async function onFilmTrust(seeds: readonly number[]): Promise<string> {
  const { ratings } = await readRatings(filmTrust, { scale: { low: 0.5, high: 4 } });
  const series = invented(ratings);
  const all: Numbers = new Map();
  for (const seed of seeds) {
    for (const ratingsOnly of [false, true]) {
      const options = { base: ratings, beside: { series }, seed, seeds: 1, firstStepOnly: true };
      const found = await evaluateRaters({ ...options, threads: 2, ratingsOnly });
      noteKinds(all, ratingsOnly ? "alone" : "beside", found);
    }
    noteGroups(all, "untimed", { ratings, series }, seed);
  }
  const rows = ["series-bombing", "group-bombing"].map((kind) => [
    kind,
    shown(all, `${kind} prAuc alone`),
    shown(all, `${kind} prAuc beside`),
    shown(all, `${kind} recallAt1 beside`),
  ]);
  return [
    `FilmTrust, no times, ${series.names.length} invented series (titles that the same people`,
    `rate), eleven kinds, ${seeds.length} seeds. F1 ${shown(all, "F1 beside")}, on ratings alone`,
    `${shown(all, "F1 alone")}.`,
    "",
    markdownTable(["kind", "PR-AUC, ratings alone", "with series", "recall at 1 %"], rows),
    "",
    groupsText(all, "untimed"),
  ].join("\n");
}

/** Titles with five raters at least, 2 to 8 that the same people rate in one series. */
function invented({ itemIds, item, userStart }: Ratings): Series {
  const raters = itemIds.map(() => new Set<number>());
  for (let user = 0; user + 1 < userStart.length; user++) {
    for (const one of item.subarray(userStart[user], userStart[user + 1])) raters[one]!.add(user);
  }
  const of = new Int32Array(itemIds.length).fill(-1);
  const items: Int32Array[] = [];
  const fit = [...raters.keys()].filter((one) => raters[one]!.size >= 5);
  for (const first of fit) {
    if (of[first]! >= 0) continue;
    const closeness = (other: number) => {
      const both = [...raters[first]!].filter((user) => raters[other]!.has(user)).length;
      return both / Math.sqrt(raters[first]!.size * raters[other]!.size);
    };
    const parts = fit
      .filter((other) => other !== first && of[other]! < 0)
      .map((other) => ({ other, close: closeness(other) }))
      .sort((a, b) => b.close - a.close || a.other - b.other)
      .slice(0, 1 + (items.length % 7))
      .map(({ other }) => other);
    if (parts.length === 0) continue;
    const own = Int32Array.from([first, ...parts]).sort();
    for (const one of own) of[one] = items.length;
    items.push(own);
  }
  const names = items.map((_, k) => `series ${k + 1}`);
  return { names, of, items, titles: itemIds.map(() => undefined) };
}

/** 97.5 % quantiles of Student's t for 1 … 9 degrees of freedom. */
const quantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

function estimate(values: readonly number[]): Estimated {
  const told = values.filter((value) => !Number.isNaN(value));
  if (told.length === 0) return { value: null, low: null, high: null };
  const mean = told.reduce((sum, one) => sum + one, 0) / told.length;
  if (told.length === 1) return { value: mean, low: null, high: null };
  const squares = told.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const half =
    (quantiles[told.length - 2] ?? 1.96) * Math.sqrt(squares / (told.length - 1) / told.length);
  return { value: mean, low: mean - half, high: mean + half };
}

function shown(all: Numbers, name: string): string {
  const { value, low, high } = estimate(all.get(name) ?? []);
  if (value === null) return "–";
  if (low === null) return value.toFixed(3);
  return `${value.toFixed(3)} (${low.toFixed(3)} … ${high!.toFixed(3)})`;
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}
