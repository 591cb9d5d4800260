import type { Json, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import {
  checkPlannedMemory,
  type Moments,
  momentsOf,
  openSession,
  type Session,
} from "../../kernels/index.js";
import type { FitExtras, Learner } from "../contract.js";
import {
  binaryTarget,
  bothClasses,
  columnMoments,
  numberColumns,
  numberTarget,
  type TrainingData,
  trainingData,
} from "../door.js";
import { learnerErrors } from "../errors.js";
import { alignFrame, schemaOf } from "../schema.js";
import { byName, growTogether } from "../tree/grow-together.js";
import { initialWeights } from "./initial-weights.js";
import { type DescentSettings, type ExampleSource, NetworkSession } from "./network-session.js";
import type { TrainingOptions } from "./options.js";
import { type NetworkSizes, plannedBytes } from "./plan.js";
import { type Scaling, scalingOf } from "./scaling.js";
import { type SequenceWish, sequencesOf } from "./sequences.js";
import {
  type LayerWeights,
  type NetworkShape,
  packWeights,
  unpackWeights,
  weightCount,
} from "./shape.js";

/** What a fit of a network is asked to do. */
export interface NetworkRequest {
  readonly identity: Pick<Learner, "kind" | "task">;
  readonly shape: NetworkShape;
  /** How rows become sequences; undefined where each row stands alone. */
  readonly sequences: SequenceWish | undefined;
  readonly options: TrainingOptions;
  readonly extras: FitExtras;
  readonly pacer: Pacer;
}

/** What a fit found. */
export interface TrainedNetwork {
  readonly weights: readonly LayerWeights[];
  readonly scaling: Scaling;
  /** Of a target of values; of others mean 0 and deviation 1. */
  readonly targetMoments: Moments;
  readonly summary: Readonly<Record<string, Json>>;
}

const PLAIN: Moments = { mean: 0, deviation: 1 };

/** The target, checked; what a detector is given as one is not looked at. */
function checkedTarget({ identity, shape }: NetworkRequest, data: TrainingData) {
  if (shape.loss === "reconstruction") return undefined;
  return shape.loss === "logistic"
    ? binaryTarget(identity, data.target)
    : numberTarget(identity, data.target);
}

/** Examples before it is known how their columns are scaled. */
type Unscaled = Omit<ExampleSource, "scaling">;

/** Examples of a table: sequences, their targets and their weights. */
async function examplesOf(
  request: NetworkRequest,
  data: TrainingData,
  targetMoments: (target: Float64Array) => Moments,
): Promise<{ source: Unscaled; moments: Moments }> {
  const { identity, pacer } = request;
  const target = checkedTarget(request, data);
  const wish = request.sequences ?? { maxSteps: 1, lastOnly: false };
  const groups = request.sequences === undefined ? undefined : data.groups;
  const sequences = await sequencesOf(data.frame.rowCount, groups, wish, pacer);
  const { rows, ends } = sequences;
  const rowOf = (end: number): number => (rows === undefined ? end : rows[end]!);
  const pick = (values: Float64Array): Float64Array => {
    const out = new Float64Array(ends.length);
    for (let id = 0; id < out.length; id++) out[id] = values[rowOf(ends[id]!)]!;
    return out;
  };
  const own = target && pick(target);
  const moments = own === undefined ? PLAIN : targetMoments(own);
  const weight = data.weight && pick(data.weight);
  const mean = weight === undefined ? 1 : momentsOf(weight, undefined).mean;
  const source: Unscaled = {
    kind: identity.kind,
    columns: numberColumns(identity, data.frame),
    names: data.frame.names,
    sequences,
    start: 0,
    end: data.frame.rowCount,
    target: own && Float32Array.from(own, (v) => (v - moments.mean) / moments.deviation),
    weight: weight && Float32Array.from(weight, (value) => value / mean),
  };
  return { source, moments };
}

/** Mean and spread of what is predicted; a class is taken as it is. */
function momentsFor({ identity, shape }: NetworkRequest) {
  return (target: Float64Array): Moments => {
    if (shape.loss === "logistic") {
      bothClasses(identity, target, undefined);
      return PLAIN;
    }
    const { mean, deviation } = momentsOf(target, undefined);
    return { mean, deviation: deviation > 0 ? deviation : 1 };
  };
}

async function validationOf(request: NetworkRequest, sorted: Frame, moments: Moments) {
  const { validation } = request.extras;
  if (validation === undefined || validation.frame.rowCount === 0) return undefined;
  const aligned = alignFrame(validation.frame, schemaOf(sorted));
  const { target, weight, groups } = validation;
  const given = request.shape.loss === "reconstruction" ? undefined : target;
  const data = trainingData(request.identity, aligned, given, { weight, groups });
  return (await examplesOf(request, data, () => moments)).source;
}

/** Tells each finished epoch once, in order. */
function reporter({ extras, options }: NetworkRequest, network: NetworkSession, scale: number) {
  const started = performance.now();
  let told = 0;
  return () => {
    const done = network.words.read("epochsDone");
    if (extras.onProgress === undefined || done === told) return;
    const losses = network.session.arena.doubles(network.plan.losses, 2 * done);
    const perEpoch = (performance.now() - started) / 1000 / done;
    while (told < done) {
      const [loss, validationLoss] = losses.subarray(2 * told, 2 * told + 2);
      told += 1;
      extras.onProgress({
        round: told,
        rounds: options.epochs,
        loss: loss! * scale,
        ...(network.plan.validation === undefined
          ? {}
          : { validationLoss: validationLoss! * scale }),
        secondsLeft: perEpoch * (options.epochs - told),
      });
    }
  };
}

/** Runs all epochs. */
async function descend(
  request: NetworkRequest,
  network: NetworkSession,
  frame: Frame,
  scale: number,
): Promise<void> {
  const { session, words } = network;
  const batches = session.inline ? 1 : 0x7fffffff;
  const growing = {
    callOf: (thread: number) =>
      ({ kernel: "trainNetwork", values: [words.address, thread, batches] }) as const,
    stop: () => words.write("stop", 1),
    report: reporter(request, network, scale),
    frame,
    signal: request.extras.signal,
    pacer: request.pacer,
  };
  do {
    await request.pacer.pause();
    await growTogether(session, growing);
  } while (words.read("finished") === 0);
}

interface Prepared {
  readonly frame: Frame;
  readonly training: ExampleSource;
  readonly validation: ExampleSource | undefined;
  readonly targetMoments: Moments;
}

function sizesOf({ shape, options }: NetworkRequest, prepared: Prepared, threads: number) {
  const { training, validation } = prepared;
  const longest = Math.max(training.sequences.longest, validation?.sequences.longest ?? 1);
  return {
    shape,
    threads,
    longest,
    rows: training.end,
    examples: training.sequences.ends.length,
    validationRows: validation?.end ?? 0,
    validationExamples: validation?.sequences.ends.length ?? 0,
    batchSize: options.batchSize,
    epochs: options.epochs,
  } satisfies NetworkSizes;
}

/** What is left when training is over: the best weights where there were rows to tell by. */
function readTrained(request: NetworkRequest, network: NetworkSession, prepared: Prepared) {
  const { arena } = network.session;
  const { plan, words } = network;
  const { identity, options, shape } = request;
  const scale = prepared.targetMoments.deviation ** 2;
  const done = words.read("epochsDone");
  const best = plan.validation === undefined ? done : words.read("bestEpoch");
  const kept = options.patience > 0 ? best : done;
  const from = kept === done ? plan.weights : plan.best;
  const packed = arena.floats(from, plan.weightCount).slice();
  if (!packed.every(Number.isFinite)) {
    throw learnerErrors.FIT_DIVERGED({ learner: identity.kind, rate: options.learningRate });
  }
  const [loss, validationLoss] = arena.doubles(plan.losses + 16 * (kept - 1), 2);
  const { sequences } = prepared.training;
  const summary = {
    epochs: kept,
    loss: loss! * scale,
    ...(plan.validation === undefined ? {} : { validationLoss: validationLoss! * scale }),
    examples: sequences.ends.length,
    longestSequence: sequences.longest,
    weights: weightCount(shape),
  };
  return { weights: unpackWeights(shape, packed), summary };
}

async function trainInSession(
  session: Session,
  request: NetworkRequest,
  prepared: Prepared,
): Promise<TrainedNetwork> {
  const { identity, options, shape, extras, pacer } = request;
  const { targetMoments, training, validation, frame } = prepared;
  const sizes = sizesOf(request, prepared, session.threads);
  checkPlannedMemory(`fitting ${identity.kind}`, plannedBytes(sizes), extras.memoryLimit);
  const network = new NetworkSession(session, sizes);
  const descent: DescentSettings = options;
  network.start(packWeights(shape, initialWeights(shape, options.seed)), descent);
  await network.fillExamples("training", training, pacer);
  if (validation !== undefined) {
    await network.fillExamples("validation", validation, pacer);
  }
  await descend(request, network, frame, targetMoments.deviation ** 2);
  const { scaling } = training;
  return { ...readTrained(request, network, prepared), scaling, targetMoments };
}

/**
 * Trains a network.
 * @param data rows of weight above 0
 * @throws TARGET_MISSING, TARGET_VALUE, TARGET_NUMBER, TARGET_ONE_CLASS, FEATURE_KIND,
 *   FEATURE_VALUE, FIT_DIVERGED, KERNEL_MEMORY, KERNEL_WORKER_DIED, LEARN_STOPPED
 */
export async function trainNetwork(
  request: NetworkRequest,
  data: TrainingData,
): Promise<TrainedNetwork> {
  const { identity, shape, options, extras, pacer } = request;
  const { sorted } = byName(data.frame);
  const named = { ...data, frame: sorted };
  const { source: training, moments } = await examplesOf(request, named, momentsFor(request));
  const found = await columnMoments(identity, named, training.columns, pacer);
  const validation = await validationOf(request, sorted, moments);
  const scaling = scalingOf(found);
  const prepared: Prepared = {
    frame: data.frame,
    training: { ...training, scaling },
    validation: validation && { ...validation, scaling },
    targetMoments: moments,
  };
  const { lengths } = training.sequences;
  const steps = lengths.reduce((sum, length) => sum + length, 0);
  const doing = `fitting ${identity.kind}`;
  const wish = {
    doing,
    threads: extras.threads ?? 0,
    steps: steps * weightCount(shape) * options.epochs,
    signal: extras.signal,
  };
  const session = await pacer.until(openSession(wish), (late) => late.close());
  try {
    return await trainInSession(session, request, prepared);
  } finally {
    session.close();
  }
}
