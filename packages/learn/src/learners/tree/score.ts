import { Pacer } from "../../foundation/index.js";
import type { Column, Frame } from "../../frame/index.js";
import { openSession } from "../../kernels/index.js";
import type { ModelCard, PredictExtras } from "../contract.js";
import { alignFrame } from "../schema.js";
import { addTreeValues, type TreeEnsemble } from "./ensemble.js";
import { sweepScores } from "./score-sweep.js";
import { type ScoreTables, scoreTables } from "./score-tables.js";

const ROWS_BETWEEN_POLLS = 256;
/** Walks below which the kernels are not worth their start. */
const FEW_WALKS = 20_000;

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

/** Scores tables by one ensemble; keeps the kernels' form of it. */
export class FrameScorer {
  readonly #trees: TreeEnsemble;
  readonly #card: ModelCard;
  readonly #start: Float64Array;
  #tables: readonly ScoreTables[] | undefined;

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
      this.#tables ??= scoreTables(this.#trees);
    }
    if (walks <= FEW_WALKS || this.#tables === undefined) await this.#walk(aligned, out, pacer);
    else await this.#sweep(aligned, out, this.#tables, { ...extras, pacer });
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

  async #sweep(
    frame: Frame,
    out: Float64Array,
    tables: readonly ScoreTables[],
    { pacer, threads = 0 }: { readonly pacer: Pacer; readonly threads?: number | undefined },
  ): Promise<void> {
    const doing = `predicting with ${this.#card.kind}`;
    const outputs = this.#start.length;
    if (outputs === 1) out.fill(this.#start[0]!);
    else for (let i = 0; i < out.length; i++) out[i] = this.#start[i % outputs]!;
    const steps = tables.reduce((sum, { rowSteps }) => sum + frame.rowCount * rowSteps, 0);
    const session = await openSession({ doing, threads, steps });
    const mark = session.arena.mark();
    try {
      for (const one of tables) {
        await sweepScores(session, { tables: one, frame, outputs, out, pacer });
        session.arena.release(mark);
      }
    } finally {
      session.close();
    }
  }
}
