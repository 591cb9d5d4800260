/** Rounds of gradient boosting. Every thread runs `boost`; memory is laid out by the caller. */
import { barrier } from "./barrier";
import { Fit, Node, nodeAt, orderOf, shareOf } from "./fit";
import {
  logisticGradients, logisticLoss, quantise, softmaxGradients, softmaxLoss, softmaxRows,
  squaredGradients, squaredLoss,
} from "./gradients";
import { growTree, tableOf, treeStart } from "./grow";
import { saltOf } from "./random";
import { addTree, NODE_BYTES } from "./traverse";

const LOGISTIC = 0;
const SQUARED = 1;
const SOFTMAX = 2;

/** Rows whose sums are made one after the other; sums of chunks are then added in their order. */
const CHUNK = 8192;

/** Halves of the range that packed sums may use, see quantise(). */
const MOST_G: f64 = 2147483000.0;
const MOST_H: f64 = 4294967000.0;

// @ts-ignore: decorator
@inline
function chunksOf(rows: i32): i32 {
  return (rows + CHUNK - 1) / CHUNK;
}

// @ts-ignore: decorator
@inline
function meet(fit: Fit): void {
  barrier(changetype<usize>(fit), fit.threads);
}

/** Gradients of one chunk of rows for one class. */
function chunkGradients(fit: Fit, chunk: i32, klass: i32): void {
  const first = chunk * CHUNK;
  const count = min(CHUNK, fit.rows - first);
  const at = <usize>first << 3;
  const sums = fit.chunkSums + (<usize>chunk << 5);
  memory.fill(sums, 0, 32);
  const weight = fit.weight != 0 ? fit.weight + at : 0;
  const own = at + <usize>klass * (<usize>fit.scoreGap << 3);
  const target = fit.target + at;
  const out = fit.gradients + at;
  if (fit.objective == LOGISTIC) {
    logisticGradients(fit.scores + own, target, weight, out, count, sums);
  } else if (fit.objective == SQUARED) {
    squaredGradients(fit.scores + own, target, weight, out, count, sums);
  } else {
    const classes = <f64>fit.classes;
    softmaxGradients(
      fit.probabilities + own, target, weight, out, count, <f64>klass, classes / (classes - 1),
      sums);
  }
}

/** Adds the chunks' sums in their order, and sets the scales of quantisation. */
function setScales(fit: Fit): void {
  let g: f64 = 0;
  let h: f64 = 0;
  const chunks = chunksOf(fit.rows);
  for (let chunk = 0; chunk < chunks; chunk++) {
    const sums = fit.chunkSums + (<usize>chunk << 5);
    g += load<f64>(sums) + load<f64>(sums, 8);
    h += load<f64>(sums, 16) + load<f64>(sums, 24);
  }
  fit.sumG = g;
  fit.sumH = h;
  fit.scaleG = g > 0 ? (MOST_G - <f64>fit.rows) / g : 0;
  fit.scaleH = h > 0 ? (MOST_H - <f64>fit.rows) / h : 0;
}

/** Gradients, their sums and packed integers for one tree. */
function prepareTree(fit: Fit, thread: i32, klass: i32): void {
  const chunks = chunksOf(fit.rows);
  for (let chunk = thread; chunk < chunks; chunk += fit.threads) chunkGradients(fit, chunk, klass);
  meet(fit);
  if (thread == 0) setScales(fit);
  meet(fit);
  const salt = saltOf(fit.seedLow, fit.seedHigh, 1, fit.treeIndex);
  const packed = fit.sampleCut == 0 ? fit.packed : fit.packedOther;
  for (let chunk = thread; chunk < chunks; chunk += fit.threads) {
    const first = chunk * CHUNK;
    const at = <usize>first << 3;
    quantise(
      fit.gradients + at, packed + at, min(CHUNK, fit.rows - first), salt, fit.scaleG,
      fit.scaleH);
  }
  if (fit.sampleCut != 0) meet(fit);
}

/**
 * Adds g and h of each row to the sums of its leaf, as integers of scales that use 61 bits.
 * @param leafOf two bytes a row
 * @param sums 16 bytes a leaf
 */
export function sumLeaves(
  gradients: usize, leafOf: usize, count: i32, scaleG: f64, scaleH: f64, sums: usize,
): void {
  const scales = f64x2.replace_lane(f64x2.splat(scaleG), 1, scaleH);
  const end = leafOf + (<usize>count << 1);
  for (let at = leafOf; at < end; at += 2, gradients += 8) {
    const both = f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(gradients)), scales);
    const leaf = sums + (<usize>load<u16>(at) << 4);
    store<i64>(leaf, load<i64>(leaf) + <i64>f64x2.extract_lane(both, 0));
    store<i64>(leaf, load<i64>(leaf, 8) + <i64>f64x2.extract_lane(both, 1), 8);
  }
}

/** Adds g and h of listed rows to the sums of their leaf, as sumLeaves does. */
export function sumListed(
  gradients: usize, order: usize, count: i32, scaleG: f64, scaleH: f64, sums: usize,
): void {
  let g: i64 = 0;
  let h: i64 = 0;
  const end = order + (<usize>count << 2);
  for (let at = order; at < end; at += 4) {
    const row = gradients + (<usize>load<u32>(at) << 3);
    g += <i64>(<f64>load<f32>(row) * scaleG);
    h += <i64>(<f64>load<f32>(row, 4) * scaleH);
  }
  store<i64>(sums, load<i64>(sums) + g);
  store<i64>(sums, load<i64>(sums, 8) + h, 8);
}

/** Adds the value of its leaf to each row's score. */
export function addLeafValues(scores: usize, leafOf: usize, count: i32, values: usize): void {
  const end = leafOf + (<usize>count << 1);
  for (let at = leafOf; at < end; at += 2, scores += 8) {
    store<f64>(scores, load<f64>(scores) + load<f64>(values + (<usize>load<u16>(at) << 3)));
  }
}

// @ts-ignore: decorator
@inline
function leafAt(fit: Fit, place: i32): Node {
  return nodeAt(fit, load<i32>(fit.frontier + (<usize>place << 2)));
}

// @ts-ignore: decorator
@inline
function sumsOf(fit: Fit, thread: i32): usize {
  return fit.leafSums + <usize>thread * (<usize>fit.maxLeaves << 4);
}

/** Writes each row's leaf, each thread for its share of the order. */
function markLeaves(fit: Fit, thread: i32): void {
  const from = shareOf(fit.rows, thread, fit.threads);
  const to = shareOf(fit.rows, thread + 1, fit.threads);
  for (let place = 0; place < fit.leafCount; place++) {
    const leaf = leafAt(fit, place);
    const start = max(from, leaf.begin);
    const count = min(to, leaf.begin + leaf.count) - start;
    if (count <= 0) continue;
    const order = orderOf(fit, leaf.depth, start);
    const end = order + (<usize>count << 2);
    for (let at = order; at < end; at += 4) {
      store<u16>(fit.flags + (<usize>load<u32>(at) << 1), <u16>place);
    }
  }
}

/** Exact sums of the leaves' gradients, each thread its share of the rows, into its own table. */
function refitSums(fit: Fit, thread: i32): void {
  const scaleG: f64 = fit.sumG > 0 ? 2305843009213693952.0 / fit.sumG : 0;
  const scaleH: f64 = fit.sumH > 0 ? 2305843009213693952.0 / fit.sumH : 0;
  const sums = sumsOf(fit, thread);
  memory.fill(sums, 0, <usize>fit.leafCount << 4);
  const from = shareOf(fit.inSample, thread, fit.threads);
  const to = shareOf(fit.inSample, thread + 1, fit.threads);
  if (fit.sampleCut == 0) {
    sumLeaves(
      fit.gradients + (<usize>from << 3), fit.flags + (<usize>from << 1), to - from, scaleG,
      scaleH, sums);
    return;
  }
  for (let place = 0; place < fit.leafCount; place++) {
    const leaf = leafAt(fit, place);
    const start = max(from, leaf.begin);
    const count = min(to, leaf.begin + leaf.count) - start;
    if (count <= 0) continue;
    sumListed(
      fit.gradients, orderOf(fit, leaf.depth, start), count, scaleG, scaleH,
      sums + (<usize>place << 4));
  }
}

/** Values of all leaves from their exact sums, into the tree and into the first half of the sums. */
function setValues(fit: Fit): void {
  const unitG = fit.sumG / 2305843009213693952.0;
  const unitH = fit.sumH / 2305843009213693952.0;
  // Bounds are kept in quantised units.
  const unit = fit.scaleG > 0 ? fit.scaleH / fit.scaleG : 0;
  for (let place = 0; place < fit.leafCount; place++) {
    const leaf = leafAt(fit, place);
    let sumG: i64 = 0;
    let sumH: i64 = 0;
    for (let thread = 0; thread < fit.threads; thread++) {
      const sums = sumsOf(fit, thread) + (<usize>place << 4);
      sumG += load<i64>(sums);
      sumH += load<i64>(sums, 8);
    }
    const g = <f64>sumG * unitG;
    const h = <f64>sumH * unitH + fit.penalty;
    let value: f64 = h > 0 ? -g / h : 0;
    if (fit.constrained != 0) value = min(max(value, leaf.low * unit), leaf.high * unit);
    const node = treeStart(fit) + <usize>leaf.out * NODE_BYTES;
    store<f64>(node, value * fit.learningRate, 40);
    // Sums of this leaf and those before it are not read any more.
    store<f64>(fit.leafSums + (<usize>place << 3), value * fit.learningRate);
  }
}

/** Adds the new tree to the scores of the training rows. */
function updateScores(fit: Fit, thread: i32, klass: i32): void {
  const scores = fit.scores + <usize>klass * (<usize>fit.scoreGap << 3);
  if (fit.sampleCut != 0) {
    addTreeShare(fit, thread, fit.binRows, fit.rows, scores);
    return;
  }
  const from = shareOf(fit.rows, thread, fit.threads);
  const count = shareOf(fit.rows, thread + 1, fit.threads) - from;
  addLeafValues(
    scores + (<usize>from << 3), fit.flags + (<usize>from << 1), count, fit.leafSums);
}

/** Adds the new tree to scores by walking it, each thread its share of the rows. */
function addTreeShare(fit: Fit, thread: i32, bins: usize, rows: i32, scores: usize): void {
  const end = shareOf(rows, thread + 1, fit.threads);
  const depth = load<i32>(tableOf(fit), 4);
  for (let row = shareOf(rows, thread, fit.threads); row < end; row += 1024) {
    addTree(
      treeStart(fit), depth, bins + <usize>row * <usize>fit.stride, fit.stride,
      min(1024, end - row), scores + (<usize>row << 3), 1);
  }
}

/** One tree for one class. */
function addOneTree(fit: Fit, thread: i32, klass: i32): void {
  prepareTree(fit, thread, klass);
  growTree(fit, thread);
  if (fit.sampleCut == 0) {
    markLeaves(fit, thread);
    meet(fit);
  }
  refitSums(fit, thread);
  meet(fit);
  if (thread == 0) setValues(fit);
  meet(fit);
  updateScores(fit, thread, klass);
  if (fit.validationRows > 0) {
    addTreeShare(
      fit, thread, fit.validationBins, fit.validationRows,
      fit.validationScores + <usize>klass * (<usize>fit.validationGap << 3));
  }
  meet(fit);
  if (thread == 0) fit.treeIndex += 1;
}

/** Loss of a chunk of rows; of several classes it leaves the probabilities behind. */
function chunkLoss(
  fit: Fit, chunk: i32, rows: i32, scores: usize, probabilities: usize, gap: i32, target: usize,
  weight: usize, sums: usize,
): void {
  const first = chunk * CHUNK;
  const count = min(CHUNK, rows - first);
  const at = <usize>first << 3;
  const own = weight != 0 ? weight + at : 0;
  let loss: f64 = 0;
  if (fit.objective == LOGISTIC) {
    loss = logisticLoss(scores + at, target + at, own, count);
  } else if (fit.objective == SQUARED) {
    loss = squaredLoss(scores + at, target + at, own, count);
  } else {
    softmaxRows(scores, probabilities, gap, fit.classes, first, count);
    loss = softmaxLoss(probabilities + at, gap, target + at, own, count);
  }
  store<f64>(sums + (<usize>chunk << 3), loss);
}

function sumOf(sums: usize, chunks: i32): f64 {
  let sum: f64 = 0;
  for (let chunk = 0; chunk < chunks; chunk++) sum += load<f64>(sums + (<usize>chunk << 3));
  return sum;
}

/** Losses after a round, and whether it is time to stop. */
function judgeRound(fit: Fit, thread: i32): void {
  const chunks = chunksOf(fit.rows);
  if (fit.wantLoss != 0) {
    for (let chunk = thread; chunk < chunks; chunk += fit.threads) {
      chunkLoss(
        fit, chunk, fit.rows, fit.scores, fit.probabilities, fit.scoreGap, fit.target, fit.weight,
        fit.chunkSums);
    }
  }
  const watched = chunksOf(fit.validationRows);
  for (let chunk = thread; chunk < watched; chunk += fit.threads) {
    chunkLoss(
      fit, chunk, fit.validationRows, fit.validationScores, fit.validationProbabilities,
      fit.validationGap, fit.validationTarget, fit.validationWeight, fit.validationSums);
  }
  meet(fit);
  if (thread != 0) return;
  const out = fit.losses + (<usize>fit.roundsDone << 4);
  if (fit.wantLoss != 0) store<f64>(out, sumOf(fit.chunkSums, chunks) / fit.trainingWeight);
  const done = fit.roundsDone + 1;
  if (fit.validationRows > 0) {
    const loss = sumOf(fit.validationSums, watched) / fit.validationWeightSum;
    store<f64>(out, loss, 8);
    if (fit.bestRound == 0 || loss < fit.bestLoss) {
      fit.bestLoss = loss;
      fit.bestRound = done;
    }
    if (fit.patience > 0 && done - fit.bestRound >= fit.patience) fit.finished = 1;
  }
  if (done == fit.rounds || atomic.load<i32>(stopOf(fit)) != 0) fit.finished = 1;
  const rounds = changetype<usize>(fit) + offsetof<Fit>("roundsDone");
  atomic.store<i32>(rounds, done);
}

// @ts-ignore: decorator
@inline
function stopOf(fit: Fit): usize {
  return changetype<usize>(fit) + offsetof<Fit>("stop");
}

/**
 * Runs up to `most` rounds, fewer where the fit is finished before. Called by every thread.
 * @returns 1 when the fit is finished
 */
export function boost(address: usize, thread: i32, most: i32): i32 {
  const fit = changetype<Fit>(address);
  for (let round = 0; round < most; round++) {
    if (fit.finished != 0) break;
    if (fit.objective == SOFTMAX) {
      const chunks = chunksOf(fit.rows);
      for (let chunk = thread; chunk < chunks; chunk += fit.threads) {
        const first = chunk * CHUNK;
        softmaxRows(
          fit.scores, fit.probabilities, fit.scoreGap, fit.classes, first,
          min(CHUNK, fit.rows - first));
      }
      meet(fit);
    }
    for (let klass = 0; klass < fit.classes; klass++) addOneTree(fit, thread, klass);
    judgeRound(fit, thread);
    meet(fit);
  }
  return fit.finished;
}
