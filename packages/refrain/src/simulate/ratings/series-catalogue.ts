import { log, RandomStream } from "@refrain/learn";
import { csvField } from "../../foundation/index.js";
import type { Series } from "../injection/series.js";
import { titleWords } from "../words.js";
import { drawTitles, type Titles, tasteCount } from "./rater.js";

/** The titles of a service that has series. */
export interface Catalogue {
  readonly series: Series;
  /** Length of each title, seconds. */
  readonly seconds: Float64Array;
}

/** Share of the titles that begin a series, of those that stand in none yet. */
const begins = 0.16;
/** Parts of a series are looked for among so many titles of like fame. */
const around = 80;

/**
 * Deals titles into series: parts are of like fame and taste; two to twelve of them. The titles
 * are those of the same seed's `drawGenuineRatings`.
 * @param count titles
 */
export function drawCatalogue(seed: number, count: number): Catalogue {
  const titles = drawTitles(seed, count);
  const random = new RandomStream(seed, "simulate series");
  const of = new Int32Array(count).fill(-1);
  const items: Int32Array[] = [];
  const names: string[] = [];
  for (let first = 0; first < count; first++) {
    if (of[first]! >= 0 || random.uniform() >= begins) continue;
    const more = Math.min(11, 1 + Math.floor(-2.6 * log(1 - random.uniform())));
    const parts = partsOf(titles, of, first, more);
    for (const item of parts) of[item] = items.length;
    items.push(Int32Array.from(parts));
    names.push(nameOf(random, items.length));
  }
  const isEpisode = names.map(() => random.uniform() < 0.6);
  const seconds = Float64Array.from(of, (series) => {
    const minutes = series >= 0 && isEpisode[series] ? 20 : 85;
    return Math.round(60 * minutes * (1 + 0.5 * random.uniform()));
  });
  return { series: { names, of, items, titles: titlesOf(of, items, names, random) }, seconds };
}

/** A title and the nearest by taste among the free ones that follow it in fame. */
function partsOf(titles: Titles, of: Int32Array, first: number, more: number): number[] {
  const free: { readonly item: number; readonly far: number }[] = [];
  for (let item = first + 1; item < Math.min(of.length, first + around); item++) {
    if (of[item] !== -1) continue;
    let far = 0;
    for (let k = 0; k < tasteCount; k++) {
      const [a, b] = [titles.taste[first * tasteCount + k]!, titles.taste[item * tasteCount + k]!];
      far += (a - b) ** 2;
    }
    free.push({ item, far });
  }
  free.sort((a, b) => a.far - b.far || a.item - b.item);
  return [first, ...free.slice(0, more).map(({ item }) => item)].sort((a, b) => a - b);
}

function nameOf(random: RandomStream, number: number): string {
  const word = () => titleWords[random.below(titleWords.length)]!;
  const [one, other] = [word(), word()];
  return `${one[0]!.toUpperCase()}${one.slice(1)} ${other} ${number}`;
}

function titlesOf(
  of: Int32Array,
  items: readonly Int32Array[],
  names: readonly string[],
  random: RandomStream,
): string[] {
  return Array.from(of, (series, item) => {
    if (series >= 0) return `${names[series]}, part ${items[series]!.indexOf(item) + 1}`;
    const word = titleWords[random.below(titleWords.length)]!;
    return `The ${word} of ${titleWords[random.below(titleWords.length)]!} (${item + 1})`;
  });
}

/** `item,series,title` of all titles. */
export function itemLines({ names, of, titles }: Series, itemIds: readonly string[]): string[] {
  const rows = itemIds.map((id, item) => {
    const series = of[item]! >= 0 ? names[of[item]!]! : "";
    return [id, series, titles[item] ?? ""].map(csvField).join(",");
  });
  return ["item,series,title", ...rows];
}
