import { nextNode, type TreeEnsemble } from "../learners/index.js";
import { coverShares, type PathTree, pathTree, pointPair } from "./path-plan.js";

/** What a node's question is worth to a row: see assembly/paths.ts. */
interface Splits {
  /** One a node, in the order of the plan. */
  readonly k: Float64Array;
  /** Whether the row is on the node's path to the left, or to the right. */
  readonly on: readonly (readonly [boolean, boolean])[];
}

function splitsOf(trees: TreeEnsemble, shares: Float64Array, plan: PathTree, row: Float64Array) {
  const k = new Float64Array(plan.nodes.length);
  const on: [boolean, boolean][] = [];
  for (const [place, node] of plan.nodes.entries()) {
    const child = trees.left[node]!;
    const above = plan.before[place]!;
    const there = above < 0 || on[above]![plan.side[place]!]!;
    const left = nextNode(trees, node, row[trees.column[node]!]!) === child;
    on.push([there && left, there && !left]);
    if (there) k[place] = left ? shares[child + 1]! : -shares[child]!;
  }
  return { k, on } satisfies Splits;
}

function addTree(trees: TreeEnsemble, shares: Float64Array, plan: PathTree, row: Float64Array) {
  const { start, nodes, inner, leaves, slots, left, rule } = plan;
  const { k } = splitsOf(trees, shares, plan, row);
  const points = rule.points.length;
  const slotCount = nodes.length + leaves.length;
  const weights = Array.from({ length: slotCount }, () => new Float64Array(points));
  const means = Array.from({ length: slotCount }, () => new Float64Array(points));
  for (const leaf of leaves) means[slots[leaf - start]!]!.fill(trees.value[leaf]!);
  weights[0]!.set(rule.weights);
  const pairs = Array.from(left, (share) =>
    Array.from(rule.points, (point) => pointPair(point, share)),
  );
  for (let place = 0; place < inner; place++) {
    const child = trees.left[nodes[place]!]!;
    for (let q = 0; q < points; q++) {
      const a = weights[place]![q]!;
      const down = a * (shares[child]! + pairs[place]![q]![0] * k[place]!);
      weights[slots[child - start]!]![q] = down;
      weights[slots[child + 1 - start]!]![q] = a - down;
    }
  }
  const worth = new Float64Array(nodes.length);
  for (let place = inner; place < nodes.length; place++) {
    const child = trees.left[nodes[place]!]!;
    const apart = trees.value[child]! - trees.value[child + 1]!;
    const middle = trees.value[child + 1]! + apart * shares[child]!;
    let sum = 0;
    for (let q = 0; q < points; q++) {
      const [tau, w] = pairs[place]![q]!;
      means[place]![q] = middle + apart * k[place]! * tau;
      sum += weights[place]![q]! * w;
    }
    worth[place] = k[place]! * (sum * apart);
  }
  for (let place = inner - 1; place >= 0; place--) {
    const child = trees.left[nodes[place]!]!;
    let sum = 0;
    for (let q = 0; q < points; q++) {
      const [tau, w] = pairs[place]![q]!;
      const right = means[slots[child + 1 - start]!]![q]!;
      const apart = means[slots[child - start]!]![q]! - right;
      means[place]![q] = right + apart * (shares[child]! + tau * k[place]!);
      sum += weights[place]![q]! * w * apart;
    }
    worth[place] = k[place]! * sum;
  }
  return worth;
}

/**
 * Adds the Shapley values of a row as the kernel does, number by number: its scalar reference.
 * @param row one value a column: of categories the bin
 * @param out receives one number a column; added to
 */
export function sumPaths(
  trees: TreeEnsemble,
  output: number,
  row: Float64Array,
  out: Float64Array,
): void {
  const shares = coverShares(trees);
  for (let tree = output; tree < trees.starts.length - 1; tree += trees.outputs) {
    const plan = pathTree(trees, tree, shares);
    if (plan === undefined) continue;
    const worth = addTree(trees, shares, plan, row);
    const places = [...plan.nodes.keys()];
    for (const place of [...places.slice(plan.inner), ...places.slice(0, plan.inner).reverse()]) {
      out[trees.column[plan.nodes[place]!]!]! += worth[place]!;
    }
  }
}
