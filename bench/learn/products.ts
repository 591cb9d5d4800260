/**
 * The inner loop of products of floats in several shapes, in turn: why assembly/four-rows.ts is as
 * it is (decision 0163). Each shape is compiled as the kernels are, and run by this Node alone.
 */
import { type BenchOptions, type BenchRow, type BenchSide, summarise } from "../row.js";

/** Rows and vectors of four columns at a time, steps of a round, and ways out between these. */
interface Shape {
  readonly rows: number;
  readonly vectors: number;
  readonly steps: number;
  readonly waysOut: boolean;
}

const SHAPES: readonly Shape[] = [
  { rows: 4, vectors: 2, steps: 4, waysOut: true },
  { rows: 4, vectors: 2, steps: 4, waysOut: false },
  { rows: 4, vectors: 2, steps: 1, waysOut: false },
  { rows: 6, vectors: 2, steps: 1, waysOut: false },
  { rows: 6, vectors: 2, steps: 2, waysOut: false },
  { rows: 6, vectors: 2, steps: 2, waysOut: true },
  { rows: 2, vectors: 4, steps: 4, waysOut: true },
];
/** Gates of an LSTM: 24 rows x 80 inputs, 256 columns. */
const [ROWS, INPUTS, COLUMNS] = [24, 80, 256];
const [LEFT, RIGHT, SUMS] = [65_536, 131_072, 262_144];

const upTo = (count: number) => Array.from({ length: count }, (_, place) => place);

/** A panel of columns for all rows: sums over the left side, row by row, times the panel. */
function sourceOf({ rows, vectors, steps, waysOut }: Shape, place: number): string {
  const cells = upTo(rows * vectors).map((at) => [Math.floor(at / vectors), at % vectors]);
  const bytes = 16 * vectors;
  const step = (k: number) => [
    ...upTo(vectors).map((v) => `const b${k}${v} = v128.load(b, ${bytes * k + 16 * v});`),
    ...upTo(rows).flatMap((r) => [
      `const x${k}${r} = v128.load32_splat(a${r}, ${4 * k});`,
      ...upTo(vectors).map(
        (v) => `s${r}${v} = f32x4.add(s${r}${v}, f32x4.mul(x${k}${r}, b${k}${v}));`,
      ),
    ]),
    waysOut && k < steps - 1 ? `if (left <= ${k + 1}) break;` : "",
  ];
  return [
    `export function shape${place}(a: usize, panel: usize, c: usize): void {`,
    `for (let row = 0; row < ${ROWS}; row += ${rows}, a += ${4 * INPUTS * rows}) {`,
    ...upTo(rows).map((r) => `let a${r} = a + ${4 * INPUTS * r};`),
    ...cells.map(([r, v]) => `let s${r}${v} = f32x4.splat(0);`),
    `let b = panel; for (let left = ${INPUTS}; left > 0; left -= ${steps}) {`,
    ...upTo(steps).flatMap(step),
    `b += ${bytes * steps};`,
    ...upTo(rows).map((r) => `a${r} += ${4 * steps};`),
    "}",
    ...cells.map(([r, v]) => `v128.store(c, s${r}${v}, ${bytes * r! + 16 * v!});`),
    `c += ${bytes * rows}; } }`,
  ].join("\n");
}

async function compile(source: string): Promise<Uint8Array<ArrayBuffer>> {
  const { default: asc } = await import("assemblyscript/asc");
  let wasm = new Uint8Array();
  const flags = "-O2 --enable simd --importMemory --initialMemory 0 --runtime stub --use abort=";
  const { error, stderr } = await asc.main(
    ["shapes.ts", "--outFile", "out.wasm", ...flags.split(" ")],
    {
      readFile: (name) => (name === "shapes.ts" ? source : null),
      writeFile: (_, contents) => {
        if (typeof contents !== "string") wasm = new Uint8Array(contents);
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`The shapes do not compile: ${stderr.toString()}`);
  return wasm;
}

/**
 * Runs all shapes in turn.
 * @param options `quick`: few turns of the first two
 * @returns one row a shape
 */
export async function productsBench(options: BenchOptions): Promise<BenchRow[]> {
  const shapes = options.quick ? SHAPES.slice(0, 2) : SHAPES;
  const memory = new WebAssembly.Memory({ initial: 16 });
  new Float32Array(memory.buffer).forEach((_, at, values) => {
    values[at] = (((at * 7919) % 1000) + 1) / 1000;
  });
  const { instance } = await WebAssembly.instantiate(
    await compile(shapes.map(sourceOf).join("\n")),
    { env: { memory } },
  );
  const kernels = instance.exports as Record<string, (...values: number[]) => void>;
  const [turns, calls] = options.quick ? [2, 2] : [25, 200];
  const seconds = shapes.map((): number[] => []);
  for (let turn = 0; turn < 2 * turns; turn++) {
    for (const [place, { vectors }] of shapes.entries()) {
      const started = performance.now();
      for (let call = 0; call < calls; call++) {
        for (let panel = 0; panel < COLUMNS; panel += 4 * vectors) {
          kernels[`shape${place}`]!(LEFT, RIGHT + 4 * INPUTS * panel, SUMS + 4 * ROWS * panel);
        }
      }
      // The first half of the turns is compiled meanwhile.
      if (turn >= turns) seconds[place]!.push((performance.now() - started) / 1000);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const operations = 2 * ROWS * INPUTS * COLUMNS * calls;
  const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
  return shapes.map(({ rows, vectors, steps, waysOut }, place): BenchRow => {
    const measured = summarise(seconds[place]!);
    const value = operations / measured.seconds / 1e9;
    const ours: BenchSide = { ...measured, peakMemoryBytes, quality: { name: "GFLOP/s", value } };
    const work = `product, ${rows} x ${4 * vectors} sums, steps a round: ${steps}`;
    const shape = { work: waysOut ? `${work}, with ways out` : work, rows: ROWS, columns: COLUMNS };
    return { ...shape, threads: 1, ours, peers: [] };
  });
}
