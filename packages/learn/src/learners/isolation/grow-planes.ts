import { type Pacer, RandomStream } from "../../foundation/index.js";
import { heightLimit, leafMargin } from "./path-length.js";
import { type PlaneTrees, sideOf } from "./plane-trees.js";
import type { RowSampler } from "./sample.js";

/** What trees of planes are grown of. */
export interface PlaneSoil {
  /** Columns of finite numbers, in order of their names. */
  readonly columns: readonly Float64Array[];
  readonly sampler: RowSampler;
  readonly trees: number;
  /** Rows that each tree draws. */
  readonly sampled: number;
  /** Columns that a plane may lean on. */
  readonly leaning: number;
  readonly seed: number;
  /** Called after each tree. */
  readonly onTree: (done: number) => void;
  readonly pacer: Pacer;
}

interface OpenNode {
  readonly node: number;
  readonly rows: readonly Float64Array[];
  readonly depth: number;
}

class PlaneGrower {
  readonly starts: number[] = [0];
  readonly left: number[] = [];
  readonly normals: Float64Array[] = [];
  readonly bounds: number[] = [];
  readonly value: number[] = [];
  readonly cover: number[] = [];
  readonly #soil: PlaneSoil;
  readonly #height: number;

  constructor(soil: PlaneSoil) {
    this.#soil = soil;
    this.#height = heightLimit(soil.sampled);
  }

  grow(tree: number): void {
    const { seed, sampled, sampler, columns } = this.#soil;
    const drawn = sampler.draw(sampled, new RandomStream(seed, "isolation rows", tree));
    const random = new RandomStream(seed, "isolation planes", tree);
    const rows = Array.from(drawn, (row) => Float64Array.from(columns, (values) => values[row]!));
    const open: OpenNode[] = [{ node: this.#leaf(), rows, depth: 0 }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      this.#grow(next, random, open);
    }
    this.starts.push(this.left.length);
  }

  #leaf(): number {
    this.left.push(0);
    this.normals.push(new Float64Array(this.#soil.columns.length));
    this.bounds.push(0);
    this.value.push(0);
    return this.cover.push(0) - 1;
  }

  #grow({ node, rows, depth }: OpenNode, random: RandomStream, open: OpenNode[]): void {
    this.cover[node] = rows.length;
    const final = depth === this.#height || rows.length < 2;
    const plane = final ? undefined : this.#plane(rows, random);
    if (plane === undefined) {
      this.value[node] = leafMargin(depth, rows.length, this.#soil);
      return;
    }
    const { normal, bound } = plane;
    this.normals[node] = normal;
    this.bounds[node] = bound;
    this.left[node] = this.#leaf();
    const right = this.#leaf();
    const goesRight = (row: Float64Array): boolean => sideOf(normal, 0, row) > bound;
    open.push({ node: right, rows: rows.filter(goesRight), depth: depth + 1 });
    const others = rows.filter((row) => !goesRight(row));
    open.push({ node: right - 1, rows: others, depth: depth + 1 });
  }

  /** A plane through a point drawn in the rows' box; undefined where the box is a point. */
  #plane(rows: readonly Float64Array[], random: RandomStream) {
    const first = rows[0]!;
    const low = first.slice();
    const high = first.slice();
    for (const row of rows) {
      for (let j = 0; j < row.length; j++) {
        if (row[j]! < low[j]!) low[j] = row[j]!;
        if (row[j]! > high[j]!) high[j] = row[j]!;
      }
    }
    const varying = Int32Array.from(first.keys()).filter((j) => low[j]! < high[j]!);
    if (varying.length === 0) return undefined;
    const normal = new Float64Array(first.length);
    const point = new Float64Array(first.length);
    random.shuffle(varying);
    for (const j of varying.subarray(0, this.#soil.leaning)) {
      normal[j] = random.normal();
      const share = random.uniform();
      point[j] = low[j]! * (1 - share) + high[j]! * share;
    }
    return { normal, bound: sideOf(normal, 0, point) };
  }
}

/**
 * Grows isolation trees that cut along planes: normals are drawn from the normal distribution, so
 * that no direction is preferred, and planes go through points drawn in the box of a node's rows.
 * @source Hariri, Carrasco Kind, Brunner 2019, "Extended isolation forest", algorithm 2
 */
export async function growPlanes(soil: PlaneSoil): Promise<PlaneTrees> {
  const grower = new PlaneGrower(soil);
  for (let tree = 0; tree < soil.trees; tree++) {
    await soil.pacer.pause();
    grower.grow(tree);
    soil.onTree(tree + 1);
  }
  const width = soil.columns.length;
  const normals = new Float64Array(grower.normals.length * width);
  for (const [node, normal] of grower.normals.entries()) normals.set(normal, node * width);
  return {
    starts: Int32Array.from(grower.starts),
    left: Int32Array.from(grower.left),
    normals,
    bounds: Float64Array.from(grower.bounds),
    value: Float64Array.from(grower.value),
    cover: Float64Array.from(grower.cover),
    width,
  };
}
