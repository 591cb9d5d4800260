import type { RandomStream } from "@refrain/learn";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { albumOf, albumsOf, artistOf, isIndie, majorCount, tracksOf } from "./discography.js";
import { PlayCounter } from "./play-counter.js";
import { QuickCoins } from "./quick-coins.js";

const play = fc.record({
  artist: fc.nat({ max: 3 }).map((n) => majorCount - 2 + n),
  album: fc.nat({ max: 2 }),
  track: fc.nat({ max: 2000 }),
  count: fc.integer({ min: 1, max: 9 }),
  mixtape: fc.boolean(),
});

describe("a play counter", () => {
  it("counts as one would by hand, user after user", () => {
    const counter = new PlayCounter();
    fc.assert(
      fc.property(fc.array(play, { maxLength: 400, size: "max" }), (plays) => {
        counter.clear();
        const by = [new Map<number, number>(), new Map(), new Map()] as const;
        const note = (which: number, key: number, count: number) =>
          by[which]!.set(key, (by[which]!.get(key) ?? 0) + count);
        let indie = 0;
        for (const { artist, album, track, count, mixtape } of plays) {
          const code = (artist << 12) + (album << 6) + (track % 64);
          const from = mixtape ? 7 : albumOf(code);
          counter.add(code, count, from);
          note(0, code, count);
          note(1, from, count);
          note(2, artistOf(code), count);
          if (artist >= majorCount) indie += count;
        }
        const most = by.map((counts) => Math.max(0, ...counts.values()));
        const total = plays.reduce((sum, one) => sum + one.count, 0);
        expect([counter.track, counter.album, counter.artist]).toEqual(most);
        expect(counter.total).toBe(total);
        expect(counter.ratio).toBe(indie / Math.max(1, total - indie));
      }),
      { numRuns: 60 },
    );
  });

  it("grows with many different tracks", () => {
    const counter = new PlayCounter();
    for (let track = 0; track < 20_000; track++) counter.add(track * 64);
    for (let track = 0; track < 20_000; track += 2) counter.add(track * 64);
    expect([counter.total, counter.track, counter.artist]).toEqual([30_000, 2, 96]);
  });
});

describe("the computed catalogue", () => {
  it("has albums of every length, singles among them, and majors before indies", () => {
    const albums = Array.from({ length: 5_000 }, (_, artist) => albumsOf(artist));
    expect(new Set(albums)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
    const lengths = albums.flatMap((count, artist) =>
      Array.from({ length: count }, (_, i) => tracksOf((artist << 6) + i)),
    );
    expect(new Set(lengths)).toEqual(new Set([1, 7, 8, 9, 10, 11, 12, 13, 14]));
    expect([isIndie(majorCount - 1), isIndie(majorCount)]).toEqual([false, true]);
  });
});

describe("quick coins", () => {
  it("are those of their authors' reference program", () => {
    const words = [1, 2, 3, 4];
    const coins = new QuickCoins();
    coins.seed({ bits: () => words.shift()! } as unknown as RandomStream);
    const drawn = Array.from({ length: 6 }, () => coins.uniform() * 2 ** 32);
    expect(drawn).toEqual([641, 1573767, 3222811527, 3517856514, 836907274, 4247214768]);
  });
});
