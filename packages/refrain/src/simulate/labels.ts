import { RandomStream, sigmoid } from "@refrain/learn";
import type { World } from "./world.js";

/** What the catalogue says of tracks beside the logs: albums and kinds of label. Immutable. */
export interface Labels {
  /** By artist: 1 where the label is an indie. */
  readonly indie: Uint8Array;
  /** By track: its album; albums are numbered artist by artist. */
  readonly album: Int32Array;
  /** Tracks of each artist, album by album. */
  readonly tracksOf: readonly (readonly number[])[];
  /** Indie artists, the least popular first. */
  readonly obscure: Int32Array;
}

/** Most tracks of an album. */
const albumTracks = 12;

/**
 * Labels a catalogue, without touching anything that was drawn before: an artist is an indie with
 * probability σ((33 - popularity) / 5), and has an album for every twelve tracks.
 */
export function makeLabels(seed: number, world: World): Labels {
  const artists = world.artistIds.length;
  const tracksOf: number[][] = Array.from({ length: artists }, () => []);
  for (const [track, artist] of world.trackArtist.entries()) tracksOf[artist]!.push(track);
  const random = new RandomStream(seed, "simulate labels");
  const fame = Float64Array.from(tracksOf, (tracks) => {
    const sum = tracks.reduce((total, track) => total + world.popularity[track]!, 0);
    return tracks.length > 0 ? sum / tracks.length : 0;
  });
  const indie = Uint8Array.from(fame, (of) => Number(random.uniform() < sigmoid((33 - of) / 5)));
  const album = new Int32Array(world.trackArtist.length);
  let albums = 0;
  for (const tracks of tracksOf) {
    const count = Math.ceil(tracks.length / albumTracks);
    for (const [i, track] of tracks.entries()) album[track] = albums + (i % count);
    albums += count;
  }
  const obscure = Array.from(indie.keys())
    .filter((artist) => indie[artist] === 1 && tracksOf[artist]!.length > 1)
    .sort((a, b) => fame[a]! - fame[b]! || a - b);
  return { indie, album, tracksOf, obscure: Int32Array.from(obscure) };
}

/** `catalogue.txt`, line by line, with a header: `musicbox` songs with album, artist and label. */
export function* catalogueLines(world: World, { indie, album }: Labels): Generator<string> {
  yield "song_id|album|artist|label_kind|length";
  for (const [track, id] of world.trackIds.entries()) {
    const artist = world.trackArtist[track]!;
    const seconds = Math.round(world.durationMs[track]! / 1000);
    const label = indie[artist] === 1 ? "indie" : "major";
    yield `${id}|${20_000_000 + album[track]!}|${world.artistNames[artist]}|${label}|${seconds}`;
  }
}
