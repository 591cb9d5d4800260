import { exp, RandomStream } from "@refrain/learn";
import type { Scenario } from "./scenario.js";
import { favouriteCount } from "./world.js";

/**
 * A listener's hidden traits. They shape what a visit holds, never directly whether there is a
 * visit or a purchase: those depend on what the log shows of them.
 */
export interface Person {
  /** 0, 1, … within the simulation. */
  readonly index: number;
  /** Day index of the first event. */
  readonly firstDay: number;
  /** Mean number of tracks in a visit. */
  readonly visitTracks: number;
  /** Chance that a track is heard to its end, on an average day. */
  readonly patience: number;
  /** How much a day's mood moves that chance. */
  readonly moodiness: number;
  /** Chance of a second visit in a day. */
  readonly secondVisit: number;
  /** Hour around which visits begin. */
  readonly hour: number;
  /** How much longer visits are on Saturday and Sunday. */
  readonly weekendLean: number;
  /** Named favourites, three different genres. */
  readonly favourites: readonly [number, number, number];
  /** Share of plays that come from the favourites. */
  readonly loyalty: number;
  /** Exponent of the walk down a shelf: high = only what is popular. */
  readonly mainstream: number;
  /** Share of plays that repeat liked tracks, once there are some. */
  readonly nostalgia: number;
  /** Likes per heard track. */
  readonly likeRate: number;
  /** Advertisements per track. */
  readonly advertisementRate: number;
  /** Mean searches in a visit. */
  readonly searchRate: number;
  /** Mean downloads in a visit. */
  readonly downloadRate: number;
  /** 0 … 3, see `devices`. */
  readonly device: number;
}

/** Device codes of the `musicbox` format. */
export const devices = ["ar", "ip", "wp", "mc"] as const;

/**
 * Draws a listener.
 * @param index 0 … users - 1
 */
export function drawPerson(scenario: Scenario, index: number): Person {
  const random = new RandomStream(scenario.seed, "simulate person", index);
  const musicbox = scenario.as === "musicbox";
  const here = musicbox ? 0.5 : 0.9;
  const days = scenario.days;
  const firstDay =
    random.uniform() < here ? random.below(Math.min(days, musicbox ? 45 : 28)) : random.below(days);
  const pick = random.uniform();
  return {
    index,
    firstDay,
    visitTracks: musicbox
      ? 2 + 5 * exp(0.6 * random.normal())
      : 1 + 1.5 * exp(0.6 * random.normal()),
    patience: 0.4 + 0.3 * random.uniform(),
    moodiness: 0.4,
    secondVisit: 0.35 * random.uniform(),
    hour: 6 + 16 * random.uniform(),
    weekendLean: 0.6 + 0.9 * random.uniform(),
    favourites: drawFavourites(random),
    loyalty: 0.1 + 0.75 * random.uniform(),
    mainstream: 1.2 + 2.6 * random.uniform(),
    nostalgia: 0.6 * random.uniform(),
    likeRate: 0.3 * square(random.uniform()),
    advertisementRate: 0.05 + 0.5 * square(random.uniform()),
    searchRate: 0.15 + 1.2 * random.uniform(),
    downloadRate: 0.15 + 1.2 * random.uniform(),
    device: pick < 0.6 ? 0 : pick < 0.85 ? 1 : pick < 0.93 ? 2 : 3,
  };
}

/** x · x: powers may differ between engines, products do not. */
function square(x: number): number {
  return x * x;
}

function drawFavourites(random: RandomStream): readonly [number, number, number] {
  const chosen = new Set<number>();
  while (chosen.size < 3) {
    const rank = random.uniform();
    chosen.add(Math.floor(favouriteCount * rank * Math.sqrt(rank)));
  }
  return [...chosen] as unknown as readonly [number, number, number];
}
