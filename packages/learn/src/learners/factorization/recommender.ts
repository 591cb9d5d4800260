/** What all recommenders do alike: take a table in, learn, describe the model, restore it. */
import { type Json, type ModelState, Pacer } from "../../foundation/index.js";
import { describeModel } from "../card.js";
import type { FitExtras, Learner, ModelCard } from "../contract.js";
import { completeOptions, type OptionRule } from "../door.js";
import type { RecommenderModel } from "./contract.js";
import type { Csr } from "./csr.js";
import { type Interactions, type RecommenderOptions, takeInteractions } from "./interactions.js";

/** A fit under way. */
export interface RecommenderFit<Options> {
  readonly options: Readonly<Options>;
  readonly found: Interactions;
  readonly extras: FitExtras;
  readonly pacer: Pacer;
  /** For errors: `fitting implicit-als`. */
  readonly doing: string;
}

/** What was learnt. */
export interface Learnt<Fitted> {
  /** Users × items. */
  readonly matrix: Pick<Csr, "rows" | "columns" | "indices">;
  /** What the card says beside the sizes of the matrix. */
  readonly summary?: Readonly<Record<string, Json>>;
  readonly model: (card: ModelCard) => Fitted;
}

/** What tells one recommender from another. */
export interface RecommenderDefinition<Options, Fitted> {
  readonly kind: string;
  readonly defaults: Options;
  readonly rules: { readonly [Key in keyof Options]-?: OptionRule };
  /** Whether it learns from a target: ratings. */
  readonly rated?: boolean;
  readonly learn: (fit: RecommenderFit<Options>) => Promise<Learnt<Fitted>>;
  readonly restore: (card: ModelCard, state: ModelState, options: Readonly<Options>) => Fitted;
}

/** Makes the learner of a definition. */
export function recommender<Options extends RecommenderOptions, Fitted extends RecommenderModel>(
  definition: RecommenderDefinition<Options, Fitted>,
): Learner<Options, Fitted> {
  const { kind, rules, rated = false, learn } = definition;
  const identity = { kind, task: "recommendation" } as const;
  const defaults = Object.freeze(definition.defaults);
  const fit: Learner<Options, Fitted>["fit"] = async (frame, target, given, extras = {}) => {
    const options = completeOptions({ kind, defaults }, given, rules);
    const doing = `fitting ${kind}`;
    const pacer = new Pacer(extras.signal, doing);
    const found = takeInteractions(identity, { frame, target }, options, extras);
    const { matrix, summary, model } = await learn({ options, found, extras, pacer, doing });
    const sizes = {
      users: matrix.rows,
      items: matrix.columns,
      observations: matrix.indices.length,
    };
    const data = rated ? found.data : { ...found.data, target: undefined };
    const all = { options, summary: { ...sizes, ...summary }, pacer };
    return model(await describeModel(identity, data, all));
  };
  return Object.freeze({
    ...identity,
    accepts: Object.freeze({ missing: true, categories: true }),
    defaults,
    fit,
    restore: (card: ModelCard, state: ModelState) => {
      const given = card.options as Partial<Options>;
      return definition.restore(card, state, completeOptions({ kind, defaults }, given, rules));
    },
  });
}
