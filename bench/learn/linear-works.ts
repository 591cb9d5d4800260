/** What the linear benchmark measures, and the data it measures on. */
import { RandomStream, sigmoid } from "@refrain/learn";

/** What can be measured. */
export type LinearKind = "logistic" | "lasso" | "ridge" | "multinomial" | "bootstrap" | "rows";

/** What both sides are told; `all` = one after the other. */
export interface LinearSettings {
  readonly kind: LinearKind | "all";
  /** Penalties as ours: l2/2 · Σ w² and l1 · Σ |w|. */
  readonly l1: number;
  readonly l2: number;
  readonly tolerance: number;
  /** Resamples of the bootstrap, rows that are scored one by one. */
  readonly repeats: number;
}

/** One line of the benchmark. */
export interface LinearWork extends LinearSettings {
  readonly name: string;
  readonly peer: string;
  readonly rows: number;
  readonly pairs: number;
  readonly threads: number;
  /** What is owed and wanted, where something is. */
  readonly bars: { readonly reach?: string; readonly aim?: string };
  /** Changes the columns after they are drawn. */
  readonly shape?: (columns: readonly Float64Array[]) => void;
}

/** Columns of features. */
export const WIDTH = 32;

/**
 * Two columns that say nearly the same, one of large numbers, one far from 0: as logs have them.
 */
function unlike(columns: readonly Float64Array[]): void {
  const [a, b, c, d] = [columns[4]!, columns[5]!, columns[7]!, columns[8]!];
  a.forEach((value, row) => {
    b[row] = 0.9 * value + 0.1 * b[row]!;
    c[row]! *= 100;
    d[row]! += 5;
  });
}

/** Every kind on few rows, in one pair of processes: for the test that keeps the sides alive. */
export const trial: LinearWork = {
  kind: "all",
  name: "all kinds",
  peer: "scikit-learn",
  rows: 1000,
  pairs: 1,
  threads: 2,
  l1: 5,
  l2: 1,
  tolerance: 1e-8,
  repeats: 40,
  bars: {},
};

const exact = { l1: 0, l2: 1, tolerance: 1e-10, repeats: 0, threads: 1, bars: {} } as const;

/** Every line, in order. */
export const works: readonly LinearWork[] = [
  {
    ...exact,
    kind: "logistic",
    name: "logistic",
    peer: "scikit-learn lbfgs",
    rows: 500_000,
    pairs: 7,
    threads: 2,
    bars: { reach: "≤ 1.2×", aim: "≤ .8×" },
  },
  {
    ...exact,
    kind: "logistic",
    name: "logistic, unlike columns",
    peer: "scikit-learn lbfgs",
    rows: 50_000,
    pairs: 3,
    threads: 2,
    shape: unlike,
  },
  {
    ...exact,
    kind: "lasso",
    name: "logistic with L1",
    peer: "scikit-learn liblinear",
    rows: 100_000,
    pairs: 3,
    l1: 200,
    l2: 0,
    tolerance: 1e-8,
  },
  {
    ...exact,
    kind: "ridge",
    name: "ridge",
    peer: "scikit-learn cholesky",
    rows: 500_000,
    pairs: 5,
    threads: 2,
  },
  {
    ...exact,
    kind: "multinomial",
    name: "multinomial, 4 classes",
    peer: "scikit-learn lbfgs",
    rows: 100_000,
    pairs: 3,
    threads: 2,
    tolerance: 1e-8,
  },
  {
    ...exact,
    kind: "bootstrap",
    name: "bootstrap of ROC-AUC, 300 resamples",
    peer: "numpy + scikit-learn roc_auc_score",
    rows: 100_000,
    pairs: 3,
    threads: 2,
    repeats: 300,
  },
  {
    ...exact,
    kind: "rows",
    name: "pipeline, 2,000 rows one by one",
    peer: "scikit-learn pipeline",
    rows: 20_000,
    pairs: 3,
    repeats: 2000,
  },
];

/**
 * Columns, then the target (0 and 1), then classes 0 … 3 and a value, one after the other, as
 * little-endian doubles.
 */
export function drawLinear(rows: number, shape: LinearWork["shape"]): Uint8Array {
  const data = new Float64Array(rows * (WIDTH + 3));
  const column = (place: number) => data.subarray(place * rows, (place + 1) * rows);
  const columns = Array.from({ length: WIDTH }, (_, j) => column(j));
  const stream = new RandomStream(20240229, "linear bench");
  for (const values of columns) {
    for (let row = 0; row < rows; row++) values[row] = stream.normal();
  }
  shape?.(columns);
  const margin = new Float64Array(rows).fill(-1);
  columns.forEach((values, j) => {
    const weight = (0.3 * stream.normal()) / (j === 7 ? 100 : 1);
    for (let row = 0; row < rows; row++) margin[row]! += weight * values[row]!;
  });
  const value = column(WIDTH + 2);
  for (let row = 0; row < rows; row++) value[row] = margin[row]! + stream.normal();
  column(WIDTH).set(margin.map((own) => (stream.uniform() < sigmoid(own) ? 1 : 0)));
  column(WIDTH + 1).set(value.map((own) => Math.min(3, Math.max(0, Math.floor(own + 3)))));
  return new Uint8Array(data.buffer);
}
