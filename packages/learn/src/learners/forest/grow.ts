import { allocateBins, type ColumnBins, findBins, writeBins } from "../../encoders/index.js";
import type { Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { openSession, type Session } from "../../kernels/index.js";
import type { FitExtras } from "../contract.js";
import { byName, growTogether } from "../tree/grow-together.js";
import { checkMemory, type Growth, type PlannedForest, planForest } from "./plan.js";
import { ForestReader, type GrownTrees } from "./read-trees.js";
import type { PreparedTarget } from "./targets.js";

/** What sums of rows out of bag are multiples of. */
const UNIT = 2 ** -40;

/** What is to be grown, on which rows. */
export interface GrowRequest {
  /** For errors: `fitting random-forest`. */
  readonly doing: string;
  readonly frame: Frame;
  readonly prepared: PreparedTarget;
  readonly growth: Growth;
  readonly maxBins: number;
  /** Bins of categories that must stay, by column name. */
  readonly keptBins?: ReadonlyMap<string, ColumnBins>;
  readonly extras: FitExtras;
  readonly pacer: Pacer;
}

/** What was grown. */
export interface Grown extends GrownTrees {
  /** Rows × classes: predictions by the trees that did not see a row, NaN where all did. */
  readonly outOfBag: Float64Array | undefined;
}

/** Tells how many trees are done. */
function reporter({ extras, growth }: GrowRequest, plan: PlannedForest): () => void {
  const started = performance.now();
  let told = 0;
  return () => {
    const done = plan.memory.read("treesDone");
    if (done === told) return;
    const perTree = (performance.now() - started) / 1000 / done;
    const secondsLeft = perTree * (growth.trees - done);
    for (told += 1; told < done; told++) {
      extras.onProgress?.({ round: told, rounds: growth.trees, secondsLeft });
    }
    extras.onProgress?.({ round: done, rounds: growth.trees, secondsLeft });
  };
}

/** Means of what the trees said of the rows that they had not seen. */
function unseenMeans(session: Session, plan: PlannedForest, request: GrowRequest) {
  if (plan.oobSums === 0) return undefined;
  const { classes, base, unit } = request.prepared.units;
  const rows = request.frame.rowCount;
  const counts = session.arena.integers(plan.oobCounts, rows);
  const sums = new BigInt64Array(session.arena.memory.buffer, plan.oobSums, rows * classes);
  return Float64Array.from({ length: rows * classes }, (_, at) => {
    const count = counts[Math.floor(at / classes)]!;
    return count === 0 ? Number.NaN : base + (unit * (Number(sums[at]!) * UNIT)) / count;
  });
}

async function growInSession(session: Session, request: GrowRequest): Promise<Grown> {
  const { growth, prepared, pacer, keptBins, extras } = request;
  const { places, sorted } = byName(request.frame);
  const rowCount = sorted.rowCount;
  const categorical = sorted.columns.some(({ kind }) => kind === "category");
  const size = { rowCount, columns: places.length, categorical };
  checkMemory(session, growth, size, { doing: request.doing, limit: extras.memoryLimit });
  const binOptions = { maxBins: request.maxBins, seed: growth.seed };
  const found = await findBins(sorted, binOptions, { session, pacer });
  const bins = found.map((one, k) => keptBins?.get(sorted.names[k]!) ?? one);
  const layout = allocateBins(session, rowCount, bins.length);
  await writeBins(sorted, bins, layout, { session, pacer });
  const { target, weight } = prepared;
  const plan = planForest(session, growth, { bins, layout, rowCount, target, weight });
  const reader = new ForestReader();
  const { memory } = plan;
  const most = session.inline ? 1 : 0x7fffffff;
  const growing = {
    callOf: (thread: number) =>
      ({ kernel: "growForest", values: [memory.address, thread, most] }) as const,
    stop: () => memory.write("stop", 1),
    report: reporter(request, plan),
    frame: request.frame,
    signal: extras.signal,
    pacer,
  };
  session.arena.integers(plan.table, 4 * growth.trees).fill(0);
  do {
    await pacer.pause();
    await growTogether(session, growing);
    reader.read(session.arena, plan, growth.trees, growth.classes);
  } while (memory.read("treesDone") < growth.trees);
  const outOfBag = unseenMeans(session, plan, request);
  const grown = await reader.ensemble({ bins, places }, prepared.units, pacer);
  return { ...grown, outOfBag };
}

/**
 * Grows trees.
 * @throws KERNEL_MEMORY, KERNEL_WORKER_DIED, LEARN_STOPPED
 */
export async function growTrees(request: GrowRequest): Promise<Grown> {
  const { frame, growth, extras, doing } = request;
  const levels = Math.ceil(Math.log2(frame.rowCount + 2));
  const perTree = frame.rowCount * (growth.features + 3) * levels;
  const steps = 10 * frame.rowCount * frame.columns.length + growth.trees * perTree;
  const wish = { doing, threads: extras.threads ?? 0, steps, signal: extras.signal };
  const session = await request.pacer.until(openSession(wish), (late) => late.close());
  try {
    return await growInSession(session, request);
  } finally {
    session.close();
  }
}
