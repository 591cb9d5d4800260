/** Trees of a forest: every thread takes the next one that nobody grows, and grows it alone. */
import { growForestTree } from "./forest-grow";
import { Forest, FOREST_NODE_BYTES, Grower, growerAt, isStopped } from "./forest-plan";
import { addUnseen } from "./forest-unseen";
import { randomWord, saltOf } from "./random";

/** Draws rows with putting back: how often each was drawn, at most 255 times. */
function drawRows(forest: Forest, counts: usize, tree: i32): void {
  const rows = forest.rows;
  if (forest.bootstrap == 0) {
    memory.fill(counts, 1, rows);
    return;
  }
  memory.fill(counts, 0, rows);
  const salt = saltOf(forest.seedLow, forest.seedHigh, 11, tree);
  for (let draw = 0; draw < rows; draw++) {
    const row = <usize>((<u64>randomWord(salt, draw) * <u64>rows) >> 32);
    const count = load<u8>(counts + row);
    store<u8>(counts + row, count + <u8>(count < 255));
  }
}

/** Lists the drawn rows with their items. @returns how many */
function listRows(forest: Forest, grower: Grower, counts: usize): i32 {
  const several = forest.classes > 1;
  let order = grower.order0;
  let item = grower.items0;
  for (let row: usize = 0; row < <usize>forest.rows; row++) {
    const drawn = load<u8>(counts + row);
    if (drawn == 0) continue;
    let weight = <f64>drawn;
    if (forest.weight != 0) weight *= load<f64>(forest.weight + (row << 3));
    const target = load<f64>(forest.target + (row << 3));
    store<u32>(order, <u32>row);
    store<f64>(item, weight);
    store<f64>(item, several ? target : weight * target, 8);
    order += 4;
    item += 16;
  }
  return <i32>((order - grower.order0) >> 2);
}

/** Copies a grown tree behind those that are written: nodes, shares of leaves, sets. */
function writeTree(forest: Forest, grower: Grower, tree: i32): void {
  const nodes = <usize>grower.nodeCount * FOREST_NODE_BYTES;
  const shares = forest.classes > 1
    ? (<usize>grower.leafCount * <usize>forest.classes) << 3
    : 0;
  const sets = <usize>grower.setCount << 5;
  const bytes = nodes + shares + sets;
  const used = changetype<usize>(forest) + offsetof<Forest>("used");
  const place = atomic.add<u32>(used, <u32>bytes);
  const to = forest.output + place;
  memory.copy(to, grower.nodes, nodes);
  memory.copy(to + nodes, grower.shares, shares);
  memory.copy(to + nodes + shares, grower.sets, sets);
  const entry = forest.table + (<usize>(tree - forest.treeFirst) << 4);
  store<u32>(entry, place);
  store<i32>(entry, grower.nodeCount, 4);
  store<i32>(entry, grower.leafCount, 8);
  store<i32>(entry, grower.setCount, 12);
  const reserved = changetype<usize>(forest) + offsetof<Forest>("reserved");
  atomic.sub<u32>(reserved, forest.worstBytes - <u32>bytes);
  atomic.add<i32>(changetype<usize>(forest) + offsetof<Forest>("treesDone"), 1);
}

function setUp(forest: Forest, thread: i32): Grower {
  const grower = growerAt(forest, thread);
  const area = changetype<usize>(grower);
  const rows = <usize>forest.rows;
  const classes = <usize>forest.classes;
  grower.order0 = area + <usize>forest.orderAt;
  grower.order1 = grower.order0 + (rows << 2);
  grower.items0 = area + <usize>forest.itemsAt;
  grower.items1 = grower.items0 + (rows << 4);
  grower.columns = forest.binColumns;
  grower.columnGap = <usize>forest.columnGap;
  grower.nodes = area + <usize>forest.nodesAt;
  grower.shares = area + <usize>forest.sharesAt;
  grower.sets = area + <usize>forest.setsAt;
  grower.choice = area + <usize>forest.choiceAt;
  const sumsOfBin = classes > 1 ? classes << 3 : 16;
  grower.histogram = area + <usize>forest.histogramAt;
  grower.rowCounts = grower.histogram + 256 * sumsOfBin;
  grower.marks = grower.rowCounts + 1024;
  memory.fill(grower.histogram, 0, 256 * sumsOfBin + 1024 + 32);
  grower.cells = area + <usize>forest.cellsAt;
  grower.rank = area + <usize>forest.rankAt;
  grower.totals = area + <usize>forest.sumsAt;
  grower.lefts = grower.totals + (classes << 3);
  return grower;
}

/**
 * Grows up to `most` trees, fewer where all are grown or what is written has no more room. Called
 * by every thread; what a tree becomes does not depend on who grows it.
 */
export function growForest(address: usize, thread: i32, most: i32): void {
  const forest = changetype<Forest>(address);
  const grower = setUp(forest, thread);
  const counts = changetype<usize>(grower) + <usize>forest.countsAt;
  const reserved = address + offsetof<Forest>("reserved");
  for (let grown = 0; grown < most; grown++) {
    if (isStopped(forest)) return;
    const before = atomic.add<u32>(reserved, forest.worstBytes);
    if (before + forest.worstBytes > forest.outputBytes) {
      atomic.sub<u32>(reserved, forest.worstBytes);
      return;
    }
    const tree = atomic.add<i32>(address + offsetof<Forest>("treeNext"), 1);
    if (tree >= forest.treeEnd) return;
    drawRows(forest, counts, tree);
    if (isStopped(forest)) return;
    const count = listRows(forest, grower, counts);
    grower.salt = saltOf(forest.seedLow, forest.seedHigh, 12, tree);
    grower.draws = 0;
    growForestTree(forest, grower, count);
    if (isStopped(forest)) return;
    if (forest.oobSums != 0) addUnseen(forest, grower, counts);
    writeTree(forest, grower, tree);
  }
}
