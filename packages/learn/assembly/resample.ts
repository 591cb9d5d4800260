/**
 * Resamples of the cluster bootstrap: draws units with replacement (Philox4x32-10, the numbers of
 * foundation/random.ts), sums each model's rows by run of equal scores, and computes metrics from the
 * runs in the order of metrics/*.ts.
 *
 *     plan   u32 units · u32 models · u32 key 0 · u32 key 1 · u32 first model
 *     model  u32 runs · u32 metrics · u32 address of the units by rank (u32) · targets by rank (u8) ·
 *            weights by rank (f64; 0 = all 1) · ends of the runs (u32) · scores of the runs (f64) ·
 *            u32 first metric
 *     metric u32 code · u32 address of its results (f64, one a resample) · f64 parameter · u32 address
 *            of sums by unit (f64) · u32 of weights by unit (f64)
 *     slot   16 words · counts by unit (u32) · from `runsAt` weights by run (f64) and positives by run
 *            (f64), `mostRuns` each
 */

const MODEL: usize = 32;
const METRIC: usize = 24;

// @ts-ignore: decorator
@inline
function lowWords(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function highWords(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 1, 3, 5, 7);
}

/** Four blocks of random words, counters `counter` …; word k of the four at out + 16 k. */
function fourBlocks(counter: u32, fork: u32, key0: u32, key1: u32, out: usize): void {
  let a = i32x4.add(i32x4.splat(counter), i32x4(0, 1, 2, 3));
  let b = i32x4.splat(0);
  let c = i32x4.splat(fork);
  let d = i32x4.splat(0);
  const m0 = i32x4.splat(0xd2511f53);
  const m1 = i32x4.splat(0xcd9e8d57);
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < 10; round++) {
    const p = i64x2.extmul_low_i32x4_u(a, m0);
    const q = i64x2.extmul_high_i32x4_u(a, m0);
    const r = i64x2.extmul_low_i32x4_u(c, m1);
    const s = i64x2.extmul_high_i32x4_u(c, m1);
    a = v128.xor(v128.xor(highWords(r, s), b), i32x4.splat(k0));
    b = lowWords(r, s);
    c = v128.xor(v128.xor(highWords(p, q), d), i32x4.splat(k1));
    d = lowWords(p, q);
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  v128.store(out, a, 0);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
}

// @ts-ignore: decorator
@inline
function countOne(words: usize, counts: usize, units: f64): void {
  const share = <f64>load<u32>(words) * 2.3283064365386963e-10;
  const at = counts + (<usize><i32>(share * units) << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** Draws as many units as there are, and counts how often each came. */
function drawUnits(plan: usize, resample: u32, slot: usize): void {
  const units = load<u32>(plan);
  const key0 = load<u32>(plan, 8);
  const key1 = load<u32>(plan, 12);
  const counts = slot + 64;
  memory.fill(counts, 0, <usize>units << 2);
  const range = <f64>units;
  let left = units;
  let counter: u32 = 0;
  for (; left >= 16; left -= 16, counter += 4) {
    fourBlocks(counter, resample, key0, key1, slot);
    for (let at = slot; at < slot + 64; at += 4) countOne(at, counts, range);
  }
  if (left === 0) return;
  fourBlocks(counter, resample, key0, key1, slot);
  for (let draw: u32 = 0; draw < left; draw++) {
    countOne(slot + <usize>(((draw & 3) << 4) + ((draw >> 2) << 2)), counts, range);
  }
}

/** Weight and positives of each run, rows counted as often as their unit came. */
function sumRuns(model: usize, counts: usize, weights: usize, positives: usize): void {
  const runs = load<u32>(model);
  const unit = <usize>load<u32>(model, 8);
  const target = <usize>load<u32>(model, 12);
  const weight = <usize>load<u32>(model, 16);
  const ends = <usize>load<u32>(model, 20);
  let rank: usize = 0;
  for (let run: usize = 0; run < <usize>runs; run++) {
    const end = <usize>load<u32>(ends + (run << 2));
    let sum: f64 = 0;
    let found: f64 = 0;
    for (; rank < end; rank++) {
      let times = <f64>load<u32>(counts + (<usize>load<u32>(unit + (rank << 2)) << 2));
      if (weight !== 0) times *= load<f64>(weight + (rank << 3));
      sum += times;
      found += times * <f64>load<u8>(target + rank);
    }
    store<f64>(weights + (run << 3), sum);
    store<f64>(positives + (run << 3), found);
  }
}

function areaUnderRoc(weights: usize, positives: usize, runs: usize): f64 {
  let area: f64 = 0;
  let found: f64 = 0;
  let alarms: f64 = 0;
  for (let at: usize = 0; at < runs << 3; at += 8) {
    const own = load<f64>(positives + at);
    const negative = load<f64>(weights + at) - own;
    area += negative * (found + own / 2);
    found += own;
    alarms += negative;
  }
  return area / (found * alarms);
}

function averagePrecision(weights: usize, positives: usize, runs: usize): f64 {
  let sum: f64 = 0;
  let found: f64 = 0;
  let total: f64 = 0;
  for (let at: usize = 0; at < runs << 3; at += 8) {
    const own = load<f64>(positives + at);
    total += load<f64>(weights + at);
    found += own;
    if (own > 0) sum += (own * found) / total;
  }
  return sum / found;
}

function sumOf(values: usize, from: usize, to: usize): f64 {
  let sum: f64 = 0;
  for (let at = values + (from << 3); at < values + (to << 3); at += 8) sum += load<f64>(at);
  return sum;
}

function lift(weights: usize, positives: usize, runs: usize, share: f64): f64 {
  const total = sumOf(weights, 0, runs);
  const all = sumOf(positives, 0, runs);
  const cut = share * total;
  let taken: f64 = 0;
  let found: f64 = 0;
  for (let at: usize = 0; at < runs << 3 && taken < cut; at += 8) {
    const weight = load<f64>(weights + at);
    const part = Math.min(1, (cut - taken) / weight);
    found += weight > 0 ? load<f64>(positives + at) * part : 0;
    taken += weight;
  }
  return found / cut / (all / total);
}

function recallAtFpr(weights: usize, positives: usize, runs: usize, limit: f64): f64 {
  const all = sumOf(positives, 0, runs);
  let negatives: f64 = 0;
  for (let at: usize = 0; at < runs << 3; at += 8) {
    negatives += load<f64>(weights + at) - load<f64>(positives + at);
  }
  let found: f64 = 0;
  let recalled: f64 = 0;
  let alarms: f64 = 0;
  for (let at: usize = 0; at < runs << 3; at += 8) {
    found += load<f64>(positives + at);
    alarms += load<f64>(weights + at) - load<f64>(positives + at);
    if (alarms > limit * negatives) break;
    recalled = found;
  }
  return negatives > 0 ? recalled / all : NaN;
}

function calibrationError(
  weights: usize, positives: usize, runs: usize, scores: usize, bins: f64,
): f64 {
  const size = sumOf(weights, 0, runs) / bins;
  let error: f64 = 0;
  let total: f64 = 0;
  let mass: f64 = 0;
  let probability: f64 = 0;
  let found: f64 = 0;
  let filled: f64 = 1;
  for (let run = runs; run > 0; run--) {
    const at = (run - 1) << 3;
    const weight = load<f64>(weights + at);
    const rate = load<f64>(positives + at) / weight;
    let left = weight;
    while (left > 0) {
      const room = size - mass;
      const whole = filled == bins || left < room;
      const part = whole ? left : room;
      mass += part;
      probability += part * load<f64>(scores + at);
      found += part * rate;
      left = whole ? 0 : left - room;
      if (filled == bins || left <= 0) continue;
      error += Math.abs(probability - found);
      total += mass;
      mass = 0;
      probability = 0;
      found = 0;
      filled += 1;
    }
  }
  if (mass > 0) {
    error += Math.abs(probability - found);
    total += mass;
  }
  return error / total;
}

/** F1, accuracy, precision or recall where the first `called` runs are called positive. */
function atThreshold(
  code: u32, weights: usize, positives: usize, runs: usize, called: usize,
): f64 {
  const truePositives = sumOf(positives, 0, called);
  let falsePositives: f64 = 0;
  let trueNegatives: f64 = 0;
  let at: usize = 0;
  for (; at < called << 3; at += 8) {
    falsePositives += load<f64>(weights + at) - load<f64>(positives + at);
  }
  if (code === 7) return truePositives / (truePositives + falsePositives);
  const falseNegatives = sumOf(positives, called, runs);
  if (code === 6) {
    for (; at < runs << 3; at += 8) {
      trueNegatives += load<f64>(weights + at) - load<f64>(positives + at);
    }
    const right = truePositives + trueNegatives;
    return right / (right + falsePositives + falseNegatives);
  }
  if (code === 8) return truePositives / (truePositives + falseNegatives);
  if (!(truePositives + falseNegatives > 0)) return NaN;
  return (2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives);
}

function bestF1(weights: usize, positives: usize, runs: usize): f64 {
  const all = sumOf(positives, 0, runs);
  let best: f64 = all > 0 ? 0 : NaN;
  let found: f64 = 0;
  let called: f64 = 0;
  for (let at: usize = 0; at < runs << 3; at += 8) {
    found += load<f64>(positives + at);
    called += load<f64>(weights + at);
    const f1 = (2 * found) / (called + all);
    if (f1 > best) best = f1;
  }
  return best;
}

function weightedMean(metric: usize, counts: usize, units: usize): f64 {
  const sums = <usize>load<u32>(metric, 16);
  const weights = <usize>load<u32>(metric, 20);
  let sum: f64 = 0;
  let total: f64 = 0;
  for (let unit: usize = 0; unit < units; unit++) {
    const times = <f64>load<u32>(counts + (unit << 2));
    sum += times * load<f64>(sums + (unit << 3));
    total += times * load<f64>(weights + (unit << 3));
  }
  return sum / total;
}

/**
 * Computes all metrics of all models on some resamples.
 * @param first resamples first … last - 1
 * @param slot memory of this call alone
 */
export function resample(
  plan: usize, first: u32, last: u32, slot: usize, runsAt: usize, mostRuns: usize,
): void {
  const units = <usize>load<u32>(plan);
  const counts = slot + 64;
  const weights = runsAt;
  const positives = runsAt + (mostRuns << 3);
  for (let resample = first; resample < last; resample++) {
    drawUnits(plan, resample, slot);
    let model = <usize>load<u32>(plan, 16);
    for (let k = load<u32>(plan, 4); k > 0; k--, model += MODEL) {
      const runs = <usize>load<u32>(model);
      const scores = <usize>load<u32>(model, 24);
      sumRuns(model, counts, weights, positives);
      let metric = <usize>load<u32>(model, 28);
      for (let m = load<u32>(model, 4); m > 0; m--, metric += METRIC) {
        const code = load<u32>(metric);
        const parameter = load<f64>(metric, 8);
        let value: f64 = 0;
        if (code === 0) value = areaUnderRoc(weights, positives, runs);
        else if (code === 1) value = averagePrecision(weights, positives, runs);
        else if (code === 2) value = lift(weights, positives, runs, parameter);
        else if (code === 3) value = recallAtFpr(weights, positives, runs, parameter);
        else if (code === 4) value = calibrationError(weights, positives, runs, scores, parameter);
        else if (code === 9) value = bestF1(weights, positives, runs);
        else if (code === 10) value = weightedMean(metric, counts, units);
        else value = atThreshold(code, weights, positives, runs, <usize>parameter);
        store<f64>(<usize>load<u32>(metric, 4) + (<usize>resample << 3), value);
      }
    }
  }
}
