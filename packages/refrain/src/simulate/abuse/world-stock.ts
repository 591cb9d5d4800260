import type { Labels } from "../labels.js";
import { favouriteCount, type World } from "../world.js";
import type { AbuseStock } from "./playbook.js";

/** The service's own catalogue, as abusers see it. */
export function worldStock(world: World, { obscure, tracksOf }: Labels): AbuseStock {
  const all = world.shelves[favouriteCount]!;
  return {
    target(random, least) {
      const tracks: number[] = [];
      let at = random.below(Math.max(1, obscure.length >> 1));
      while (tracks.length < least && obscure.length > 0) {
        tracks.push(...tracksOf[obscure[at % obscure.length]!]!);
        at += 1;
        if (tracks.length >= world.trackIds.length) break;
      }
      return Int32Array.from(tracks);
    },
    cover(random) {
      const depth = random.uniform();
      return all[Math.floor(all.length * depth * depth * depth)]!;
    },
    lengthMs: (track) => world.durationMs[track]!,
  };
}
