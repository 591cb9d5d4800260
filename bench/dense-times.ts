/**
 * Times for the dense stand-in, as published film sets of that shape have them. From memory: they
 * span 215 days; 100,000 ratings have 49,282 different seconds, for people send pages of titles;
 * more than half of the people rate all in one day, most of the others come back within weeks.
 *
 * Person u begins on a day of 215 U^.8, about the hour h_u ~ N(16, 4.5), and has 1 sitting (.56), 2
 * (.2) or 3 + Exp(3), the pauses between them lognormal: a median of 3 days, log-sd 1.5. A sitting
 * that would fall behind the end is none. The first has 35 to 95 % of the titles, 15 at least; the
 * others share the rest. In the first one titles come by .6 fame + Gumbel, in later ones by Gumbel.
 *
 * A sitting is pages of 1 + Exp(3.2) titles; a page in four is a list, the titles that are left and
 * nearest to one genre. The titles of a page have the same second, with .35 each the next one; from
 * page to page it takes 4 + 18 p_u e^(.8 N) seconds, p_u = e^(.5 N), after one page in fifty ten
 * times that.
 */
import { exp, log, RandomStream } from "@refrain/learn";

/** What times are made from. */
export interface TimedPerson {
  readonly seed: number;
  readonly index: number;
  /** Log of how often each of the person's titles is rated. */
  readonly fame: Float64Array;
  /** Genres of each. */
  readonly genres: readonly Float64Array[];
}

const second = 1_000;
const day = 86_400 * second;
const days = 215;
const first = Date.parse("1997-09-20T00:00:00Z");

/** When a person rates each of their titles, milliseconds. */
export function denseTimes({ seed, index, fame, genres }: TimedPerson): Float64Array {
  const random = new RandomStream(seed, "dense times", index);
  const begins = sittingsOf(random);
  const pace = 18 * exp(0.5 * random.normal());
  const at = new Float64Array(fame.length);
  const left = [...fame.keys()];
  for (const [sitting, count] of sharesOf(fame.length, begins.length, random).entries()) {
    const keys = left.map((one) => (sitting === 0 ? 0.6 * fame[one]! : 0) + gumbel(random));
    const order = [...left.keys()].sort((a, b) => keys[b]! - keys[a]!).slice(0, count);
    const own = order.map((place) => left[place]!);
    for (const one of own) left.splice(left.indexOf(one), 1);
    let now = begins[sitting]!;
    while (own.length > 0) {
      for (const one of pageOf(own, genres, random)) {
        at[one] = now;
        if (random.uniform() < 0.35) now += second;
      }
      const waits = random.uniform() < 0.02 ? 10 : 1;
      now += Math.floor(4 + waits * pace * exp(0.8 * random.normal())) * second;
    }
  }
  return at;
}

/** When sittings begin, ascending, at least three hours apart. */
function sittingsOf(random: RandomStream): number[] {
  const usual = 16 + 4.5 * random.normal();
  const draw = random.uniform();
  const more = draw < 0.56 ? 0 : draw < 0.76 ? 1 : 2 - Math.floor(3 * log(1 - random.uniform()));
  const begins: number[] = [];
  let today = days * exp(0.8 * log(1 - random.uniform()));
  for (let sitting = 0; sitting <= more; sitting++) {
    const hour = usual + 2 * random.normal();
    const begin = first + Math.floor(today) * day + Math.floor(3_600 * hour) * second;
    if (today < days) begins.push(Math.max(begin, (begins.at(-1) ?? 0) + day / 8));
    today += 3 * exp(1.5 * random.normal());
  }
  return begins;
}

/** How many titles each sitting has. */
function sharesOf(titles: number, sittings: number, random: RandomStream): number[] {
  if (sittings === 1) return [titles];
  const opening = Math.max(15, Math.round(titles * (0.35 + 0.6 * random.uniform())));
  const weights = Array.from({ length: sittings - 1 }, () => -log(1 - random.uniform()));
  const all = weights.reduce((sum, one) => sum + one, 0);
  const counts = [opening];
  let [owed, given] = [0, 0];
  for (const weight of weights) {
    owed += ((titles - opening) * weight) / all;
    counts.push(Math.round(owed) - given);
    given += counts.at(-1)!;
  }
  return counts;
}

/** Takes the next page off what is to be rated in a sitting. */
function pageOf(own: number[], genres: readonly Float64Array[], random: RandomStream): number[] {
  const size = 1 + Math.floor(-3.2 * log(1 - random.uniform()));
  const isList = random.uniform() < 0.25;
  const genre = random.below(genres[0]!.length);
  if (!isList) return own.splice(0, size);
  const near = [...own].sort((a, b) => genres[b]![genre]! - genres[a]![genre]!).slice(0, size);
  for (const one of near) own.splice(own.indexOf(one), 1);
  return near;
}

function gumbel(random: RandomStream): number {
  return -log(-log(1 - random.uniform()) || 1e-300);
}
