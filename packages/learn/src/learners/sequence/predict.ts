import { Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { openSession, type Session } from "../../kernels/index.js";
import type { ModelCard, PredictExtras } from "../contract.js";
import { numberColumns } from "../door.js";
import { learnerErrors } from "../errors.js";
import { alignFrame } from "../schema.js";
import { byName } from "../tree/grow-together.js";
import { NetworkSession } from "./network-session.js";
import type { Scaling } from "./scaling.js";
import { type Sequences, sequencesOf } from "./sequences.js";
import { type LayerWeights, type NetworkShape, packWeights, padded, weightCount } from "./shape.js";

/** Examples that are scored at a time. */
const PIECE = 16_384;

/** What a network's model is made of. */
export interface NetworkParts {
  readonly shape: NetworkShape;
  readonly weights: readonly LayerWeights[];
  /** Of the columns in order of their names, as the network takes them. */
  readonly scaling: Scaling;
  /** Rows that are kept of a sequence; 1 where each row stands alone. */
  readonly maxSteps: number;
}

/** A table that is scored. */
interface Scored {
  readonly card: ModelCard;
  readonly parts: NetworkParts;
  readonly packed: Float32Array;
  readonly columns: readonly Float64Array[];
  readonly names: readonly string[];
  readonly sequences: Sequences;
  /** Rows × outputs. */
  readonly out: Float32Array;
  readonly pacer: Pacer;
}

/** Numbers a network gives for a row: one, or of a reconstruction one a column. */
export function outputCount({ loss, columns }: NetworkShape): number {
  return loss === "reconstruction" ? columns : 1;
}

async function scorePiece(network: NetworkSession, scored: Scored, start: number, end: number) {
  const { card, parts, sequences, columns, names, out, pacer } = scored;
  const { session, words, plan } = network;
  const first = Math.max(0, start - sequences.longest + 1);
  const own = {
    ...sequences,
    ends: sequences.ends.subarray(start, end),
    lengths: sequences.lengths.subarray(start, end),
  };
  const { kind } = card;
  const { scaling } = parts;
  const source = { kind, columns, names, scaling, sequences: own, start: first, end };
  const filled = { ...source, target: undefined, weight: undefined };
  await network.fillExamples("training", filled, pacer);
  words.write("chunkNext", 0);
  words.write("chunks", Math.ceil((end - start) / plan.chunkRows));
  await session.runTogether(
    Array.from({ length: session.threads }, (_, thread) => ({
      kernel: "scoreNetwork" as const,
      values: [words.address, thread],
    })),
  );
  pacer.check();
  const outputs = outputCount(parts.shape);
  const apart = outputs === 1 && parts.shape.loss !== "reconstruction" ? 1 : padded(outputs);
  const scores = session.arena.floats(plan.scores, (end - start) * apart);
  for (let id = start; id < end; id++) {
    const row = sequences.rows === undefined ? id : sequences.rows[id]!;
    const from = (id - start) * apart;
    out.set(scores.subarray(from, from + outputs), row * outputs);
  }
}

async function scoreInSession(session: Session, scored: Scored, signal: AbortSignal | undefined) {
  const { parts, packed, sequences } = scored;
  const count = sequences.ends.length;
  const piece = Math.min(PIECE, count);
  const network = new NetworkSession(session, {
    shape: parts.shape,
    threads: session.threads,
    longest: sequences.longest,
    rows: piece + sequences.longest - 1,
    examples: piece,
    validationRows: 0,
    validationExamples: 0,
    batchSize: 0,
    epochs: 0,
  });
  network.start(packed);
  const stop = () => network.words.write("stop", 1);
  signal?.addEventListener("abort", stop);
  try {
    for (let start = 0; start < count; start += PIECE) {
      await scorePiece(network, scored, start, Math.min(count, start + PIECE));
    }
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/**
 * What a network gives for each row of a table, in the network's order of columns.
 * @returns rows × outputs, row-major
 * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND, FEATURE_VALUE, TARGET_LENGTH, LEARN_STOPPED
 */
export async function networkOutputs(
  card: ModelCard,
  parts: NetworkParts,
  frame: Frame,
  extras: PredictExtras,
): Promise<Float32Array> {
  const { signal, threads, groups } = extras;
  const doing = `predicting with ${card.kind}`;
  const pacer = new Pacer(signal, doing);
  const rows = frame.rowCount;
  if (groups !== undefined && groups.length !== rows) {
    throw learnerErrors.TARGET_LENGTH({ what: "groups", found: groups.length, rows });
  }
  const { sorted } = byName(alignFrame(frame, card.schema));
  const columns = numberColumns(card, sorted);
  const out = new Float32Array(rows * outputCount(parts.shape));
  if (rows === 0) return out;
  const { maxSteps, shape } = parts;
  const own = maxSteps > 1 ? groups : undefined;
  const sequences = await sequencesOf(rows, own, { maxSteps, lastOnly: false }, pacer);
  const packed = packWeights(shape, parts.weights);
  const steps = sequences.lengths.reduce((sum, length) => sum + length, 0) * weightCount(shape);
  const wish = { doing, threads: threads ?? 0, steps: steps / 4, signal };
  const session = await pacer.until(openSession(wish), (late) => late.close());
  const scored = { card, parts, packed, columns, names: sorted.names, sequences, out, pacer };
  try {
    await scoreInSession(session, scored, signal);
  } finally {
    session.close();
  }
  return out;
}
