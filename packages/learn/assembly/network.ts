/**
 * Training and scoring of neural networks. Every thread runs the same kernel. A batch is cut into
 * chunks whose size does not depend on the threads; each has gradients of its own, which are added
 * in the order of the chunks: so the number of threads changes no bit.
 * @source Adam: Kingma & Ba 2015, algorithm 1; clipping: Pascanu, Mikolov & Bengio 2013
 */
import { barrier } from "./barrier";
import { chunkLoss, chunkScores } from "./network-loss";
import { backwardPass, Chunk, forwardPass } from "./network-pass";
import { Examples, isStopping, layerOf, lengthOf, Network, numbersOf } from "./network-plan";
import { transposePanel } from "./network-products";
import { randomWord, saltOf } from "./random";

const SHUFFLE_PURPOSE = 31;
/** Floats of weights that a thread takes at a time, and whose squares are one sum. */
const BLOCK = 1024;
const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
const EPSILON: f32 = 1e-7;

// @ts-ignore: decorator
@inline
function meet(net: Network): void {
  barrier(changetype<usize>(net), net.threads);
}

function shuffle(net: Network): void {
  const examples = changetype<Examples>(net.training);
  const salt = saltOf(net.seedLow, net.seedHigh, SHUFFLE_PURPOSE, net.epochsDone);
  const order = examples.order;
  for (let i = examples.count - 1; i > 0; i--) {
    const j = <usize>((<u64>randomWord(salt, i) * <u64>(i + 1)) >> 32);
    const a = order + (<usize>i << 2);
    const b = order + (j << 2);
    const kept = load<u32>(a);
    store<u32>(a, load<u32>(b));
    store<u32>(b, kept);
  }
}

/** Lists the next batch, the longest examples first: those under way are always the first ones. */
function sortBatch(net: Network): void {
  const examples = changetype<Examples>(net.training);
  const from = examples.order + (<usize>net.batchStart << 2);
  const count = min(net.batchSize, examples.count - net.batchStart);
  const buckets = net.buckets;
  memory.fill(buckets, 0, <usize>(net.longest + 2) << 2);
  for (let i: usize = 0; i < <usize>count; i++) {
    const at = buckets + (<usize>lengthOf(examples, load<u32>(from + (i << 2))) << 2);
    store<i32>(at, load<i32>(at) + 1);
  }
  let place = 0;
  for (let length = net.longest; length >= 0; length--) {
    const at = buckets + (<usize>length << 2);
    const own = load<i32>(at);
    store<i32>(at, place);
    place += own;
  }
  for (let i: usize = 0; i < <usize>count; i++) {
    const id = load<u32>(from + (i << 2));
    const at = buckets + (<usize>lengthOf(examples, id) << 2);
    const to = load<i32>(at);
    store<i32>(at, to + 1);
    store<u32>(net.sorted + (<usize>to << 2), id);
  }
  net.batchRows = count;
  setChunks(net, count);
}

function setChunks(net: Network, count: i32): void {
  net.chunks = (count + net.chunkRows - 1) / net.chunkRows;
  atomic.store<i32>(changetype<usize>(net) + offsetof<Network>("chunkNext"), 0);
}

function transposeOwn(net: Network, thread: i32): void {
  let item = 0;
  for (let place = 0; place < net.layerCount; place++) {
    const layer = layerOf(net, place);
    if (layer.transposed == 0) continue;
    const panels = (layer.inputs - layer.skip) >> 3;
    for (let j = 0; j < panels; j++, item++) {
      if (item % net.threads == thread) transposePanel(layer, net.weights, j);
    }
  }
}

/** What a thread computes one after the other; stands at the start of its area. */
function chunkOf(net: Network, thread: i32, examples: usize, drops: i32): Chunk {
  const area = net.areas + <usize>thread * <usize>net.areaBytes;
  const chunk = changetype<Chunk>(area);
  chunk.area = area;
  chunk.examples = examples;
  chunk.drops = drops;
  return chunk;
}

/** Takes the next chunk of a list of examples. @returns its number, or -1 where all are taken */
function takeChunk(net: Network, chunk: Chunk, list: usize, count: i32): i32 {
  const place = atomic.add<i32>(changetype<usize>(net) + offsetof<Network>("chunkNext"), 1);
  if (place >= net.chunks) return -1;
  chunk.first = place * net.chunkRows;
  chunk.rows = min(net.chunkRows, count - chunk.first);
  chunk.ids = list + (<usize>chunk.first << 2);
  return place;
}

/** Forward and back: one chunk of the batch. */
function trainChunk(net: Network, chunk: Chunk, place: i32): void {
  const bytes = <usize>net.weightCount << 2;
  const gradients = net.gradients + <usize>place * bytes;
  memory.fill(gradients, 0, bytes);
  forwardPass(net, chunk);
  const loss = chunkLoss(net, chunk, 1 / <f64>net.batchRows);
  store<f64>(net.chunkLosses + (<usize>place << 3), loss);
  backwardPass(net, chunk, gradients);
}

/** Adds the chunks' gradients to the first one's, in order, and sums the squares of a block. */
function sumBlock(net: Network, block: i32): void {
  const first = block * BLOCK;
  const count = min(BLOCK, net.weightCount - first);
  const bytes = <usize>net.weightCount << 2;
  const start = net.gradients + (<usize>first << 2);
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  for (let at = start; at < start + (<usize>count << 2); at += 16) {
    let sum = v128.load(at);
    let other = at;
    for (let chunk = 1; chunk < net.chunks; chunk++) {
      other += bytes;
      sum = f32x4.add(sum, v128.load(other));
    }
    v128.store(at, sum);
    const low = f64x2.promote_low_f32x4(sum);
    const high = f64x2.promote_low_f32x4(i8x16.shuffle(
      sum, sum, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
    even = f64x2.add(even, f64x2.mul(low, low));
    odd = f64x2.add(odd, f64x2.mul(high, high));
  }
  const both = f64x2.add(even, odd);
  store<f64>(
    net.partials + (<usize>block << 3),
    f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1));
}

/** What gradients are multiplied by, so that their norm is at most `clipNorm`. */
function clipFactor(net: Network, blocks: i32): f64 {
  const most = numbersOf(net).clipNorm;
  let squares: f64 = 0;
  for (let block = 0; block < blocks; block++) {
    squares += load<f64>(net.partials + (<usize>block << 3));
  }
  const norm = sqrt(squares);
  return most > 0 && norm > most ? most / norm : 1;
}

/** Adam's step for a block of weights. */
function adamBlock(net: Network, block: i32, clip: f32, rate: f32): void {
  const first = <usize>(block * BLOCK) << 2;
  const bytes = <usize>min(BLOCK, net.weightCount - block * BLOCK) << 2;
  const weights = net.weights + first;
  const gradients = net.gradients + first;
  const means = net.moments + first;
  const squares = means + (<usize>net.weightCount << 2);
  const keep1 = f32x4.splat(<f32>BETA1);
  const keep2 = f32x4.splat(<f32>BETA2);
  const add1 = f32x4.splat(<f32>(1 - BETA1));
  const add2 = f32x4.splat(<f32>(1 - BETA2));
  const factor = f32x4.splat(clip);
  const rates = f32x4.splat(rate);
  const epsilon = f32x4.splat(EPSILON);
  for (let at: usize = 0; at < bytes; at += 16) {
    const g = f32x4.mul(v128.load(gradients + at), factor);
    const m = f32x4.add(f32x4.mul(keep1, v128.load(means + at)), f32x4.mul(add1, g));
    const s = f32x4.add(
      f32x4.mul(keep2, v128.load(squares + at)), f32x4.mul(add2, f32x4.mul(g, g)));
    v128.store(means + at, m);
    v128.store(squares + at, s);
    const step = f32x4.div(f32x4.mul(rates, m), f32x4.add(f32x4.sqrt(s), epsilon));
    v128.store(weights + at, f32x4.sub(v128.load(weights + at), step));
  }
}

/** From the chunks' gradients to the next weights. */
function descend(net: Network, thread: i32): void {
  const numbers = numbersOf(net);
  const blocks = (net.weightCount + BLOCK - 1) / BLOCK;
  for (let block = thread; block < blocks; block += net.threads) sumBlock(net, block);
  if (thread == 0) {
    numbers.power1 *= BETA1;
    numbers.power2 *= BETA2;
  }
  meet(net);
  const clip = <f32>clipFactor(net, blocks);
  const rate = <f32>(numbers.learningRate * sqrt(1 - numbers.power2) / (1 - numbers.power1));
  for (let block = thread; block < blocks; block += net.threads) {
    adamBlock(net, block, clip, rate);
  }
}

function sumLosses(net: Network): f64 {
  let sum: f64 = 0;
  for (let chunk = 0; chunk < net.chunks; chunk++) {
    sum += load<f64>(net.chunkLosses + (<usize>chunk << 3));
  }
  return sum;
}

/** One step of descent over one batch. */
function trainBatch(net: Network, thread: i32): void {
  if (thread == 0) {
    if (net.batchStart == 0) shuffle(net);
    sortBatch(net);
  }
  transposeOwn(net, thread);
  meet(net);
  const chunk = chunkOf(net, thread, net.training, 1);
  for (;;) {
    const place = takeChunk(net, chunk, net.sorted, net.batchRows);
    if (place < 0) break;
    trainChunk(net, chunk, place);
  }
  meet(net);
  if (thread == 0) latchStop(net);
  meet(net);
  if (net.finished != 0) return;
  if (thread == 0) numbersOf(net).batchLoss += sumLosses(net);
  descend(net, thread);
}

/** All threads stop at the same place: what one has seen, all see. */
function latchStop(net: Network): void {
  if (isStopping(net)) net.finished = 1;
}

/** Mean loss over the examples that are watched; into the chunks' losses. */
function watch(net: Network, thread: i32): void {
  const examples = changetype<Examples>(net.validation);
  if (thread == 0) setChunks(net, examples.count);
  meet(net);
  const chunk = chunkOf(net, thread, net.validation, 0);
  for (;;) {
    const place = takeChunk(net, chunk, examples.order, examples.count);
    if (place < 0) break;
    forwardPass(net, chunk);
    store<f64>(net.chunkLosses + (<usize>place << 3), chunkLoss(net, chunk, 1));
  }
  meet(net);
}

/** Notes an epoch's losses; keeps the best weights; says when it is enough. */
function judgeEpoch(net: Network): void {
  const numbers = numbersOf(net);
  const training = changetype<Examples>(net.training);
  const out = net.losses + (<usize>net.epochsDone << 4);
  store<f64>(out, numbers.batchLoss / <f64>training.count);
  numbers.batchLoss = 0;
  const done = net.epochsDone + 1;
  if (net.validation != 0) {
    const loss = sumLosses(net) / <f64>changetype<Examples>(net.validation).count;
    store<f64>(out, loss, 8);
    if (net.bestEpoch == 0 || loss < numbers.bestLoss) {
      numbers.bestLoss = loss;
      net.bestEpoch = done;
      memory.copy(net.best, net.weights, <usize>net.weightCount << 2);
    }
    if (net.patience > 0 && done - net.bestEpoch >= net.patience) net.finished = 1;
  }
  if (done == net.epochs) net.finished = 1;
  latchStop(net);
  atomic.store<i32>(changetype<usize>(net) + offsetof<Network>("epochsDone"), done);
}

/**
 * Trains over up to `most` batches, fewer where training is over before. Called by every thread.
 */
export function trainNetwork(address: usize, thread: i32, most: i32): void {
  const net = changetype<Network>(address);
  const count = changetype<Examples>(net.training).count;
  for (let batch = 0; batch < most; batch++) {
    if (net.finished != 0) return;
    const ended = net.batchStart + net.batchSize >= count;
    trainBatch(net, thread);
    if (net.finished != 0) return;
    meet(net);
    if (ended && net.validation != 0) watch(net, thread);
    if (ended) meet(net);
    if (thread == 0) {
      net.batchStart = ended ? 0 : net.batchStart + net.batchSize;
      net.batchesDone += 1;
      if (ended) judgeEpoch(net);
    }
    meet(net);
  }
}

/** Scores the training examples, which stand in their order; see chunkScores. */
export function scoreNetwork(address: usize, thread: i32): void {
  const net = changetype<Network>(address);
  const examples = changetype<Examples>(net.training);
  const chunk = chunkOf(net, thread, net.training, 0);
  for (;;) {
    const place = takeChunk(net, chunk, examples.order, examples.count);
    if (place < 0 || isStopping(net)) return;
    forwardPass(net, chunk);
    chunkScores(net, chunk, net.scores);
  }
}
