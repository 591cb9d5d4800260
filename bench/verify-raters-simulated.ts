/**
 * Crooked raters among the simulated service's own, with times and sessions: ten services, one a
 * seed, each with ten kinds hidden in it. What was chosen was chosen on the services 101 to 106.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Estimated,
  evaluateRaters,
  intervalChart,
  type RatersEvaluation,
  raterFeatures,
  readRatings,
  simulateRatings,
  svgFile,
} from "refrain";
import { denseFacts } from "./dense-facts.js";
import {
  markdownTable,
  type OwedOfRaters,
  ratersHold,
  ratersTables,
  type ShownEvaluation,
  together,
} from "./raters-table.js";
import type { Verified } from "./verified.js";

const owed: OwedOfRaters = {
  f1: 0.9,
  kinds: {
    random: 0.95,
    average: 0.95,
    "love-hate": 0.95,
    segment: 0.9,
    bandwagon: 0.9,
    "average-over-popular": 0.9,
    constant: 0.85,
    bot: 0.98,
    "group-bombing": 0.8,
    shared: 0.7,
  },
  heldOut: 0.75,
};

/** People of a service: so many that ten services take some twenty minutes. */
const users = 800;
/** In so many of them kinds are held out, which takes ten times as long. */
const withHeldOut = 3;

export async function verifyRatersSimulated(quick: boolean): Promise<Verified> {
  const seeds = quick ? [101] : Array.from({ length: 10 }, (_, k) => k + 1);
  const found: RatersEvaluation[] = [];
  for (const seed of seeds) {
    found.push(await oneService(seed, quick, quick || found.length >= withHeldOut));
    console.error(`raters of service ${seed}: F1 ${found.at(-1)!.pooled.f1.value?.toFixed(3)}`);
  }
  const all = together(found);
  const named = await accomplices(seeds.slice(0, 3), quick ? 300 : users);
  const [first] = found;
  const facts = await denseFacts((await service({ users, seed: seeds[0]! })).ratings);
  if (!quick) await draw(all);
  return {
    title: "Crooked raters of simulated services",
    markdown: [
      `${seeds.length} services of ${quick ? 300 : users} people and 1,700 titles, with times and`,
      `sessions; ${first!.anomalous} crooked raters in each, ${first!.features} features; learnt`,
      "from one half, judged on the other; means with 95 % intervals by Student's t. Kinds are",
      `held out, and step 2 is tried, in the first ${Math.min(withHeldOut, seeds.length)}. What`,
      "is published of dense film sets, of 943 people and from memory, beside the genuine users of",
      `the first service, ${users} people:`,
      "",
      markdownTable(["fact", "published", "service"], facts),
      "",
      ratersTables(all, owed),
      "",
      `Accomplices that the review queue would name beside ${named.asked} accounts of groups, in`,
      `the first ${Math.min(3, seeds.length)} services: ${named.right} of ${named.all} are of the`,
      "same group.",
      ...(quick ? [] : ["", "![Kind by kind](../../docs/reference/raters-simulated.svg)"]),
    ].join("\n"),
    ok: ratersHold(all, owed),
  };
}

async function oneService(
  seed: number,
  quick: boolean,
  firstStepOnly: boolean,
): Promise<RatersEvaluation> {
  const { ratings } = await service({ users: quick ? 300 : users, seed });
  const size = quick ? { perKindAndHalf: 6 } : {};
  const job = { base: ratings, seed, seeds: 1, threads: 2, ...size };
  return await evaluateRaters({ ...job, firstStepOnly });
}

/** A service's ratings, and the lines of `truth/abuse.csv` where crooked raters are hidden. */
async function service(options: Omit<Parameters<typeof simulateRatings>[0], "out">) {
  const folder = await mkdtemp(join(tmpdir(), "raters-simulated-"));
  try {
    const out = join(folder, "people");
    await simulateRatings({ ...options, out });
    const { ratings } = await readRatings(join(out, "ratings.tsv"));
    const truth = options.abuse && (await readFile(join(out, "truth", "abuse.csv"), "utf8"));
    return { ratings, truth: truth?.trim().split("\n").slice(1) ?? [] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How many accomplices are named beside accounts of groups, and how many of them are right. */
async function accomplices(seeds: readonly number[], people: number) {
  let [asked, all, right] = [0, 0, 0];
  for (const seed of seeds) {
    const abuse = { each: people < users ? 5 : 12 };
    const { ratings, truth } = await service({ users: people, seed, abuse });
    const columns = truth.map((line) => line.split(","));
    const groupOf = new Map(columns.map((fields) => [fields[0]!, fields[5]!]));
    const features = await raterFeatures(ratings);
    for (const [user, id] of ratings.userIds.entries()) {
      const group = groupOf.get(id);
      if (!group) continue;
      const others = features.accomplices(user).slice(0, 5);
      asked += 1;
      all += others.length;
      right += others.filter((one) => groupOf.get(ratings.userIds[one.user]!) === group).length;
    }
  }
  return { asked, all, right };
}

/** PR-AUC and recall of held-out kinds, kind by kind, as a picture beside the page. */
async function draw({ kinds, heldOut }: ShownEvaluation): Promise<void> {
  const row = (label: string, series: number, { value, low, high }: Estimated) => ({
    ...{ label, series, value: value ?? 0 },
    ...{ low: Math.max(0, low ?? value ?? 0), high: Math.min(1, high ?? value ?? 0) },
  });
  const rows = Object.entries(kinds).flatMap(([kind, { prAuc }]) => [
    row(kind, 0, prAuc),
    ...(heldOut ? [row(`${kind}, held out`, 1, heldOut.kinds[kind]!.union)] : []),
  ]);
  const picture = await intervalChart({
    alt: "PR-AUC of each kind that was learnt, and recall at 1 % of each that was held out",
    rows,
    axis: { label: "PR-AUC; held out: recall at 1 %", kind: "share", domain: [0, 1] },
    width: 640,
  });
  const path = fileURLToPath(new URL("../docs/reference/raters-simulated.svg", import.meta.url));
  await writeFile(path, svgFile(picture));
}
