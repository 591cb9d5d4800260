import { log } from "@refrain/learn";
import { columnsOf, endOf, type FeatureValues, type RatingContext } from "./context.js";

const names = ["fraudarOrder", "fraudarBlock", "fraudarDegree"] as const;

/**
 * The densest block of users and titles at the ends of the scale: edges weigh 1/log(5 + degree of
 * the title), the node of least weight leaves first, and the best suffix is the block. The order of
 * leaving (0 = first, 1 = last) is a feature of its own.
 * @source Hooi et al. 2016, "FRAUDAR", algorithm 1
 */
export function fraudarFeatures(context: RatingContext): FeatureValues {
  const { users, items, ratings, byItem } = context;
  const columns = columnsOf(names, users);
  const isEdge = (value: number) => endOf(ratings.scale, value) !== 0;
  const edgeWeight = Float64Array.from({ length: items }, (_, item) => {
    let degree = 0;
    for (let k = byItem.start[item]!; k < byItem.start[item + 1]!; k++) {
      degree += isEdge(byItem.value[k]!) ? 1 : 0;
    }
    return 1 / log(5 + degree);
  });
  const nodes = users + items;
  const weight = new Float64Array(nodes);
  let total = 0;
  for (let user = 0; user < users; user++) {
    for (let k = ratings.userStart[user]!; k < ratings.userStart[user + 1]!; k++) {
      if (!isEdge(ratings.value[k]!)) continue;
      const w = edgeWeight[ratings.item[k]!]!;
      weight[user]! += w;
      weight[users + ratings.item[k]!]! += w;
      total += w;
    }
    columns.fraudarDegree[user] = weight[user]!;
  }
  const heap = new LeastFirst(weight);
  const leftAt = new Int32Array(nodes);
  const gone = new Uint8Array(nodes);
  let [best, bestAt] = [total / nodes, 0];
  for (let step = 1; step <= nodes; step++) {
    const node = heap.pop();
    gone[node] = 1;
    leftAt[node] = step;
    total -= heap.weight[node]!;
    const isUser = node < users;
    const [start, index, value] = isUser
      ? [ratings.userStart, ratings.item, ratings.value]
      : [byItem.start, byItem.user, byItem.value];
    const own = isUser ? node : node - users;
    for (let k = start[own]!; k < start[own + 1]!; k++) {
      if (!isEdge(value[k]!)) continue;
      const other = isUser ? users + index[k]! : index[k]!;
      if (gone[other] === 1) continue;
      heap.lower(other, edgeWeight[isUser ? index[k]! : own]!);
    }
    const density = step < nodes ? total / (nodes - step) : 0;
    if (density > best) [best, bestAt] = [density, step];
  }
  for (let user = 0; user < users; user++) {
    columns.fraudarOrder[user] = leftAt[user]! / nodes;
    columns.fraudarBlock[user] = leftAt[user]! > bestAt && bestAt > 0 ? 1 : 0;
  }
  return columns;
}

/** A binary heap of nodes by weight, equal weights by node; weights may fall. */
class LeastFirst {
  readonly weight: Float64Array;
  readonly #heap: Int32Array;
  readonly #place: Int32Array;
  #size: number;

  constructor(weight: Float64Array) {
    this.weight = weight;
    this.#size = weight.length;
    this.#heap = Int32Array.from({ length: weight.length }, (_, k) => k);
    this.#place = this.#heap.slice();
    for (let at = (this.#size >> 1) - 1; at >= 0; at--) this.#sink(at);
  }

  pop(): number {
    const top = this.#heap[0]!;
    this.#size -= 1;
    this.#put(0, this.#heap[this.#size]!);
    if (this.#size > 0) this.#sink(0);
    return top;
  }

  lower(node: number, by: number): void {
    this.weight[node]! -= by;
    let at = this.#place[node]!;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = this.#heap[parent]!;
      if (!this.#before(node, above)) break;
      this.#put(at, above);
      at = parent;
    }
    this.#put(at, node);
  }

  #before(a: number, b: number): boolean {
    const difference = this.weight[a]! - this.weight[b]!;
    return difference < 0 || (difference === 0 && a < b);
  }

  #put(at: number, node: number): void {
    this.#heap[at] = node;
    this.#place[node] = at;
  }

  #sink(from: number): void {
    const node = this.#heap[from]!;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      const right = child + 1;
      if (right < this.#size && this.#before(this.#heap[right]!, this.#heap[child]!)) child = right;
      if (!this.#before(this.#heap[child]!, node)) break;
      this.#put(at, this.#heap[child]!);
      at = child;
    }
    this.#put(at, node);
  }
}
