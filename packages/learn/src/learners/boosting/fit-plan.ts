import type { BinLayout, ColumnBins } from "../../encoders/index.js";
import type { Session } from "../../kernels/index.js";
import { FitMemory, type FitWord } from "./fit-memory.js";
import type { Objective } from "./objective.js";
import type { BoostingOptions } from "./options.js";
import { treeBytes, type WrittenTrees } from "./read-trees.js";

/** Rows whose losses are summed at a time, as assembly/boost.ts does. */
const CHUNK_ROWS = 8192;
/** Nodes of so many rows or more are split by all threads together. */
const BIG_NODE_ROWS = 16_384;
/** Trees that are written before they are read: so many rounds, or so many bytes. */
const ROUNDS_AT_A_TIME = 32;
const TREE_BYTES_AT_A_TIME = 16 * 1024 * 1024;
const COLUMN_BYTES = 2048;
const GROWING_NODE_BYTES = 128;
const BLOCK_ROWS = 64;

/** A table in bins, with what belongs to its rows. */
export interface BinnedRows {
  readonly layout: BinLayout;
  readonly rowCount: number;
  readonly target: Float64Array;
  readonly weight: Float64Array | undefined;
}

/** All that a fit needs before it starts. */
export interface FitInput {
  readonly objective: Objective;
  readonly options: BoostingOptions;
  /** Names of the columns, in the order of their bins. */
  readonly names: readonly string[];
  readonly bins: readonly ColumnBins[];
  readonly start: Float64Array;
  readonly training: BinnedRows;
  readonly validation: BinnedRows | undefined;
  readonly wantLoss: boolean;
}

/** A fit that is laid out in memory. */
export interface PlannedFit {
  readonly memory: FitMemory;
  readonly written: WrittenTrees;
  readonly roundsAtATime: number;
  /** Address of two doubles a round: loss of training and of validation. */
  readonly losses: number;
}

function totalWeight({ weight, rowCount }: BinnedRows): number {
  return weight?.reduce((sum, value) => sum + value, 0) ?? rowCount;
}

/** Targets, weights and scores of rows: addresses, doubles from one class to the next. */
function placeRows(session: Session, rows: BinnedRows, start: Float64Array) {
  const { arena } = session;
  const gap = Math.ceil(rows.rowCount / 8) * 8 + 8;
  const copy = (values: Float64Array): number => {
    const address = arena.allocate(8 * values.length);
    arena.doubles(address, values.length).set(values);
    return address;
  };
  const target = copy(rows.target);
  const weight = rows.weight === undefined ? 0 : copy(rows.weight);
  const scores = arena.allocate(8 * gap * start.length);
  for (const [k, base] of start.entries()) {
    arena.doubles(scores + 8 * gap * k, gap).fill(base);
  }
  const probabilities = start.length > 1 ? arena.allocate(8 * gap * start.length) : 0;
  const sums = arena.allocate(32 * Math.ceil(rows.rowCount / CHUNK_ROWS));
  return { target, weight, scores, probabilities, sums, gap };
}

/** Leaves of a tree at most. */
export function leavesOf({ maxLeaves, maxDepth }: BoostingOptions, rowCount: number): number {
  const byDepth = maxDepth > 0 && maxDepth < 17 ? 2 ** maxDepth : maxLeaves;
  return Math.max(2, Math.min(maxLeaves, byDepth, rowCount));
}

/** What is told of the columns: bins, kinds, directions; one mask byte each. */
function placeColumns(session: Session, { bins, names, options }: FitInput) {
  const { arena } = session;
  const count = bins.length;
  const binCounts = arena.allocate(4 * count);
  arena.integers(binCounts, count).set(bins.map((one) => one.binCount));
  const categorical = arena.allocate(count);
  arena.bytes(categorical, count).set(bins.map((one) => (one.kind === "category" ? 1 : 0)));
  const directions = arena.allocate(count);
  const wanted = names.map((name) => options.monotone[name] ?? 0);
  arena.bytes(directions, count).set(wanted.map((direction) => direction & 255));
  const constrained = wanted.some((direction) => direction !== 0) ? 1 : 0;
  const chosen = arena.allocate(4 * count + 4);
  arena.integers(chosen, count).set([...bins.keys()]);
  return { binCounts, categorical, directions, constrained, chosen };
}

/** The bins that a tree learns from: the table's, or room for those of its chosen columns. */
function placeTreeRows(session: Session, { bins, options, training }: FitInput) {
  const { layout, rowCount } = training;
  const treeColumns = Math.max(1, Math.round(options.columnShare * bins.length));
  if (treeColumns === bins.length) {
    return { treeColumns, treeRows: layout.rows, treeStride: layout.stride };
  }
  const treeStride = Math.ceil(treeColumns / 4) * 4;
  return { treeColumns, treeStride, treeRows: session.arena.allocate(rowCount * treeStride) };
}

/** Memory of the growing tree and of the threads. */
function placeWork(session: Session, rowCount: number, leaves: number, stride: number) {
  const { arena, threads } = session;
  const batch = threads === 1 ? 1 : 2 * threads;
  const slots = leaves + 2 * batch + 2;
  const threadBytes = 8192 + BLOCK_ROWS * stride + 128;
  return {
    batch,
    slots,
    bigNode: threads === 1 ? 0x7fffffff : BIG_NODE_ROWS,
    gradients: arena.allocate(8 * rowCount),
    packed: arena.allocate(8 * rowCount),
    packedOther: arena.allocate(8 * rowCount),
    order: arena.allocate(4 * rowCount),
    orderOther: arena.allocate(4 * rowCount),
    flags: arena.allocate(2 * rowCount),
    histograms: arena.allocate(slots * stride * COLUMN_BYTES),
    partials: arena.allocate((threads - 1) * stride * COLUMN_BYTES),
    nodes: arena.allocate((4 * leaves + 4 * batch + 8) * GROWING_NODE_BYTES),
    frontier: arena.allocate(4 * (leaves + 1)),
    freeSlots: arena.allocate(4 * slots),
    tasks: arena.allocate(4 * (batch + 1)),
    leafSums: arena.allocate(16 * leaves * threads),
    threadArea: arena.allocate(threads * threadBytes),
    threadBytes,
  } satisfies Partial<Record<FitWord, number>>;
}

function wordsOf(options: BoostingOptions) {
  const { rowShare, seed } = options;
  return {
    maxDepth: options.maxDepth === 0 ? 0x7fffffff : options.maxDepth,
    minRows: options.minRows,
    mostCategories: options.maxCategories,
    sampleCut: rowShare < 1 ? Math.max(1, Math.floor(rowShare * 4294967296)) : 0,
    seedLow: seed % 4294967296,
    seedHigh: Math.floor(seed / 4294967296),
    patience: options.patience,
    learningRate: options.learningRate,
    penalty: options.l2,
    minHessian: options.minHessian,
    minGain: options.minGain,
    categoryPenalty: options.categoryL2,
    categorySmoothing: options.categorySmoothing,
    categoryRows: options.minCategoryRows,
  };
}

/**
 * Lays a fit out in a session's memory.
 * @throws KERNEL_MEMORY
 */
export function planFit(session: Session, input: FitInput): PlannedFit {
  const { arena } = session;
  const { options, training, validation, start, objective } = input;
  const memory = new FitMemory(arena);
  const classes = start.length;
  const leaves = leavesOf(options, training.rowCount);
  const perRound = treeBytes(leaves, classes);
  const fitting = Math.max(1, Math.floor(TREE_BYTES_AT_A_TIME / perRound));
  const roundsAtATime = Math.min(ROUNDS_AT_A_TIME, fitting, options.rounds);
  const nodesApart = 2 * leaves - 1;
  const written = {
    trees: arena.allocate(48 * nodesApart * classes * roundsAtATime),
    info: arena.allocate(32 * nodesApart * classes * roundsAtATime),
    table: arena.allocate(8 * classes * roundsAtATime),
    nodesApart,
  };
  const losses = arena.allocate(16 * options.rounds);
  const rows = placeRows(session, training, start);
  const treeRows = placeTreeRows(session, input);
  memory.set({
    ...wordsOf(options),
    ...placeColumns(session, input),
    ...treeRows,
    ...placeWork(session, training.rowCount, leaves, treeRows.treeStride),
    threads: session.threads,
    rows: training.rowCount,
    columns: input.bins.length,
    stride: training.layout.stride,
    rounds: options.rounds,
    classes,
    objective: objective.code,
    maxLeaves: leaves,
    wantLoss: input.wantLoss ? 1 : 0,
    binRows: training.layout.rows,
    binColumns: training.layout.columns,
    columnGap: training.layout.columnGap,
    target: rows.target,
    weight: rows.weight,
    scores: rows.scores,
    probabilities: rows.probabilities,
    scoreGap: rows.gap,
    chunkSums: rows.sums,
    trees: written.trees,
    treeInfo: written.info,
    treeTable: written.table,
    losses,
    trainingWeight: totalWeight(training),
  });
  if (validation !== undefined) placeValidation(session, memory, validation, start);
  return { memory, written, roundsAtATime, losses };
}

function placeValidation(
  session: Session,
  memory: FitMemory,
  validation: BinnedRows,
  start: Float64Array,
): void {
  const rows = placeRows(session, validation, start);
  memory.set({
    validationRows: validation.rowCount,
    validationBins: validation.layout.rows,
    validationTarget: rows.target,
    validationWeight: rows.weight,
    validationScores: rows.scores,
    validationProbabilities: rows.probabilities,
    validationGap: rows.gap,
    validationSums: rows.sums,
    validationWeightSum: totalWeight(validation),
  });
}
