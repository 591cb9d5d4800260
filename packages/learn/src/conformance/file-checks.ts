import type { ModelState, RandomStream } from "../foundation/index.js";
import type { Model } from "../learners/index.js";
import { readModel, type StoredModel, writeModel } from "../models/index.js";
import { type Check, type CheckContext, noSense } from "./check.js";
import { attempt, refused, sameBytes, sameScores } from "./expect.js";

const FLIPS = 64;
const CUTS = 64;

function read(context: Pick<CheckContext, "learner">, bytes: Uint8Array): StoredModel {
  return readModel(bytes, { learners: [context.learner] });
}

/** @returns a sentence where a damaged file is read, or refused without a catalogued error */
async function survives(
  context: CheckContext,
  count: number,
  damage: (bytes: Uint8Array, place: number) => Uint8Array,
): Promise<string | undefined> {
  const bytes = writeModel(await context.model());
  const random = context.world.random("damage");
  for (let i = 0; i < count; i++) {
    const place = random.below(bytes.length);
    const found = await refused(() => read(context, damage(bytes, place)));
    if (found !== undefined) return `damaged at byte ${place}, ${found}`;
  }
  return undefined;
}

function flipped(bytes: Uint8Array, place: number): Uint8Array {
  const damaged = bytes.slice();
  damaged[place]! ^= 1 << (place % 8);
  return damaged;
}

/** The model as its own liar: it says other scores than its parts give. */
function lying(model: Model): Model {
  return { ...model, predictRow: (row) => model.predictRow(row) + 1 };
}

const POISONS = [Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 1, 255, 2 ** 31 - 1, 1e300];
const FORGERIES = 120;

/** The state with one element of one tensor replaced, or the tensor cut or emptied. */
function forgedState(state: ModelState, random: RandomStream): ModelState {
  const names = Object.keys(state.tensors).filter((name) => {
    return state.tensors[name]!.values.length > 0;
  });
  const name = names[random.below(names.length)]!;
  const values = state.tensors[name]!.values.slice();
  values[random.below(values.length)] = POISONS[random.below(POISONS.length)]!;
  const way = random.below(8);
  const kept = way === 0 ? values.slice(1) : way === 1 ? values.slice(0, 0) : values;
  const forged = { shape: [kept.length], values: kept };
  return { ...state, tensors: { ...state.tensors, [name]: forged } };
}

/** Model files hold the model, and nothing else is taken for one. */
export const fileChecks: readonly Check[] = [
  {
    name: "a model that is read gives the same bytes and scores",
    run: async (context) => {
      const model = await context.model();
      const bytes = writeModel(model, { metrics: { rocAuc: 0.5 } });
      const stored = read(context, bytes);
      const again = writeModel(stored, { metrics: stored.metrics });
      const { testFrame } = context.world;
      const expected = await model.predict(testFrame);
      return sameBytes(bytes, again) ?? sameScores(expected, await stored.predict(testFrame));
    },
  },
  {
    name: "golden rows are verified",
    run: async (context) => {
      const bytes = writeModel(lying(await context.model()));
      return refused(() => read(context, bytes), ["MODEL_GOLDEN"]);
    },
  },
  {
    name: "a truncated file is refused",
    run: (context) => survives(context, CUTS, (bytes, place) => bytes.slice(0, place)),
  },
  {
    name: "a flipped bit is found",
    run: (context) => survives(context, FLIPS, flipped),
  },
  {
    name: "a forged state is refused, or scores all the same",
    run: async ({ learner, world, model }) => {
      const fitted = await model();
      const state = fitted.state();
      if (Object.keys(state.tensors).length === 0) return noSense;
      const random = world.random("forged states");
      const row = world.testFrame.row(0);
      for (let i = 0; i < FORGERIES; i++) {
        const forged = forgedState(state, random);
        const { result } = await attempt(() => learner.restore(fitted.card, forged));
        if (result !== undefined) await attempt(() => result.predictRow(row));
      }
      return undefined;
    },
  },
  {
    name: "a state without its tensors is refused",
    run: async (context) => {
      const { learner } = context;
      const { card } = await context.model();
      const empty = { settings: {}, tensors: {} };
      const { result } = await attempt(() => learner.restore(card, empty));
      return result === undefined ? undefined : "it was restored";
    },
  },
];
