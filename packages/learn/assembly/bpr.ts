/**
 * Bayesian personalised ranking: steps of gradient descent over triples of a user, an item that the
 * user took, and one that the user did not. Users and items stand in blocks; in a round each block
 * of users meets a block of items that no other meets, so that no two threads touch a row, and no
 * schedule changes a bit. Blocks of items are drawn anew for every sweep: each pair of items meets.
 */
import { at } from "./als-plan";
import { exp2, log } from "./exp";
import { takePart } from "./parts";
import { randomWord, saltOf } from "./random";

/** Words of the plan; src/learners/factorization/plan-words.ts has the same list. */
// @ts-ignore: decorator
@unmanaged
export class BprPlan {
  stop: i32;
  next: i32;
  parts: i32;
  /** 0 = entries and negatives are put by block of items, 1 = steps. */
  phase: i32;
  blocks: i32;
  round: i32;
  sweep: u32;
  seedLow: u32;
  seedHigh: u32;
  /** Floats a row, and the place that is 1 of users and the bias of items. */
  width: i32;
  bias: i32;
  /** Size of a step, and what is left of a factor after one: 1 - rate x l2. Floats. */
  rate: f32;
  keep: f32;
  /** First user of each block, and the end. */
  bounds: usize;
  /** What users took: users x items, columns ascending. */
  starts: usize;
  indices: usize;
  /** User and item of each entry, by block of users and of items. */
  pairs: usize;
  /** blocks x (blocks + 1): first pair of each block of items, and the end. */
  pairStarts: usize;
  /** Items to be drawn from, and the same by block of items with the first of each. */
  pool: usize;
  poolSize: i32;
  negatives: usize;
  negativeStarts: usize;
  users: usize;
  items: usize;
  /** Two doubles a block of users: loss and number of triples; they are added to. */
  results: usize;
}

/** Draws of an item that the user did not take; then the triple is left out. */
const TRIES: u32 = 8;
/** Probabilities below this are taken for this, so that a product of EIGHT is not 0. */
const SMALLEST: f64 = 1e-30;
const EIGHT: i32 = 8;
/** Purposes of random words. */
const BLOCKS: u32 = 1;
const STEPS: u32 = 2;

/** A number below a count, from a random word. */
// @ts-ignore: decorator
@inline
function below(word: u32, count: i32): i32 {
  return <i32>((<u64>word * <u64>count) >> 32);
}

// @ts-ignore: decorator
@inline
function blockOf(plan: BprPlan, salt: u32, item: i32): i32 {
  return below(randomWord(salt, item), plan.blocks);
}

/** Turns counts, one place to the right, into places where each begins. */
function startsOf(counts: usize, blocks: i32, first: i32): void {
  store<i32>(counts, first);
  for (let block = 0; block < blocks; block++) {
    const to = at(counts, block);
    store<i32>(to, load<i32>(to) + load<i32>(to, 4), 4);
  }
}

/** Places that moved to the ends of their blocks go back to where each begins. */
function rewind(starts: usize, blocks: i32, first: i32): void {
  for (let block = blocks; block > 0; block--) {
    store<i32>(at(starts, block), load<i32>(at(starts, block - 1)));
  }
  store<i32>(starts, first);
}

/** Puts the entries of a block of users by block of items. */
function groupPairs(plan: BprPlan, block: i32, salt: u32): void {
  const blocks = plan.blocks;
  const starts = at(plan.pairStarts, block * (blocks + 1));
  memory.fill(starts, 0, <usize>(blocks + 1) << 2);
  const firstUser = load<i32>(at(plan.bounds, block));
  const endUser = load<i32>(at(plan.bounds, block), 4);
  const first = load<i32>(at(plan.starts, firstUser));
  const end = load<i32>(at(plan.starts, endUser));
  for (let entry = first; entry < end; entry++) {
    const to = at(starts, blockOf(plan, salt, load<i32>(at(plan.indices, entry))));
    store<i32>(to, load<i32>(to, 4) + 1, 4);
  }
  startsOf(starts, blocks, first);
  let entry = first;
  for (let user = firstUser; user < endUser; user++) {
    for (const last = load<i32>(at(plan.starts, user), 4); entry < last; entry++) {
      const item = load<i32>(at(plan.indices, entry));
      const place = at(starts, blockOf(plan, salt, item));
      const to = plan.pairs + (<usize>load<i32>(place) << 3);
      store<i32>(to, user);
      store<i32>(to, item, 4);
      store<i32>(place, load<i32>(place) + 1);
    }
  }
  rewind(starts, blocks, first);
}

/** Puts what is drawn from by block of items. */
function groupNegatives(plan: BprPlan, salt: u32): void {
  const blocks = plan.blocks;
  const starts = plan.negativeStarts;
  memory.fill(starts, 0, <usize>(blocks + 1) << 2);
  for (let place = 0; place < plan.poolSize; place++) {
    const to = at(starts, blockOf(plan, salt, load<i32>(at(plan.pool, place))));
    store<i32>(to, load<i32>(to, 4) + 1, 4);
  }
  startsOf(starts, blocks, 0);
  for (let place = 0; place < plan.poolSize; place++) {
    const item = load<i32>(at(plan.pool, place));
    const to = at(starts, blockOf(plan, salt, item));
    store<i32>(at(plan.negatives, load<i32>(to)), item);
    store<i32>(to, load<i32>(to) + 1);
  }
  rewind(starts, blocks, 0);
}

/** Whether a user took an item. */
function took(plan: BprPlan, user: i32, item: i32): bool {
  let low = load<i32>(at(plan.starts, user));
  let high = load<i32>(at(plan.starts, user), 4);
  while (low < high) {
    const half = (low + high) >> 1;
    const found = load<i32>(at(plan.indices, half));
    if (found == item) return true;
    if (found < item) low = half + 1;
    else high = half;
  }
  return false;
}

/** user x (liked - other): lanes by place mod 8, added as (0 + 4), then (0 + 2) + (1 + 3). */
// @ts-ignore: decorator
@inline
function marginOf(user: usize, liked: usize, other: usize, bytes: usize): f64 {
  let even = f32x4.splat(0);
  let odd = even;
  for (let j: usize = 0; j < bytes; j += 32) {
    const a = f32x4.sub(v128.load(liked + j), v128.load(other + j));
    const b = f32x4.sub(v128.load(liked + j, 16), v128.load(other + j, 16));
    even = f32x4.add(even, f32x4.mul(v128.load(user + j), a));
    odd = f32x4.add(odd, f32x4.mul(v128.load(user + j, 16), b));
  }
  const sum = f32x4.add(even, odd);
  const first = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 2);
  return <f64>(first + (f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 3)));
}

/** One step down the gradient. @returns the probability of the order before it */
// @ts-ignore: decorator
@inline
function step(plan: BprPlan, user: usize, liked: usize, other: usize): f64 {
  const bytes = <usize>plan.width << 2;
  const margin = marginOf(user, liked, other, bytes);
  const e = f64x2.extract_lane(exp2(f64x2.splat(-min(abs(margin), 708))), 0);
  const right = (margin >= 0 ? 1 : e) / (1 + e);
  const wrong = (margin >= 0 ? e : 1) / (1 + e);
  const pull = f32x4.splat(plan.rate * <f32>wrong);
  const keep = f32x4.splat(plan.keep);
  for (let j: usize = 0; j < bytes; j += 16) {
    const u = v128.load(user + j);
    const a = v128.load(liked + j);
    const b = v128.load(other + j);
    const moved = f32x4.mul(pull, u);
    v128.store(user + j, f32x4.add(f32x4.mul(keep, u), f32x4.mul(pull, f32x4.sub(a, b))));
    v128.store(liked + j, f32x4.add(f32x4.mul(keep, a), moved));
    v128.store(other + j, f32x4.sub(f32x4.mul(keep, b), moved));
  }
  store<f32>(at(user, plan.bias), 1);
  return right;
}

/** The logarithm, which takes NaN for a number, and NaN of NaN: factors that grew beyond all. */
// @ts-ignore: decorator
@inline
function logOf(product: f64): f64 {
  return product == product ? log(product) : NaN;
}

/** As many steps as a block of users has entries in this round's block of items. */
function stepPart(plan: BprPlan, block: i32): void {
  const blocks = plan.blocks;
  const facing = (block + plan.round) % blocks;
  const starts = at(plan.pairStarts, block * (blocks + 1) + facing);
  const count = load<i32>(starts, 4) - load<i32>(starts);
  const pairs = plan.pairs + (<usize>load<i32>(starts) << 3);
  const pool = load<i32>(at(plan.negativeStarts, facing), 4) -
    load<i32>(at(plan.negativeStarts, facing));
  const negatives = at(plan.negatives, load<i32>(at(plan.negativeStarts, facing)));
  const number = plan.sweep * <u32>(blocks * blocks) + <u32>(block * blocks + facing);
  const salt = saltOf(plan.seedLow, plan.seedHigh, STEPS, number);
  const row = <usize>plan.width << 2;
  let loss: f64 = 0;
  let product: f64 = 1;
  let triples = 0;
  for (let draw = 0; draw < count; draw++) {
    const word = <u32>draw * (TRIES + 1);
    const pair = pairs + (<usize>below(randomWord(salt, word), count) << 3);
    const user = load<i32>(pair);
    let other = -1;
    for (let attempt: u32 = 1; attempt <= TRIES; attempt++) {
      const place = below(randomWord(salt, word + attempt), pool);
      const item = load<i32>(at(negatives, place));
      if (took(plan, user, item)) continue;
      other = item;
      break;
    }
    if (other < 0) continue;
    const liked = plan.items + <usize>load<i32>(pair, 4) * row;
    const own = plan.users + <usize>user * row;
    const right = step(plan, own, liked, plan.items + <usize>other * row);
    product *= max(right, SMALLEST);
    triples++;
    if (triples % EIGHT != 0) continue;
    loss -= logOf(product);
    product = 1;
  }
  const results = plan.results + (<usize>block << 4);
  store<f64>(results, load<f64>(results) + loss - logOf(product));
  store<f64>(results, load<f64>(results, 8) + <f64>triples, 8);
}

/** One part of the phase; a function of its own, so that the engine may replace it. */
function workPart(plan: BprPlan, part: i32): void {
  if (plan.phase == 1) {
    stepPart(plan, part);
    return;
  }
  const salt = saltOf(plan.seedLow, plan.seedHigh, BLOCKS, plan.sweep);
  if (part < plan.blocks) groupPairs(plan, part, salt);
  else groupNegatives(plan, salt);
}

/**
 * Takes parts that nobody has taken until there are none.
 * @param address of the plan
 * @param thread not looked at: parts need no memory of their own
 * @param most parts to take
 */
export function bprWork(address: usize, thread: i32, most: i32): void {
  const plan = changetype<BprPlan>(address);
  for (let taken = 0; taken < most; taken++) {
    const part = takePart(address);
    if (part < 0) return;
    workPart(plan, part);
  }
}
