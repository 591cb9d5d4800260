import type { AbuseStock } from "../abuse/playbook.js";
import type { Uniforms } from "./quick-coins.js";

/**
 * A large catalogue that is computed instead of kept: artists in the order of their fame, majors
 * first, then indies; each has 1 to 8 albums of 7 to 14 tracks, or singles. A track is one
 * integer: artist · 4096 + album of the artist · 64 + place in the album.
 */

/** Artists of major labels: 0 … majorCount - 1. */
export const majorCount = 8_000;

/** Artists of indie labels, after the majors. */
export const indieCount = 22_000;

/** The artist of a track. */
export function artistOf(track: number): number {
  return track >> 12;
}

/** The album of a track, numbered over all artists. */
export function albumOf(track: number): number {
  return track >> 6;
}

/** Whether an artist's label is an indie. */
export function isIndie(artist: number): boolean {
  return artist >= majorCount;
}

/** An artist by fame: the early ones are drawn more often. */
export function drawArtist(random: Uniforms, indie: boolean): number {
  const depth = random.uniform();
  const rank = depth * depth * depth;
  return indie ? majorCount + Math.floor(indieCount * rank) : Math.floor(majorCount * rank);
}

/** A fixed number that looks random, 0 … 2^15 - 1. */
function mixed(value: number): number {
  let x = Math.imul(value + 1, 0x2c1b3c6d);
  x ^= x >>> 15;
  return (Math.imul(x, 0x297a2d39) >>> 17) & 0x7fff;
}

/** Number of an artist's albums, 1 … 8. */
export function albumsOf(artist: number): number {
  const rank = mixed(artist) & 63;
  return 1 + ((rank * rank) >> 9);
}

/** Number of tracks of an album: 7 … 14, or 1 for a quarter, rarely an artist's first. */
export function tracksOf(album: number): number {
  const look = mixed(album);
  const single = (album & 63) === 0 ? 504 : 24;
  return (look & single) === 0 ? 1 : 7 + (look & 7);
}

/** A track of an artist, the first ones of each album more often. */
export function drawTrack(random: Uniforms, artist: number): number {
  const a = random.uniform();
  const album = (artist << 6) + Math.floor(albumsOf(artist) * a * a);
  const b = random.uniform();
  return (album << 6) + Math.floor(tracksOf(album) * b);
}

/** One of an artist's albums. */
export function drawAlbum(random: Uniforms, artist: number): number {
  return (artist << 6) + random.below(albumsOf(artist));
}

/** The catalogue as abusers see it: little-known indies to play up, famous artists for cover. */
export const discographyStock: AbuseStock = {
  target(random, least) {
    const tracks: number[] = [];
    let artist = majorCount + (indieCount >> 2) + random.below((indieCount * 3) >> 2);
    for (; tracks.length < least; artist = majorCount + ((artist + 1 - majorCount) % indieCount)) {
      for (let album = artist << 6; album < (artist << 6) + albumsOf(artist); album++) {
        for (let place = 0; place < tracksOf(album); place++) tracks.push((album << 6) + place);
      }
    }
    return Int32Array.from(tracks);
  },
  cover(random) {
    return drawTrack(random, drawArtist(random, random.uniform() < 0.25));
  },
  lengthMs: (track) => 120_000 + 1_000 * (mixed(track) % 180),
};
