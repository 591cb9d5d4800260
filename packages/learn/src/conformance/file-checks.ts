import type { Model } from "../learners/index.js";
import { readModel, type StoredModel, writeModel } from "../models/index.js";
import type { Check, CheckContext } from "./check.js";
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
