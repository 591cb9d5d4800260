import type { BinLayout, ColumnBins } from "../../encoders/index.js";
import { bytesOfBlocks, checkPlannedMemory, type Session } from "../../kernels/index.js";
import { ForestMemory, type ForestWord } from "./forest-memory.js";

/** Nodes of so many rows or fewer are copied into blocks, see assembly/forest-grow.ts. */
const MOST_BLOCK_ROWS = 8192;
/** What a block may take of the nearer caches, and what a row takes beside its bins. */
const BLOCK_BYTES = 640 * 1024;
const ITEM_BYTES = 40;
/** What trees are written to before they are read. */
const OUTPUT_BYTES = 32 * 1024 * 1024;
const GROWER_BYTES = 512;
const NODE_BYTES = 40;
const WAITING_BYTES = 40;
const MOST_BINS = 256;
/** The smaller child is grown first: nodes that wait are halved each time. */
const MOST_WAITING = 80;

/** What is grown, in the words of the kernels. */
export interface Growth {
  /** Classes, 1 for two classes and for values. */
  readonly classes: number;
  /** Whether sums of weights and targets are sums of integers. */
  readonly exact: boolean;
  readonly entropy: boolean;
  /** Whether cuts are drawn at random. */
  readonly randomCuts: boolean;
  readonly bootstrap: boolean;
  readonly outOfBag: boolean;
  /** 0 = any. */
  readonly maxDepth: number;
  /** Columns a split, 1 … columns. */
  readonly features: number;
  readonly minSplit: number;
  readonly minLeaf: number;
  readonly seed: number;
  /** Number of the first tree, and how many: a tree is a function of its number. */
  readonly firstTree: number;
  readonly trees: number;
}

/** Rows to learn from, in bins. */
export interface GrowingRows {
  readonly bins: readonly ColumnBins[];
  readonly layout: BinLayout;
  readonly rowCount: number;
  readonly target: Float64Array;
  readonly weight: Float64Array | undefined;
}

/** A fit that is laid out in memory. */
export interface PlannedForest {
  readonly memory: ForestMemory;
  readonly output: number;
  readonly table: number;
  /** One sum of 2^-40 a row and class, and how many trees stand in it; 0 = not wanted. */
  readonly oobSums: number;
  readonly oobCounts: number;
}

/** Leaves that a tree can have. */
function mostLeaves({ maxDepth, minLeaf }: Growth, rowCount: number): number {
  const byRows = Math.max(1, Math.floor(rowCount / minLeaf));
  return maxDepth > 0 && maxDepth < 31 ? Math.min(byRows, 2 ** maxDepth) : byRows;
}

/** Rows of a block: a multiple of 64, 0 where a row is too wide. */
function blockRowsOf(stride: number): number {
  const rows = Math.min(MOST_BLOCK_ROWS, BLOCK_BYTES / (stride + ITEM_BYTES));
  return Math.floor(rows / 64) * 64;
}

/** What memory depends on. */
export interface TableSize {
  readonly rowCount: number;
  readonly columns: number;
  /** Whether any column holds categories. */
  readonly categorical: boolean;
}

/** Where the parts of a thread's memory stand, and how long it is. */
function threadParts(growth: Growth, { rowCount, columns, categorical }: TableSize) {
  let end = GROWER_BYTES;
  const part = (bytes: number): number => {
    const at = end;
    end = Math.ceil((end + bytes) / 64) * 64 + 64;
    return at;
  };
  const { classes } = growth;
  const stride = Math.ceil(columns / 4) * 4;
  const blockRows = blockRowsOf(stride);
  const leaves = mostLeaves(growth, rowCount);
  const binBytes = classes > 1 ? 8 * classes : 16;
  const parts = {
    countsAt: part(rowCount),
    orderAt: part(8 * rowCount),
    itemsAt: part(32 * rowCount),
    nodesAt: part(NODE_BYTES * (2 * leaves - 1)),
    sharesAt: part(classes > 1 ? 8 * classes * leaves : 0),
    setsAt: part(categorical ? 32 * (leaves - 1) : 0),
    stackAt: part(WAITING_BYTES * MOST_WAITING),
    choiceAt: part(4 * columns),
    histogramAt: part(MOST_BINS * (binBytes + 4) + 32),
    cellsAt: part(MOST_BINS * (binBytes + 8)),
    rankAt: part(16 * MOST_BINS),
    sumsAt: part(16 * classes),
    blockAt: part(stride * (blockRows + 64) + ITEM_BYTES * blockRows),
  } satisfies Partial<Record<ForestWord, number>>;
  return { ...parts, blockRows, threadBytes: end, worstBytes: parts.stackAt - parts.nodesAt };
}

function copyDoubles(session: Session, values: Float64Array | undefined): number {
  if (values === undefined) return 0;
  const address = session.arena.allocate(8 * values.length);
  session.arena.doubles(address, values.length).set(values);
  return address;
}

function placeColumns({ arena }: Session, bins: readonly ColumnBins[]) {
  const binCounts = arena.allocate(4 * bins.length);
  arena.integers(binCounts, bins.length).set(bins.map(({ binCount }) => binCount));
  const categorical = arena.allocate(bins.length);
  arena.bytes(categorical, bins.length).set(bins.map(({ kind }) => (kind === "category" ? 1 : 0)));
  return { columns: bins.length, binCounts, categorical };
}

function placeUnseen({ arena }: Session, { outOfBag, classes }: Growth, rowCount: number) {
  if (!outOfBag) return { oobSums: 0, oobCounts: 0 };
  const oobSums = arena.allocate(8 * classes * rowCount);
  const oobCounts = arena.allocate(4 * rowCount);
  arena.bytes(oobSums, 8 * classes * rowCount).fill(0);
  arena.bytes(oobCounts, 4 * rowCount).fill(0);
  return { oobSums, oobCounts };
}

function wordsOf(growth: Growth): Partial<Record<ForestWord, number>> {
  const { classes, maxDepth, minSplit, minLeaf, seed } = growth;
  return {
    classes,
    maxDepth: maxDepth === 0 ? 0x7fffffff : maxDepth,
    maxFeatures: growth.features,
    minSplit,
    minLeaf,
    exact: growth.exact ? 1 : 0,
    entropy: growth.entropy ? 1 : 0,
    randomCuts: growth.randomCuts ? 1 : 0,
    bootstrap: growth.bootstrap ? 1 : 0,
    seedLow: seed % 4294967296,
    seedHigh: Math.floor(seed / 4294967296),
    treeFirst: growth.firstTree,
    treeNext: growth.firstTree,
    treeEnd: growth.firstTree + growth.trees,
  };
}

/** Bytes that grown trees are written to before they are read. */
function outputBytesOf({ trees }: Growth, threads: number, worstBytes: number): number {
  return Math.max(threads * worstBytes, Math.min(OUTPUT_BYTES, trees * worstBytes));
}

/**
 * Asks for the memory of a fit before anything is computed, and gives it back: what cannot be had,
 * or is above the caller's limit, is refused at once.
 * @throws KERNEL_MEMORY
 */
export function checkMemory(
  { arena, threads }: Session,
  growth: Growth,
  table: TableSize,
  { doing, limit }: { readonly doing: string; readonly limit: number | undefined },
): void {
  const { threadBytes, worstBytes } = threadParts(growth, table);
  const { rowCount, columns } = table;
  const growing = rowCount * (2 * columns + 4) + threads * threadBytes;
  const written = outputBytesOf(growth, threads, worstBytes);
  const perRow = rowCount * (16 + (growth.outOfBag ? 8 * growth.classes + 4 : 0));
  const blocks = [growing, written, perRow];
  checkPlannedMemory(doing, bytesOfBlocks(blocks), limit);
  const mark = arena.mark();
  for (const bytes of blocks) arena.allocate(bytes);
  arena.release(mark);
}

/**
 * Lays a fit out in a session's memory.
 * @throws KERNEL_MEMORY
 */
export function planForest(session: Session, growth: Growth, rows: GrowingRows): PlannedForest {
  const { arena, threads } = session;
  const { bins, layout, rowCount } = rows;
  const memory = new ForestMemory(arena);
  const categorical = bins.some(({ kind }) => kind === "category");
  const parts = threadParts(growth, { rowCount, columns: bins.length, categorical });
  const outputBytes = outputBytesOf(growth, threads, parts.worstBytes);
  const table = arena.allocate(16 * growth.trees);
  const places = {
    target: copyDoubles(session, rows.target),
    weight: copyDoubles(session, rows.weight),
    threadArea: arena.allocate(threads * parts.threadBytes),
    output: arena.allocate(outputBytes),
  };
  const unseen = placeUnseen(session, growth, rowCount);
  memory.set({
    ...wordsOf(growth),
    ...parts,
    ...placeColumns(session, bins),
    ...unseen,
    ...places,
    outputBytes,
    table,
    rows: rowCount,
    stride: layout.stride,
    binRows: layout.rows,
    binColumns: layout.columns,
    columnGap: layout.columnGap,
  });
  return { memory, output: places.output, table, ...unseen };
}
