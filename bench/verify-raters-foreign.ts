/**
 * Crooked raters of an injector that is not the product's (`foreign-raters.ts`), through files as a
 * stranger would give them, beside the product's own on the same base; and whether p-values and
 * rates of false discoveries keep their word. Looked at while this was made: seeds from 201 on.
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { detectRaters, evaluateRaters, type Ratings, readRatings } from "refrain";
import { denseRatings } from "./dense-ratings.js";
import { foreignFiles, hideForeignRaters } from "./foreign-raters.js";
import { markdownTable } from "./raters-table.js";
import type { Verified } from "./verified.js";

const filmtrust = fileURLToPath(
  new URL("../../shared/data/raters_filmtrust/ratings.txt.gz", import.meta.url),
);

/** Names of figures to what each seed gave. */
type Figures = Map<string, number[]>;

/** Accounts a kind and half: as few as contests hide, and as many as the bars are measured with. */
const sizes = { few: 5, many: 12 };
const level = 0.03;
const rate = 0.05;

export async function verifyRatersForeign(quick: boolean): Promise<Verified> {
  const seeds = quick ? [201] : [1, 2, 3];
  const folder = await mkdtemp(join(tmpdir(), "raters-foreign-"));
  try {
    const film = existsSync(filmtrust) ? (await readRatings(filmtrust)).ratings : undefined;
    const figures: Record<string, Figures> = {};
    for (const seed of seeds) {
      const bases = { FilmTrust: film, "dense stand-in": denseRatings(seed) };
      for (const [name, base] of Object.entries(bases)) {
        if (!base) continue;
        figures[name] ??= new Map();
        await oneBase(base, seed, folder, figures[name]);
        console.error(`foreign raters in ${name}, seed ${seed}`);
      }
    }
    return page(figures, seeds.length);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function oneBase(base: Ratings, seed: number, folder: string, figures: Figures) {
  const note = (name: string, value: number | null) =>
    figures.set(name, [...(figures.get(name) ?? []), value ?? Number.NaN]);
  const ours = await evaluateRaters({ base, seed, seeds: 1, firstStepOnly: true, threads: 2 });
  note("F1, ours", ours.pooled.f1.value);
  note("genuine flagged, ours", ours.pooled.falsePositiveRate.value);
  for (const [kind, one] of Object.entries(ours.kinds)) note(`${kind}, ours`, one.prAuc.value);
  const file = await written(base, seed, sizes.many, folder);
  const all = await detectRaters({ ratings: file.ratings, labels: file.truth, seed });
  note("F1, foreign", all.pooled!.f1);
  note("genuine flagged, foreign", all.pooled!.falsePositiveRate);
  for (const [kind, one] of Object.entries(all.kinds)) note(`${kind}, foreign`, one.prAuc);
  for (const size of [0, sizes.few, sizes.many]) {
    const { ratings, truth, crooked, users } = await written(base, seed, size, folder);
    const blind = await detectRaters({ ratings, budget: 150, seed });
    const low = blind.queue.filter((one) => !crooked.has(one.user) && one.pValue <= level);
    note(`p-values, ${size} a kind and half`, low.length / (users - crooked.size));
    if (size === 0) continue;
    const rated = await detectRaters({ ratings, labels: truth, falseDiscoveryRate: rate, seed });
    const wrong = rated.queue.filter((one) => !crooked.has(one.user)).length;
    note(`false discoveries, ${size} a kind and half`, wrong / Math.max(1, rated.queue.length));
  }
}

async function written(base: Ratings, seed: number, size: number, folder: string) {
  const accounts = hideForeignRaters(base, seed, size);
  const { ratings, truth } = foreignFiles(base, accounts);
  const paths = { ratings: join(folder, "ratings.csv"), truth: join(folder, "truth.csv") };
  await writeFile(paths.ratings, `user,item,rating\n${ratings.join("\n")}\n`);
  await writeFile(paths.truth, `user,anomalous,kind,split\n${truth.join("\n")}\n`);
  const crooked = new Set(accounts.flatMap(({ user, kind }) => (kind ? [user] : [])));
  return { ...paths, crooked, users: accounts.length };
}

function page(figures: Readonly<Record<string, Figures>>, seeds: number): Verified {
  const names = Object.keys(figures);
  const mean = (base: string, name: string) => {
    const values = figures[base]!.get(name) ?? [];
    return values.reduce((sum, one) => sum + one, 0) / values.length;
  };
  const kinds = [...figures[names[0]!]!.keys()].filter((one) => one.endsWith(", foreign"));
  const lines = kinds.map((foreign) => [
    foreign.replace(", foreign", ""),
    ...names.flatMap((base) =>
      [foreign.replace("foreign", "ours"), foreign].map((one) => mean(base, one).toFixed(3)),
    ),
  ]);
  const promises = [...figures[names[0]!]!.keys()].filter((one) =>
    one.includes(" a kind and half"),
  );
  const most = (name: string) => (name.startsWith("p-values") ? level : rate);
  const kept = promises.map((name) => [
    name,
    `≤ ${most(name)}`,
    ...names.map((base) => mean(base, name).toFixed(4)),
  ]);
  return {
    title: "Crooked raters of another injector",
    markdown: [
      "The ten kinds in a second spelling (`bench/foreign-raters.ts`) beside the product's own;",
      `${sizes.many} a kind and half, means of ${seeds}; PR-AUC by kind, learnt from one half and`,
      "judged on the other:",
      "",
      markdownTable(["", ...names.flatMap((base) => [`${base}: ours`, "foreign"])], lines),
      "",
      `Share of the genuine with a p-value of at most ${level} without any label, and share of the`,
      `genuine among the flagged, \`--false-discovery-rate ${rate}\`,`,
      "all labels given; 0 = nobody is crooked:",
      "",
      markdownTable(["promise", "at most", ...names], kept),
    ].join("\n"),
    ok: promises.every((name) => names.every((base) => mean(base, name) <= most(name))),
  };
}
