/** Expectation maximisation of a mixture of normal distributions. */

import { assert, exp, log, type Pacer, type RandomStream } from "../../foundation/index.js";
import type { RowTable } from "./row-table.js";
import { type Factor, factorOf } from "./scatter.js";

/** One normal distribution of a mixture. */
export interface Component {
  /** Share of the rows, above 0. */
  readonly share: number;
  /** Without the ridge. */
  readonly covariance: Float64Array;
  readonly factor: Factor;
}

/** Rows, and how many components are looked for. */
export interface MixtureTask {
  readonly table: RowTable;
  /** One a row, above 0. */
  readonly weight: Float64Array;
  readonly components: number;
  readonly ridge: number;
  readonly random: RandomStream;
  readonly pacer: Pacer;
}

/** A component without rows keeps this much of one, so that its mean stays defined. */
const SMALLEST_MASS = 1e-12;
const LLOYD_STEPS = 10;
const ROWS_BETWEEN_POLLS = 16_384;

/** Squared distances of all rows from one of them. */
function distancesFrom({ values, rows, width }: RowTable, centre: Float64Array): Float64Array {
  const out = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let j = 0; j < width; j++) {
      const apart = values[row * width + j]! - centre[j]!;
      sum += apart * apart;
    }
    out[row] = sum;
  }
  return out;
}

/** Centres far from each other: each next row is drawn by its squared distance from the nearest. */
async function spreadCentres(task: MixtureTask): Promise<Float64Array[]> {
  const { table, weight, components, random, pacer } = task;
  const rowAt = (row: number) => table.values.slice(row * table.width, (row + 1) * table.width);
  const centres = [rowAt(random.below(table.rows))];
  const near = distancesFrom(table, centres[0]!);
  while (centres.length < components) {
    await pacer.pause();
    const total = near.reduce((sum, value, row) => sum + value * weight[row]!, 0);
    let left = random.uniform() * total;
    let row = 0;
    for (; row < table.rows - 1; row++) {
      left -= near[row]! * weight[row]!;
      if (left < 0) break;
    }
    centres.push(rowAt(row));
    distancesFrom(table, rowAt(row)).forEach((value, i) => {
      near[i] = Math.min(near[i]!, value);
    });
  }
  return centres;
}

/** Rows of a component: 1 where its centre is the nearest. */
async function assign(
  { table, pacer }: MixtureTask,
  centres: readonly Float64Array[],
): Promise<Float64Array[]> {
  const all: Float64Array[] = [];
  for (const centre of centres) {
    await pacer.pause();
    all.push(distancesFrom(table, centre));
  }
  await pacer.pause();
  const owned = centres.map(() => new Float64Array(table.rows));
  for (let row = 0; row < table.rows; row++) {
    let best = 0;
    for (let k = 1; k < all.length; k++) if (all[k]![row]! < all[best]![row]!) best = k;
    owned[best]![row] = 1;
  }
  return owned;
}

/** First responsibilities: k-means from centres that are drawn far from each other. */
export async function firstResponsibilities(task: MixtureTask): Promise<Float64Array[]> {
  const { table, weight } = task;
  let owned = await assign(task, await spreadCentres(task));
  for (let step = 0; step < LLOYD_STEPS; step++) {
    const centres: Float64Array[] = [];
    for (const own of owned) {
      const mass = own.map((value, row) => value * weight[row]! + SMALLEST_MASS);
      centres.push((await table.mean(mass)).mean);
    }
    owned = await assign(task, centres);
  }
  return owned;
}

/** The components that responsibilities make. */
export async function maximise(
  { table, weight, ridge }: MixtureTask,
  responsibilities: readonly Float64Array[],
): Promise<Component[]> {
  const total = weight.reduce((sum, value) => sum + value, 0);
  const found: Component[] = [];
  for (const own of responsibilities) {
    const mass = own.map((value, row) => value * weight[row]! + SMALLEST_MASS);
    const scatter = await table.scatter(mass);
    const factor = factorOf(scatter, ridge);
    assert(factor !== undefined, "a covariance with a ridge is positive definite");
    found.push({ share: scatter.total / total, covariance: scatter.covariance, factor });
  }
  const shares = found.reduce((sum, { share }) => sum + share, 0);
  return found.map((one) => ({ ...one, share: one.share / shares }));
}

/** log(Σ exp) of a few numbers. */
export function logSum(values: Float64Array): number {
  const largest = values.reduce((a, b) => Math.max(a, b));
  let sum = 0;
  for (const value of values) sum += exp(value - largest);
  return largest + log(sum);
}

/** log(share) - log(determinant) / 2 - width log(2 pi) / 2: what a component adds to all rows. */
export function componentConstant(share: number, logDeterminant: number, width: number): number {
  return log(share) - (logDeterminant + width * log(2 * Math.PI)) / 2;
}

/**
 * Whose each row is, by the components.
 * @param responsibilities receives one number a component and row
 * @returns mean log density of the rows
 */
export async function expect(
  { table, weight, pacer }: MixtureTask,
  components: readonly Component[],
  responsibilities: readonly Float64Array[],
): Promise<number> {
  const found: Float64Array[] = [];
  for (const { share, factor } of components) {
    const constant = componentConstant(share, factor.logDeterminant, table.width);
    const squared = await table.distances(factor);
    found.push(squared.map((value) => constant - value / 2));
  }
  const own = new Float64Array(components.length);
  let sum = 0;
  let total = 0;
  for (let row = 0; row < table.rows; row++) {
    if (row % ROWS_BETWEEN_POLLS === 0) await pacer.pause();
    for (let k = 0; k < own.length; k++) own[k] = found[k]![row]!;
    const density = logSum(own);
    sum += weight[row]! * density;
    total += weight[row]!;
    for (let k = 0; k < own.length; k++) responsibilities[k]![row] = exp(own[k]! - density);
  }
  return sum / total;
}
