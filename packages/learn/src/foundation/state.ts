import type { Tensor } from "./tensor.js";

/** Plain data, as JSON holds it. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** What a model or a fitted encoder is made of, as it stands in a model file. */
export interface ModelState {
  /** Small values. */
  readonly settings: Readonly<Record<string, Json>>;
  /** Arrays by name. */
  readonly tensors: Readonly<Record<string, Tensor>>;
}
