import type { ModelState } from "../foundation/index.js";
import {
  type AnyLearner,
  learnerCatalogue,
  type Model,
  type ModelCard,
} from "../learners/index.js";
import { restoreDetectorUnion } from "./detector-union-model.js";
import { modelErrors } from "./errors.js";
import { refuseFile } from "./fields.js";
import type { Restorer } from "./nested.js";
import { restorePipeline } from "./pipeline-model.js";
import { restoreSoftVote } from "./soft-vote-model.js";
import { restoreStacking } from "./stacking-model.js";

/** Makes a model that holds others, given what makes those. */
type CompositeRestorer = (card: ModelCard, state: ModelState, restore: Restorer) => Model;

/** Kinds of models that hold others; a new one is one line here. */
const composites: ReadonlyMap<string, CompositeRestorer> = new Map<string, CompositeRestorer>([
  ["detector-union", restoreDetectorUnion],
  ["pipeline", restorePipeline],
  ["softVote", restoreSoftVote],
  ["stacking", restoreStacking],
]);

/** Models in models in models: more than a person makes. */
const DEEPEST = 8;

const partsOf = new WeakMap<object, readonly AnyLearner[]>();

/**
 * Notes the learners inside a learner, so that a file of its models is read with them.
 * @returns the learner
 */
export function withParts<L extends AnyLearner>(learner: L, parts: readonly AnyLearner[]): L {
  partsOf.set(learner, parts);
  return learner;
}

/** The learners and those inside them, composites left out: these are restored by kind. */
function flatten(learners: readonly AnyLearner[]): AnyLearner[] {
  return learners.flatMap((learner) => {
    const parts = partsOf.get(learner);
    return parts === undefined ? [learner] : flatten(parts);
  });
}

/**
 * What makes models of any kind again: given learners first, then this package's own.
 * @param learners those that made the model, or that stand in it
 * @throws MODEL_KIND_UNKNOWN, where it is called
 */
export function restorerOf(learners: readonly AnyLearner[]): Restorer {
  const own = new Map(flatten(learners).map((learner) => [learner.kind, learner]));
  const at =
    (depth: number): Restorer =>
    (card, state) => {
      const { kind } = card;
      if (depth > DEEPEST) refuseFile(`models stand in models more than ${DEEPEST} deep`);
      const composite = own.has(kind) ? undefined : composites.get(kind);
      if (composite !== undefined) return composite(card, state, at(depth + 1));
      const learner = own.get(kind) ?? learnerCatalogue.get(kind);
      if (learner !== undefined) return learner.restore(card, state);
      const known = [...composites.keys(), ...learnerCatalogue.keys(), ...own.keys()];
      throw modelErrors.MODEL_KIND_UNKNOWN({ kind, known });
    };
  return at(1);
}
