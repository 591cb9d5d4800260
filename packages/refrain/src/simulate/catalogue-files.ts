import { RandomStream } from "@refrain/learn";
import type { Person } from "./person.js";
import type { Scenario } from "./scenario.js";
import { cities, familyNames, givenNames, streets } from "./words.js";
import { audioColumns, type World } from "./world.js";

/** One JSON line as deliveries have it: a space after colons and commas, ASCII, no line end. */
export function jsonLine(record: Readonly<Record<string, unknown>>): string {
  const fields = Object.entries(record).map(([key, value]) => `"${key}": ${spaced(value)}`);
  return `{${fields.join(", ")}}`;
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** `artists.jsonl`, line by line. */
export function* artistLines(world: World): Generator<string> {
  for (const [index, id] of world.artistIds.entries()) {
    const genres = world.artistGenres[index]!.map((genre) => world.genres[genre]!);
    yield jsonLine({ id, name: world.artistNames[index], genres });
  }
}

/** `tracks.jsonl`, line by line. */
export function* trackLines(world: World): Generator<string> {
  for (const [index, id] of world.trackIds.entries()) {
    const audio = audioColumns.map((name, column) => [
      name,
      world.audio[index * audioColumns.length + column],
    ]);
    yield jsonLine({
      id,
      name: world.trackNames[index],
      popularity: world.popularity[index],
      duration_ms: world.durationMs[index],
      explicit: world.explicit[index],
      id_artist: world.artistIds[world.trackArtist[index]!],
      release_date: world.releaseDates[index],
      ...Object.fromEntries(audio),
    });
  }
}

/** `track_storage.jsonl`, line by line. */
export function* storageLines(world: World): Generator<string> {
  for (const [index, id] of world.trackIds.entries()) {
    yield jsonLine({
      track_id: id,
      storage_class: world.storageClass[index],
      daily_cost: world.dailyCost[index],
    });
  }
}

/** A listener's line of `users.jsonl`. */
export function userLine(
  scenario: Scenario,
  person: Person,
  profile: { readonly userId: number; readonly premium: boolean; readonly world: World },
): string {
  const random = new RandomStream(scenario.seed, "simulate profile", person.index);
  const pick = (words: readonly string[]) => words[random.below(words.length)]!;
  return jsonLine({
    user_id: profile.userId,
    name: `${pick(givenNames)} ${pick(familyNames)}`,
    city: pick(cities),
    street: `ul. ${pick(streets)} ${1 + random.below(80)}/${1 + random.below(90)}`,
    favourite_genres: person.favourites.map((genre) => profile.world.genres[genre]!),
    premium_user: profile.premium,
  });
}
