import type { SeededOptions } from "../contract.js";
import { type OptionRule, optionRules } from "../door.js";

/** Options of learners that look at neighbours. */
export interface NeighbourOptions extends SeededOptions {
  /** Neighbours that are looked at; all others where there are fewer. */
  readonly neighbours: number;
}

/** Which distance a score is. */
export type DistanceMethod = "largest" | "mean" | "median";

/** Options of the distance to neighbours. */
export interface NeighbourDistanceOptions extends NeighbourOptions {
  /** The distance to the farthest of the neighbours, or the mean or median of all. */
  readonly method: DistanceMethod;
}

/** PyOD's own choice. */
export const neighbourDistanceDefaults: NeighbourDistanceOptions = Object.freeze({
  neighbours: 5,
  method: "largest",
  seed: 0,
});

/** PyOD's and scikit-learn's. */
export const localOutlierDefaults: NeighbourOptions = Object.freeze({ neighbours: 20, seed: 0 });

const methods: readonly unknown[] = ["largest", "mean", "median"];

const neighbours: OptionRule = {
  expected: "an integer from 1 to 100000",
  holds: (value) => optionRules.count.holds(value) && (value as number) <= 100_000,
};

/** What the options of the local outlier factor must be. */
export const localOutlierRules = { neighbours, seed: optionRules.seed };

/** What the options of the distance to neighbours must be. */
export const neighbourDistanceRules = {
  ...localOutlierRules,
  method: {
    expected: '"largest", "mean" or "median"',
    holds: (value: unknown) => methods.includes(value),
  },
};
