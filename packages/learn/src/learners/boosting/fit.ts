import {
  allocateBins,
  type BinWork,
  type ColumnBins,
  findBins,
  writeBins,
} from "../../encoders/index.js";
import { type Numbers, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { openSession, type Session } from "../../kernels/index.js";
import { describeModel } from "../card.js";
import type { FitExtras, Learner } from "../contract.js";
import { completeOptions, type TrainingData, trainingData } from "../door.js";
import { learnerErrors } from "../errors.js";
import { alignFrame, schemaOf } from "../schema.js";
import { byName, growTogether } from "../tree/grow-together.js";
import { type BinnedRows, type FitInput, type PlannedFit, planFit } from "./fit-plan.js";
import { checkMemory } from "./memory-plan.js";
import { type BoostingModel, boostingModel } from "./model.js";
import type { Objective } from "./objective.js";
import { type BoostingOptions, boostingDefaults, boostingRules } from "./options.js";
import { TreeReader } from "./read-trees.js";

type Identity = Pick<Learner, "kind" | "task">;

interface Losses {
  readonly training: number;
  readonly validation: number;
}

/** What a fit is asked to do. */
interface Request {
  readonly identity: Identity;
  readonly objective: Objective;
  readonly options: BoostingOptions;
  readonly extras: FitExtras;
  readonly pacer: Pacer;
  /** Training rows of weight above 0. */
  readonly frame: Frame;
}

function lossesAt(session: Session, plan: PlannedFit, round: number): Losses {
  const [training, validation] = session.arena.doubles(plan.losses + 16 * round, 2);
  return { training: training!, validation: validation! };
}

/** Tells each finished round once, in order. */
class Reporter {
  readonly #request: Request;
  readonly #plan: PlannedFit;
  readonly #session: Session;
  readonly #started = performance.now();
  #told = 0;

  constructor(request: Request, session: Session, plan: PlannedFit) {
    this.#request = request;
    this.#session = session;
    this.#plan = plan;
  }

  report(): void {
    const { extras, options } = this.#request;
    if (extras.onProgress === undefined) return;
    const done = this.#plan.memory.read("roundsDone");
    const { rounds } = options;
    const perRound = (performance.now() - this.#started) / 1000 / done;
    while (this.#told < done) {
      const { training, validation } = lossesAt(this.#session, this.#plan, this.#told);
      this.#told += 1;
      extras.onProgress({
        round: this.#told,
        rounds,
        loss: training,
        ...(extras.validation === undefined ? {} : { validationLoss: validation }),
        secondsLeft: perRound * (rounds - this.#told),
      });
    }
  }
}

/** Grows all trees. */
async function growTrees(
  session: Session,
  plan: PlannedFit,
  request: Request,
  classes: number,
): Promise<TreeReader> {
  const { memory } = plan;
  const reader = new TreeReader();
  const reporter = new Reporter(request, session, plan);
  const rounds = session.inline ? 1 : plan.roundsAtATime;
  const growing = {
    callOf: (thread: number) =>
      ({ kernel: "boost", values: [memory.address, thread, rounds] }) as const,
    stop: () => memory.write("stop", 1),
    report: () => reporter.report(),
    frame: request.frame,
    signal: request.extras.signal,
    pacer: request.pacer,
  };
  do {
    await request.pacer.pause();
    const base = memory.read("treeIndex");
    memory.write("treeBase", base);
    await growTogether(session, growing);
    const written = memory.read("roundsDone") * classes - base;
    reader.read(session.arena, plan.written, written);
  } while (memory.read("finished") === 0);
  return reader;
}

async function binRows(
  frame: Frame,
  bins: readonly ColumnBins[],
  work: BinWork,
): Promise<BinnedRows["layout"]> {
  const layout = allocateBins(work.session, frame.rowCount, frame.columns.length);
  await writeBins(frame, bins, layout, work);
  return layout;
}

/** The validation rows in bins, checked as the training rows were. */
async function binValidation(
  session: Session,
  request: Request,
  sorted: Frame,
  { bins, classes }: { readonly bins: readonly ColumnBins[]; readonly classes: number },
): Promise<BinnedRows | undefined> {
  const { validation } = request.extras;
  if (validation === undefined) return undefined;
  const { identity, objective, pacer } = request;
  const aligned = alignFrame(validation.frame, schemaOf(sorted));
  const watched = trainingData(identity, aligned, validation.target, {
    weight: validation.weight,
  });
  const target = objective.check(identity, watched.target);
  const row = objective.code === 2 ? target.findIndex((value) => value >= classes) : -1;
  if (row >= 0) {
    throw learnerErrors.TARGET_CLASS({ row, value: target[row]!, most: classes - 1 });
  }
  const layout = await binRows(watched.frame, bins, { session, pacer });
  return { layout, rowCount: target.length, target, weight: watched.weight };
}

function checkMonotone(identity: Identity, frame: Frame, options: BoostingOptions): void {
  for (const name of Object.keys(options.monotone)) {
    if (frame.has(name) && frame.column(name).kind === "number") continue;
    throw learnerErrors.LEARNER_OPTION({
      learner: identity.kind,
      option: "monotone",
      given: `for "${name}"`,
      expected: "the name of a column of numbers",
    });
  }
}

/** Everything between the door and the model. */
async function fitInSession(
  session: Session,
  request: Request,
  data: TrainingData,
  target: Float64Array,
): Promise<BoostingModel> {
  const { identity, objective, options, extras, pacer } = request;
  const start = objective.start(identity, data, target);
  const { places, sorted } = byName(data.frame);
  const bins = await findBins(sorted, options, { session, pacer });
  const layout = await binRows(sorted, bins, { session, pacer });
  const rowCount = data.frame.rowCount;
  const training = { layout, rowCount, target, weight: data.weight };
  const validation = await binValidation(session, request, sorted, {
    bins,
    classes: start.length,
  });
  const wantLoss = extras.onProgress !== undefined;
  const input: FitInput = {
    objective,
    options,
    names: sorted.names,
    bins,
    start,
    training,
    validation,
    wantLoss,
  };
  const plan = planFit(session, input);
  const reader = await growTrees(session, plan, request, start.length);
  const done = plan.memory.read("roundsDone");
  const best = validation === undefined ? done : plan.memory.read("bestRound");
  const rounds = options.patience > 0 && validation !== undefined ? best : done;
  const trees = reader.ensemble(rounds * start.length, start.length, { bins, places });
  const summary = {
    rounds,
    trees: rounds * start.length,
    ...(validation === undefined
      ? {}
      : {
          bestRound: best,
          validationLoss: lossesAt(session, plan, best - 1).validation,
        }),
  };
  const card = await describeModel(identity, data, { options, summary, pacer });
  const outputs = start.length === 1 ? card.outputs : Array.from(start, (_, k) => `class ${k}`);
  return boostingModel(Object.freeze({ ...card, outputs }), trees, start);
}

/** A learner of one objective. */
export function boostingLearner(
  identity: Identity,
  objective: Objective,
): Learner<BoostingOptions, BoostingModel>["fit"] {
  return async (
    frame: Frame,
    target: Numbers | undefined,
    given?: Partial<BoostingOptions>,
    extras: FitExtras = {},
  ) => {
    const learner = { ...identity, defaults: boostingDefaults };
    const options = completeOptions<BoostingOptions>(learner, given, boostingRules);
    const data = trainingData(identity, frame, target, extras);
    const checked = objective.check(identity, data.target);
    checkMonotone(identity, data.frame, options);
    const doing = `fitting ${identity.kind}`;
    const pacer = new Pacer(extras.signal, doing);
    const cells = data.frame.rowCount * data.frame.columns.length;
    const steps = cells * (10 + 2 * options.rounds);
    const { signal } = extras;
    const wish = { doing, threads: extras.threads ?? 0, steps, signal };
    const classes = objective.code === 2 ? 1 + checked.reduce((a, b) => Math.max(a, b), 0) : 1;
    checkMemory(doing, { frame: data.frame, classes, options, extras });
    const session = await pacer.until(openSession(wish), (late) => late.close());
    try {
      const request = { identity, objective, options, extras, pacer, frame: data.frame };
      return await fitInSession(session, request, data, checked);
    } finally {
      session.close();
    }
  };
}
