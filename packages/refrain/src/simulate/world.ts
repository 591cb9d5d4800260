import { exp, log, RandomStream } from "@refrain/learn";
import {
  artistWords,
  favouriteGenres,
  genreBases,
  genrePrefixes,
  hanCharacters,
  titleWords,
} from "./words.js";

/** Number of genres that listeners name as favourites: genres 0 … 49 of the vocabulary. */
export const favouriteCount = favouriteGenres.length;

/** The service's catalogue: what can be played. Immutable; a function of seed, format and size. */
export interface World {
  /** The genres; the first 50 are those that listeners name as favourites. */
  readonly genres: readonly string[];
  readonly artistIds: readonly string[];
  readonly artistNames: readonly string[];
  /** Genres of an artist, the main one (a favourite) first. */
  readonly artistGenres: readonly (readonly number[])[];
  readonly trackIds: readonly string[];
  readonly trackNames: readonly string[];
  readonly trackArtist: Int32Array;
  /** 0 … 100. */
  readonly popularity: Uint8Array;
  readonly durationMs: Int32Array;
  readonly explicit: Uint8Array;
  /** `YYYY-MM-DD` or `YYYY`. */
  readonly releaseDates: readonly string[];
  /** Tracks × audioColumns, row-major, rounded as written. */
  readonly audio: Float64Array;
  readonly storageClass: readonly string[];
  readonly dailyCost: Float64Array;
  /** 1 where the track costs money. */
  readonly paid: Uint8Array;
  /** Tracks by main genre, the most popular first; the last list holds all of them. */
  readonly shelves: readonly Int32Array[];
}

/** Audio columns in the order in which they are written. */
export const audioColumns = [
  "danceability",
  "energy",
  "key",
  "loudness",
  "speechiness",
  "acousticness",
  "instrumentalness",
  "liveness",
  "valence",
  "tempo",
] as const;

const letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * Makes the catalogue.
 * @param seed the simulation's seed
 * @param users number of listeners: larger services have more tracks (6,000 … 60,000)
 * @param han titles and names in Chinese characters and numeric ids, as `musicbox` has them
 */
export function makeWorld(seed: number, users: number, han: boolean): World {
  const trackCount = Math.min(60_000, Math.max(6_000, Math.floor(users / 10)));
  const artistCount = Math.floor(trackCount / 4);
  const random = new RandomStream(seed, "simulate catalogue");
  const name = han ? hanName : plainName;
  const genres = [
    ...favouriteGenres,
    ...genrePrefixes.flatMap((prefix) => genreBases.map((base) => `${prefix} ${base}`)),
  ];
  const artistGenres = Array.from({ length: artistCount }, () => drawGenres(random, genres.length));
  const artistFame = Float64Array.from({ length: artistCount }, () => random.normal());
  const artistIds = Array.from({ length: artistCount }, () => base62(random));
  const artistNames = Array.from({ length: artistCount }, () => name(random, artistWords));
  const trackArtist = Int32Array.from({ length: trackCount }, () => random.below(artistCount));
  const columns = drawTracks(random, trackArtist, { artistGenres, artistFame });
  return {
    genres,
    artistIds,
    artistNames,
    artistGenres,
    trackIds: trackIds(random, trackCount, han),
    trackNames: Array.from({ length: trackCount }, () => name(random, titleWords)),
    trackArtist,
    ...columns,
    shelves: makeShelves(trackArtist, artistGenres, columns.popularity),
  };
}

function trackIds(random: RandomStream, count: number, han: boolean): string[] {
  if (!han) return Array.from({ length: count }, () => base62(random));
  return Array.from({ length: count }, (_, track) => String(1_000_000 + track * 37));
}

interface Makers {
  readonly artistGenres: readonly (readonly number[])[];
  readonly artistFame: Float64Array;
}

function drawTracks(random: RandomStream, trackArtist: Int32Array, makers: Makers) {
  const count = trackArtist.length;
  const popularity = new Uint8Array(count);
  const durationMs = new Int32Array(count);
  const explicit = new Uint8Array(count);
  const paid = new Uint8Array(count);
  const dailyCost = new Float64Array(count);
  const releaseDates: string[] = [];
  const storageClass: string[] = [];
  const audio = new Float64Array(count * audioColumns.length);
  for (let track = 0; track < count; track++) {
    const artist = trackArtist[track]!;
    const fame = makers.artistFame[artist]!;
    popularity[track] = clamp(Math.round(30 + 11 * fame + 11 * random.normal()), 0, 100);
    const seconds = clamp(exp(log(215) + 0.3 * random.normal()), 40, 1_200);
    durationMs[track] = Math.round(seconds * 1000);
    explicit[track] = random.uniform() < 0.06 ? 1 : 0;
    paid[track] = random.uniform() < 0.15 ? 1 : 0;
    releaseDates.push(releaseDate(random));
    const storage = storageOf(random, popularity[track]!, durationMs[track]!);
    storageClass.push(storage.name);
    dailyCost[track] = storage.cost;
    drawAudio(random, audio, track * audioColumns.length, makers.artistGenres[artist]![0]!);
  }
  return {
    popularity,
    durationMs,
    explicit,
    paid,
    dailyCost,
    releaseDates,
    storageClass,
    audio,
  };
}

function drawGenres(random: RandomStream, genreCount: number): number[] {
  const rank = random.uniform();
  const chosen = new Set([Math.floor(favouriteCount * rank * rank)]);
  const more = Math.floor(3 * random.uniform() * random.uniform() * 2);
  for (let i = 0; i < more; i++) {
    chosen.add(favouriteCount + random.below(genreCount - favouriteCount));
  }
  if (random.uniform() < 0.3) chosen.add(random.below(favouriteCount));
  return [...chosen];
}

/** A genre's own sound: pseudo-random, fixed, -1 … 1. */
function soundOf(genre: number, column: number): number {
  return ((genre * 7919 + column * 104_729 + 13) % 1_000) / 500 - 1;
}

function drawAudio(random: RandomStream, audio: Float64Array, at: number, genre: number): void {
  const draw = (column: number, middle: number, spread: number) =>
    middle + spread * (0.6 * soundOf(genre, column) + 0.8 * random.normal());
  const share = (column: number, middle: number, spread: number) =>
    round(clamp(draw(column, middle, spread), 0.01, 0.99), 3);
  audio[at] = share(0, 0.56, 0.16);
  audio[at + 1] = share(1, 0.56, 0.22);
  audio[at + 2] = random.below(12);
  audio[at + 3] = round(clamp(draw(3, -9.5, 3.5), -40, -1), 3);
  audio[at + 4] = share(4, 0.09, 0.08);
  audio[at + 5] = share(5, 0.42, 0.28);
  const voiceless = random.uniform();
  audio[at + 6] = voiceless < 0.8 ? round(voiceless * 0.004, 6) : share(6, 0.6, 0.25);
  audio[at + 7] = share(7, 0.21, 0.14);
  audio[at + 8] = share(8, 0.55, 0.22);
  audio[at + 9] = round(clamp(draw(9, 120, 26), 45, 215), 3);
}

function releaseDate(random: RandomStream): string {
  const age = random.uniform();
  const year = 2022 - Math.floor(62 * age * age);
  if (random.uniform() < 0.2) return String(year);
  const month = String(1 + random.below(12)).padStart(2, "0");
  return `${year}-${month}-${String(1 + random.below(28)).padStart(2, "0")}`;
}

function storageOf(
  random: RandomStream,
  popularity: number,
  durationMs: number,
): { name: string; cost: number } {
  const heat = popularity + 12 * random.normal();
  const [name, rate] = heat > 72 ? ["FAST", 4e-7] : heat > 52 ? ["MEDIUM", 1.5e-7] : ["SLOW", 5e-8];
  return { name: name as string, cost: round(durationMs * (rate as number), 8) };
}

function makeShelves(
  trackArtist: Int32Array,
  artistGenres: readonly (readonly number[])[],
  popularity: Uint8Array,
): Int32Array[] {
  const order = Array.from(trackArtist.keys()).sort(
    (a, b) => popularity[b]! - popularity[a]! || a - b,
  );
  const lists: number[][] = Array.from({ length: favouriteCount + 1 }, () => []);
  for (const track of order) {
    lists[artistGenres[trackArtist[track]!]![0]!]!.push(track);
    lists[favouriteCount]!.push(track);
  }
  return lists.map((list) => Int32Array.from(list));
}

function base62(random: RandomStream): string {
  let text = "";
  for (let i = 0; i < 22; i++) text += letters[random.below(62)];
  return text;
}

function plainName(random: RandomStream, words: readonly string[]): string {
  const count = 1 + random.below(3);
  const chosen = Array.from({ length: count }, () => words[random.below(words.length)]!);
  const text = chosen.join(" ");
  return text[0]!.toUpperCase() + text.slice(1);
}

function hanName(random: RandomStream): string {
  const count = 2 + random.below(4);
  let text = "";
  for (let i = 0; i < count; i++) text += hanCharacters[random.below(hanCharacters.length)];
  return text;
}

function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

function round(value: number, decimals: number): number {
  let factor = 1;
  for (let i = 0; i < decimals; i++) factor *= 10;
  return Math.round(value * factor) / factor;
}
