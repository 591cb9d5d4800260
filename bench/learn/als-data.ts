import { log, RandomStream } from "@refrain/learn";

/** Interactions of a world whose users have tastes: one user, item and count each. */
export interface AlsData {
  readonly users: Int32Array;
  readonly items: Int32Array;
  readonly counts: Float32Array;
}

/** Kinds of items, and of users. */
const TASTES = 40;
/** Share of a user's plays that goes to the own tastes. */
const OWN = 0.7;

/** Places of draws by a power law: the first comes most often. */
function zipf(size: number, power: number): Float64Array {
  const sums = new Float64Array(size);
  let sum = 0;
  for (let k = 0; k < size; k++) {
    sum += (k + 5) ** -power;
    sums[k] = sum;
  }
  return sums;
}

function placeOf(sums: Float64Array, share: number): number {
  const wanted = share * sums.at(-1)!;
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const half = (low + high) >> 1;
    if (sums[half]! < wanted) low = half + 1;
    else high = half;
  }
  return low;
}

/**
 * Draws distinct pairs: users are active and items popular by power laws; every user has three
 * tastes of 40, and every item one.
 * @param pairs how many, nearly
 * @param first so many pairs, drawn among all, come first in order of the draw; then the others
 */
export function drawInteractions(
  userCount: number,
  itemCount: number,
  pairs: number,
  first: number,
): AlsData {
  const random = new RandomStream(20260101, "als bench");
  const popularity = zipf(Math.ceil(itemCount / TASTES), 0.9);
  const everything = zipf(itemCount, 0.9);
  const activity = zipf(userCount, 0.7);
  const order = Int32Array.from({ length: userCount }, (_, user) => user);
  random.shuffle(order);
  const seen = new Int32Array(itemCount).fill(-1);
  const users = new Int32Array(pairs);
  const items = new Int32Array(pairs);
  const counts = new Float32Array(pairs);
  let found = 0;
  for (let rank = 0; rank < userCount; rank++) {
    const user = order[rank]!;
    const share = activity[rank]! / activity.at(-1)!;
    const end = Math.max(found + 1, Math.round(share * pairs));
    const tastes = [random.below(TASTES), random.below(TASTES), random.below(TASTES)];
    for (let draw = 0; draw < 4 * itemCount && found < Math.min(end, pairs); draw++) {
      const own = random.uniform() < OWN;
      const place = placeOf(own ? popularity : everything, random.uniform());
      const taste = tastes[random.below(3)]!;
      const item = own ? Math.min(itemCount - 1, place * TASTES + taste) : place;
      if (seen[item] === user) continue;
      seen[item] = user;
      users[found] = user;
      items[found] = item;
      counts[found] = 1 + Math.floor(-4 * log(1 - random.uniform()));
      found += 1;
    }
  }
  return shuffled({ users, items, counts }, found, Math.min(first, found));
}

/** Puts a random choice of pairs first. */
function shuffled({ users, items, counts }: AlsData, found: number, first: number): AlsData {
  const random = new RandomStream(20260101, "als bench held out");
  const out = { users: new Int32Array(found), items: new Int32Array(found) };
  const outCounts = new Float32Array(found);
  let [kept, held] = [0, first];
  for (let row = 0; row < found; row++) {
    const left = first - kept;
    const chosen = random.uniform() * (found - row) < left;
    const to = chosen ? kept++ : held++;
    out.users[to] = users[row]!;
    out.items[to] = items[row]!;
    outCounts[to] = counts[row]!;
  }
  return { ...out, counts: outCounts };
}
