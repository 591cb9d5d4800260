import type { ModelState, Numbers } from "../foundation/index.js";
import type { Frame } from "../frame/index.js";
import {
  completeOptions,
  type FitExtras,
  type Learner,
  type Model,
  type ModelCard,
  optionRules,
  partedProgress,
  type SeededOptions,
  trainingData,
} from "../learners/index.js";
import { modelErrors } from "./errors.js";
import { acceptsOf, describeEnsemble, fitMember, seedOf, taskOf } from "./members.js";
import { restorerOf, withParts } from "./restore.js";
import { restoreSoftVote, type SoftVoteModel, softVoteModel } from "./soft-vote-model.js";

/** What a soft vote is put together from. */
export interface SoftVoteParts {
  /**
   * At least one; all for one task. A learner with options of its own is a `pipeline` around it.
   */
  readonly members: readonly Learner[];
  /** One a member, ≥ 0, not all 0; equal unless given. */
  readonly weights?: readonly number[];
}

/**
 * The weighted mean of several models' predictions.
 * @param parts members and their weights
 * @throws ENSEMBLE_MEMBERS
 */
export function softVote(parts: SoftVoteParts): Learner<SeededOptions, SoftVoteModel> {
  const { members } = parts;
  const identity = { kind: "softVote", task: taskOf("softVote", members) } as const;
  const given = parts.weights ?? members.map(() => 1);
  const total = given.reduce((sum, weight) => sum + weight, 0);
  const sound = given.length === members.length && given.every((weight) => weight >= 0);
  if (!sound || !(total > 0 && total < Number.POSITIVE_INFINITY)) {
    const tasks = given.map((weight) => `weight ${weight}`);
    throw modelErrors.ENSEMBLE_MEMBERS({ ensemble: "softVote", members: members.length, tasks });
  }
  const weights = given.map((weight) => weight / total);
  const defaults: SeededOptions = Object.freeze({ seed: 0 });
  const fit = async (
    frame: Frame,
    target: Numbers | undefined,
    chosen?: Partial<SeededOptions>,
    extras: FitExtras = {},
  ): Promise<SoftVoteModel> => {
    const options = completeOptions({ ...identity, defaults }, chosen, { seed: optionRules.seed });
    const data = trainingData(identity, frame, target, extras);
    const part = partedProgress(extras, members.length);
    const models: Model[] = [];
    for (const [place, member] of members.entries()) {
      const own = { ...extras, onProgress: part() };
      models.push(await fitMember(member, data, seedOf(options.seed, place), own));
    }
    const described = { options: { ...options, weights }, signal: extras.signal };
    return softVoteModel(
      await describeEnsemble(identity, data, models, described),
      models,
      weights,
    );
  };
  const restore = (card: ModelCard, state: ModelState): SoftVoteModel =>
    restoreSoftVote(card, state, restorerOf(members));
  const accepts = acceptsOf(members);
  return withParts(Object.freeze({ ...identity, accepts, defaults, fit, restore }), members);
}
