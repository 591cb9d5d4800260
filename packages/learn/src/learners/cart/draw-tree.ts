import type { ForestModel } from "../forest/model.js";
import { TreeText } from "./node-text.js";
import { Svg } from "./svg.js";

/** How a tree is drawn. */
export interface DrawTreeOptions {
  /** Splits from the root that are drawn; 4 unless told. */
  readonly maxDepth?: number;
  /** What the picture is of, read out in its place. */
  readonly title?: string;
}

const WIDTH = 196;
const HEIGHT = 90;
const GAP_X = 16;
const GAP_Y = 44;
const MARGIN = 12;
const PADDING = 9;
const LETTERS = 27;
const BOLD_LETTERS = 23;
/** Okabe and Ito's colours: told apart by colour-blind readers, on light and on dark. */
const colours = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"];

interface Placed {
  readonly node: number;
  readonly depth: number;
  readonly children: readonly Placed[];
  /** Middle of the box. */
  readonly x: number;
}

function topOf(depth: number): number {
  return MARGIN + depth * (HEIGHT + GAP_Y);
}

function cut(text: string, most = LETTERS): string {
  const letters = [...text];
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join("")}…`;
}

/** Leaves stand side by side, a split over the middle of its children. */
function place(tree: TreeText, most: number): { root: Placed; leaves: number; depth: number } {
  let [leaves, deepest] = [0, 0];
  const put = (node: number, depth: number): Placed => {
    deepest = Math.max(deepest, depth);
    const left = tree.left(node);
    if (left === 0 || depth >= most) {
      const x = MARGIN + WIDTH / 2 + leaves * (WIDTH + GAP_X);
      leaves += 1;
      return { node, depth, children: [], x };
    }
    const children = [put(left, depth + 1), put(left + 1, depth + 1)];
    return { node, depth, children, x: (children[0]!.x + children[1]!.x) / 2 };
  };
  return { root: put(0, 0), leaves, depth: deepest };
}

/** A bar as wide as the box, one part a class. */
function bar(x: number, y: number, shares: readonly number[]): Svg[] {
  let from = x;
  return shares.flatMap((share, klass) => {
    if (share === 0) return [];
    const width = share * (WIDTH - 2 * PADDING);
    const fill = colours[klass % colours.length]!;
    const said = new Svg("title", {}, [`class ${klass}: ${(100 * share).toFixed(1)} %`]);
    const part = new Svg("rect", { x: from, y, width, height: 8, fill }, [said]);
    from += width;
    return part;
  });
}

function box(tree: TreeText, { node, depth, x, children }: Placed): Svg {
  const left = x - WIDTH / 2 + PADDING;
  const top = topOf(depth);
  const isLeaf = tree.left(node) === 0;
  const hidden = !isLeaf && children.length === 0;
  const rows = hidden ? `${tree.rows(node)}, more below` : tree.rows(node);
  const says = tree.says(node);
  const question = isLeaf ? ["leaf"] : [tree.name(node), tree.asks(node, 0)];
  const bold = { "font-weight": isLeaf ? "400" : "600" };
  const line = (place: number, text: string, more = {}) =>
    new Svg("text", { x: left, y: top + 3 + 16 * place, ...more }, [text]);
  const frame = new Svg("rect", {
    x: x - WIDTH / 2,
    y: top,
    width: WIDTH,
    height: HEIGHT,
    rx: 6,
    fill: "none",
    stroke: "currentColor",
    "stroke-opacity": isLeaf ? 0.35 : 0.8,
    ...(hidden ? { "stroke-dasharray": "5 4" } : {}),
  });
  return new Svg("g", {}, [
    new Svg("title", {}, [`${question.join(" ")}; ${rows}; ${says}`]),
    frame,
    line(1, cut(question[0]!, BOLD_LETTERS), bold),
    line(2, cut(question[1] ?? "")),
    line(3, cut(rows)),
    line(4, cut(says)),
    ...bar(left, top + HEIGHT - 14, tree.shares(node) ?? []),
  ]);
}

/** Lines to the children, with the answer that leads there. */
function edges({ depth, x, children }: Placed): Svg[] {
  const from = topOf(depth) + HEIGHT;
  const to = from + GAP_Y;
  const middle = from + GAP_Y / 2;
  return children.flatMap((child, right) => {
    const side = right === 0 ? -1 : 1;
    const d = `M${x} ${from}C${x} ${middle} ${child.x} ${middle} ${child.x} ${to}`;
    const label = {
      x: (x + child.x) / 2 + 8 * side,
      y: middle - 4,
      "text-anchor": right === 0 ? "end" : "start",
      opacity: 0.75,
    };
    return [
      new Svg("path", { d, fill: "none", stroke: "currentColor", "stroke-opacity": 0.5 }),
      new Svg("text", label, [right === 0 ? "yes" : "no"]),
    ];
  });
}

function all(placed: Placed): Placed[] {
  return [placed, ...placed.children.flatMap(all)];
}

/**
 * A single tree as SVG, for light and dark pages: of each node what it asks (rows that say yes go
 * left), its training rows (weighed), and the shares of the classes or the mean. Names are escaped;
 * long ones are cut, and told whole when pointed at.
 * @param model with one tree
 * @returns a whole SVG file
 * @throws LEARNER_OPTION where the model has more than one tree
 */
export function drawTree(model: ForestModel, options: DrawTreeOptions = {}): string {
  const tree = new TreeText(model);
  const { root, leaves, depth } = place(tree, options.maxDepth ?? 4);
  const width = 2 * MARGIN + leaves * WIDTH + (leaves - 1) * GAP_X;
  const height = 2 * MARGIN + (depth + 1) * HEIGHT + depth * GAP_Y;
  const nodes = all(root);
  const title = options.title ?? `${model.card.kind}, ${nodes.length} nodes`;
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
    "aria-label": title,
    "font-family": "system-ui, sans-serif",
    "font-size": 12,
    fill: "currentColor",
    style: "color-scheme: light dark; color: CanvasText",
  };
  const drawn = nodes.map((one) => box(tree, one));
  const parts = [new Svg("title", {}, [title]), ...nodes.flatMap(edges), ...drawn];
  return `${new Svg("svg", attributes, parts).source}\n`;
}
