import type { ForestModel } from "../forest/model.js";
import { TreeText } from "./node-text.js";

/** How a tree is shown. */
export interface ShowTreeOptions {
  /** Splits from the root that are shown; all unless told. */
  readonly maxDepth?: number;
}

interface Shown {
  readonly node: number;
  readonly line: string;
  /** What stands before the lines of its children. */
  readonly indent: string;
  readonly depth: number;
}

/** Nodes below one. */
function countBelow(tree: TreeText, node: number): number {
  const waiting = [node];
  let count = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const left = tree.left(next);
    if (left === 0) continue;
    count += 2;
    waiting.push(left, left + 1);
  }
  return count;
}

/**
 * A single tree as text: a line a node, with its condition, its training rows (weighed) and what it
 * says of them: shares of the classes in their order, or the mean.
 * @param model with one tree
 * @throws LEARNER_OPTION where the model has more than one tree
 */
export function printTree(model: ForestModel, options: ShowTreeOptions = {}): string {
  const tree = new TreeText(model);
  const most = options.maxDepth ?? Number.POSITIVE_INFINITY;
  const lines: string[] = [];
  const waiting: Shown[] = [{ node: 0, line: "all", indent: "", depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, line, indent, depth } = next;
    const left = tree.left(node);
    const hidden = left !== 0 && depth >= most ? ` (${countBelow(tree, node)} nodes below)` : "";
    lines.push(`${line}: ${tree.rows(node)}, ${tree.says(node)}${hidden}`);
    if (left === 0 || depth >= most) continue;
    const child = (right: 0 | 1): Shown => ({
      node: left + right,
      line: `${indent}${right === 0 ? "├" : "└"} ${tree.condition(node, right)}`,
      indent: `${indent}${right === 0 ? "│ " : "  "}`,
      depth: depth + 1,
    });
    waiting.push(child(1), child(0));
  }
  return `${lines.join("\n")}\n`;
}
