import { exp, RandomStream, sigmoid } from "@refrain/learn";
import { drawArtist, drawTrack } from "./discography.js";
import { QuickCoins } from "./quick-coins.js";

/** A genuine user's habits, the same on every day. */
export interface UsageListener {
  /** Chance of listening on a day. */
  readonly active: number;
  /** Mean plays of an active day. */
  readonly volume: number;
  /** Log-odds of an indie artist, ±∞ for those who hear nothing else. */
  readonly indieLean: number;
  /** Shares of stretches: an album, one artist, one track over and over; the rest mixed. */
  readonly albums: number;
  readonly artists: number;
  readonly loops: number;
  /** Share of mixed plays that come from the favourite artists. */
  readonly loyalty: number;
  /** Chance that something is left running overnight. */
  readonly overnight: number;
  /** Chance that a mixed play is one of the liked tracks. */
  readonly nostalgia: number;
  /** Favourite artists, majors and indies. */
  readonly favourites: readonly [major: readonly number[], indie: readonly number[]];
  readonly liked: readonly number[];
}

const favouriteArtists = 5;
const likedTracks = 12;

/**
 * Draws a user's habits.
 * @param index 0, 1, … within the simulation
 */
export function drawUsageListener(seed: number, index: number): UsageListener {
  const random = new RandomStream(seed, "simulate usage listener", index);
  const idle = random.uniform();
  const volume = 37 * exp(0.5 * random.normal());
  const kind = random.uniform();
  const lean = -1.15 + 1.2 * random.normal();
  const indieLean =
    kind < 0.105 ? Number.POSITIVE_INFINITY : kind < 0.145 ? Number.NEGATIVE_INFINITY : lean;
  const focus = random.uniform();
  const restless = random.uniform();
  const [albums, artists] = [0.03 + 0.4 * focus * focus, 0.03 + 0.25 * random.uniform()];
  const coins = new QuickCoins();
  coins.seed(random);
  const favourites = [false, true].map((indie) =>
    Array.from({ length: favouriteArtists }, () => drawArtist(coins, indie)),
  ) as [number[], number[]];
  const share = sigmoid(indieLean);
  return {
    active: 1 - 0.65 * idle * idle,
    volume,
    indieLean,
    albums,
    artists,
    loops: 0.06 * restless * restless * restless,
    loyalty: 0.5 * random.uniform(),
    overnight: random.uniform() < 0.04 ? 0.12 : 0.003,
    nostalgia: 0.5 * random.uniform() * random.uniform(),
    favourites,
    liked: Array.from({ length: likedTracks }, () => {
      const own = favourites[coins.uniform() < share ? 1 : 0];
      return drawTrack(coins, own[coins.below(favouriteArtists)]!);
    }),
  };
}
