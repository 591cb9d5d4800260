/** What a factor model is made of, and what tells one kind from another. */
import type { NewInteractions } from "./contract.js";
import type { Csr } from "./csr.js";

/** One side of a factor model. */
export interface FactorSide {
  /** Rows × width; places beyond the factors are 0. */
  readonly factors: Float32Array;
  /** Width × width, of all rows; where rows are solved. */
  readonly gram?: Float64Array;
}

/** What a factor model is made of. */
export interface FactorParts {
  readonly width: number;
  readonly user: FactorSide;
  readonly item: FactorSide;
  readonly seen: Csr;
  /** Added to every score. */
  readonly base: number;
}

/** The side that a new row faces. */
export interface Facing {
  /** Whose rows these are: a new user faces items. */
  readonly which: "user" | "item";
  readonly names: readonly string[];
  readonly find: (name: string) => number;
  /** The place of the new row that is always 1. */
  readonly one: number | undefined;
}

/** A new row. */
export interface Folded {
  readonly factors: Float64Array;
  /** Places of the names that it was made of. */
  readonly taken: { readonly has: (place: number) => boolean };
  /** Names that the model does not know. */
  readonly unknown: readonly string[];
}

/** What tells one kind of factor model from another. */
export interface FactorRule {
  /**
   * Places that are always 1, of users' rows and of items': the other side's bias stands there.
   * Without them there are no biases.
   */
  readonly ones: { readonly user?: number; readonly item?: number };
  /** Factors that are compared where rows are: those before the biases. */
  readonly compared: number;
  /**
   * Makes a row that training did not meet.
   * @throws WEIGHT_VALUE, TARGET_LENGTH
   */
  readonly fold: (parts: FactorParts, facing: Facing, given: NewInteractions) => Folded;
}
