/** What ensembles share: their members, how these are fitted and described. */

import { type Json, Pacer } from "../foundation/index.js";
import {
  describeModel,
  type FitExtras,
  type Learner,
  type Model,
  type ModelCard,
  type TrainingData,
} from "../learners/index.js";
import { modelErrors } from "./errors.js";

/** All for one task, or the error that says what was found. */
export function taskOf(ensemble: string, members: readonly Learner[]): Learner["task"] {
  const tasks = [...new Set(members.map(({ task }) => task))];
  const [task] = tasks;
  if (task !== undefined && tasks.length === 1 && task !== "detection") return task;
  throw modelErrors.ENSEMBLE_MEMBERS({ ensemble, members: members.length, tasks });
}

/** What every member takes. */
export function acceptsOf(members: readonly Learner[]): Learner["accepts"] {
  return Object.freeze({
    missing: members.every(({ accepts }) => accepts.missing),
    categories: members.every(({ accepts }) => accepts.categories),
  });
}

/** Seeds that differ by member, so that two members of a kind are not the same. */
export function seedOf(seed: number, place: number): number {
  return (seed + place) % Number.MAX_SAFE_INTEGER;
}

/** A member's fit on given rows. */
export function fitMember(
  member: Learner,
  data: TrainingData,
  seed: number,
  extras: FitExtras,
): Promise<Model> {
  const { frame, target, weight, groups } = data;
  return member.fit(frame, target, { seed }, { ...extras, weight, groups });
}

/** The card of an ensemble; its outputs are those of its members. */
export async function describeEnsemble(
  identity: Pick<Learner, "kind" | "task">,
  data: TrainingData,
  members: readonly Model[],
  described: { readonly options: Record<string, Json>; readonly signal: AbortSignal | undefined },
): Promise<ModelCard> {
  const pacer = new Pacer(described.signal, `describing ${identity.kind}`);
  const parts = members.map(({ card }) => ({ kind: card.kind, ...card.options }));
  const options = { ...described.options, members: parts };
  const summary = { members: members.map(({ card }) => card.kind) };
  const card = await describeModel(identity, data, { options, summary, pacer });
  return Object.freeze({ ...card, outputs: members[0]!.card.outputs });
}
