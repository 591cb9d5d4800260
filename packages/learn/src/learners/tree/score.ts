import { allocateBins, writeBins } from "../../encoders/index.js";
import { Pacer } from "../../foundation/index.js";
import type { Column, Frame, Row } from "../../frame/index.js";
import { openSession, type Session } from "../../kernels/index.js";
import type { FeatureSchema, ModelCard, PredictExtras } from "../contract.js";
import { alignFrame, frameOfRow } from "../schema.js";
import { addTreeValues, type TreeEnsemble } from "./ensemble.js";
import { type ScoreTables, scoreTables } from "./score-tables.js";

/** Rows that are binned and scored at a time, so that memory does not grow with the table. */
const ROWS_AT_A_TIME = 131_072;
const ROWS_PER_CALL = 4096;
const ROWS_BETWEEN_POLLS = 256;
/** Walks below which the kernels are not worth their start. */
const FEW_WALKS = 100_000;

function valueAt(column: Column, row: number, bins: Uint8Array | undefined): number {
  if (column.kind === "number") return column.values[row]!;
  const code = column.codes[row]!;
  return code < 0 ? 0 : bins![code]!;
}

/**
 * A row of a table as the trees ask it.
 * @param columns of the model's schema
 * @param values receives one number a column: of categories the bin
 */
export function treeRow(
  trees: TreeEnsemble,
  columns: readonly Column[],
  row: number,
  values: Float64Array,
): void {
  for (let k = 0; k < columns.length; k++) {
    values[k] = valueAt(columns[k]!, row, trees.categoryBins[k]);
  }
}

/**
 * Sums of the trees' values for one row.
 * @param start one a output, what is added to
 */
export function scoreRow(
  trees: TreeEnsemble,
  schema: FeatureSchema,
  row: Row,
  start: Float64Array,
): Float64Array {
  const { columns } = frameOfRow(row, schema);
  const values = new Float64Array(columns.length);
  treeRow(trees, columns, 0, values);
  return start.map((base, output) => addTreeValues(trees, values, output, base));
}

/** Scores tables by one ensemble; keeps the kernels' form of it. */
export class FrameScorer {
  readonly #trees: TreeEnsemble;
  readonly #card: ModelCard;
  readonly #start: Float64Array;
  #tables: ScoreTables | undefined;

  /**
   * @param start one a output, what the trees' values are added to
   */
  constructor(card: ModelCard, trees: TreeEnsemble, start: Float64Array) {
    this.#card = card;
    this.#trees = trees;
    this.#start = start;
  }

  /**
   * Sums of the trees' values.
   * @returns rows × outputs, row-major; the bits of `scoreRow`
   * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND, LEARN_STOPPED
   */
  async score(frame: Frame, extras: PredictExtras = {}): Promise<Float64Array> {
    const pacer = new Pacer(extras.signal, `predicting with ${this.#card.kind}`);
    const aligned = alignFrame(frame, this.#card.schema);
    const out = new Float64Array(aligned.rowCount * this.#start.length);
    const walks = aligned.rowCount * (this.#trees.starts.length - 1);
    if (walks > FEW_WALKS) {
      this.#tables ??= scoreTables(this.#trees, this.#card.schema.columns.length);
    }
    if (walks <= FEW_WALKS || this.#tables === undefined) await this.#walk(aligned, out, pacer);
    else await this.#sweep(aligned, out, this.#tables, pacer);
    return out;
  }

  async #walk(frame: Frame, out: Float64Array, pacer: Pacer): Promise<void> {
    const { columns } = frame;
    const start = this.#start;
    const values = new Float64Array(columns.length);
    for (let row = 0; row < frame.rowCount; row++) {
      if (row % ROWS_BETWEEN_POLLS === 0) await pacer.pause();
      treeRow(this.#trees, columns, row, values);
      for (let output = 0; output < start.length; output++) {
        out[row * start.length + output] = addTreeValues(
          this.#trees,
          values,
          output,
          start[output]!,
        );
      }
    }
  }

  async #sweep(frame: Frame, out: Float64Array, tables: ScoreTables, pacer: Pacer): Promise<void> {
    const steps = frame.rowCount * (this.#trees.starts.length + 4 * frame.columns.length) * 4;
    const doing = `predicting with ${this.#card.kind}`;
    const session = await openSession({ doing, threads: 0, steps });
    try {
      const { arena } = session;
      const nodes = arena.allocate(tables.nodes.length);
      arena.bytes(nodes, tables.nodes.length).set(tables.nodes);
      const trees = arena.allocate(tables.trees.byteLength);
      arena.integers(trees, tables.trees.length).set(tables.trees);
      const mark = arena.mark();
      for (let first = 0; first < frame.rowCount; first += ROWS_AT_A_TIME) {
        const part = frame.view(first, Math.min(first + ROWS_AT_A_TIME, frame.rowCount));
        const to = out.subarray(
          first * this.#start.length,
          (first + part.rowCount) * this.#start.length,
        );
        await this.#scorePart(session, part, to, { tables, nodes, trees, pacer });
        arena.release(mark);
      }
    } finally {
      session.close();
    }
  }

  async #scorePart(
    session: Session,
    part: Frame,
    out: Float64Array,
    at: { tables: ScoreTables; nodes: number; trees: number; pacer: Pacer },
  ): Promise<void> {
    const { arena } = session;
    const outputs = this.#start.length;
    const layout = allocateBins(session, part.rowCount, part.columns.length);
    await writeBins(part, at.tables.bins, layout, { session, pacer: at.pacer });
    const scores = arena.allocate(8 * out.length);
    const filled = arena.doubles(scores, out.length);
    if (outputs === 1) filled.fill(this.#start[0]!);
    else for (let i = 0; i < out.length; i++) filled[i] = this.#start[i % outputs]!;
    const { stride, rows } = layout;
    const treeCount = at.tables.trees.length / 2;
    for (let first = 0; first < part.rowCount; ) {
      const calls = [];
      for (let k = 0; k < 8 * session.threads && first < part.rowCount; k++) {
        const count = Math.min(ROWS_PER_CALL, part.rowCount - first);
        const to = scores + 8 * first * outputs;
        const from = rows + first * stride;
        const values = [at.trees, treeCount, at.nodes, from, stride, count, to, outputs];
        calls.push({ kernel: "addTrees" as const, values });
        first += count;
      }
      await session.runAll(calls);
      await at.pacer.pause();
    }
    out.set(arena.doubles(scores, out.length));
  }
}
