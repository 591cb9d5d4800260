/** Models that hold models: how their states stand in one another, and how they come back. */

import type { Json, ModelState, Tensor } from "../foundation/index.js";
import type { Model, ModelCard } from "../learners/index.js";
import { cardFromJson, cardToJson } from "./card-json.js";
import { type Fields, fieldsOf } from "./fields.js";

/** Makes the model of a card and a state, whatever its kind. */
export type Restorer = (card: ModelCard, state: ModelState) => Model;

/** Tensors with a prefix before their names. */
export function prefixed(
  prefix: string,
  tensors: Readonly<Record<string, Tensor>>,
): [string, Tensor][] {
  return Object.entries(tensors).map(([name, tensor]) => [`${prefix}.${name}`, tensor]);
}

/** The tensors whose names start with a prefix, without it. */
function unprefixed(prefix: string, state: ModelState): Readonly<Record<string, Tensor>> {
  const start = `${prefix}.`;
  const entries = Object.entries(state.tensors).filter(([name]) => name.startsWith(start));
  return Object.fromEntries(entries.map(([name, tensor]) => [name.slice(start.length), tensor]));
}

/**
 * The state of a part.
 * @param fields of the part, with its `settings`
 * @param prefix of its tensors
 * @throws MODEL_FILE_BROKEN
 */
export function stateIn(fields: Fields, prefix: string, state: ModelState): ModelState {
  const settings = Object.fromEntries(fieldsOf(fields.get("settings"), `settings of ${prefix}`));
  return { settings: settings as Record<string, Json>, tensors: unprefixed(prefix, state) };
}

/** A model as it stands in another: what goes among the settings, and its tensors. */
export function nestedModel(model: Model, prefix: string): [Json, [string, Tensor][]] {
  const { settings, tensors } = model.state();
  return [{ card: cardToJson(model.card), settings }, prefixed(prefix, tensors)];
}

/**
 * A model that stands in another.
 * @param value what stands among the settings
 * @throws MODEL_FILE_BROKEN, MODEL_STATE, MODEL_KIND_UNKNOWN
 */
export function restoreNested(
  value: unknown,
  prefix: string,
  state: ModelState,
  restore: Restorer,
): Model {
  const fields = fieldsOf(value, `the model ${prefix}`);
  return restore(cardFromJson(fields.get("card")), stateIn(fields, prefix, state));
}
