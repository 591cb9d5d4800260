/** What every recommender gives, whatever it learnt. */
import type { Model, PredictExtras } from "../contract.js";
import type { Csr } from "./csr.js";

/** Lists of items, best first. */
export interface Recommendations {
  /** Users, as places in `users` of the model, in the order asked for. */
  readonly users: Int32Array;
  /** Length of each list. */
  readonly k: number;
  /** Users × k, places in `items` of the model; -1 where a list is shorter. */
  readonly items: Int32Array;
  /** Users × k; NaN where a list is shorter. */
  readonly scores: Float64Array;
}

/** What may be said about recommendations. */
export interface RecommendExtras extends PredictExtras {
  /**
   * Items that a user must not be given: what training saw of the user (`"seen"`, unless told),
   * nothing (`"none"`), or a matrix of users × items (columns ascending) whose entries count so.
   */
  readonly exclude?: "seen" | "none" | Csr | undefined;
  /** Only these items, as texts or as places; all unless given. */
  readonly only?: readonly string[] | Int32Array | undefined;
  /** Bytes of kernel memory at most: KERNEL_MEMORY is said before the work begins. */
  readonly memoryLimit?: number | undefined;
}

/** One item or user beside another. */
export interface Neighbour {
  /** Its text. */
  readonly name: string;
  /** How alike, as the model says. */
  readonly score: number;
}

/** A model of who takes what. Users and items that training did not meet have defined scores. */
export interface RecommenderModel extends Model {
  /** Texts of users; their places are their numbers. */
  readonly users: readonly string[];
  /** Texts of items; their places are their numbers. */
  readonly items: readonly string[];
  /** What training saw: users × items. */
  readonly seen: Csr;
  /**
   * The best items of users; ties go to the item that stands first in `items`.
   * @param users texts, places, or `"all"`
   * @param k length of the lists, ≥ 1
   * @throws RECOMMEND_UNKNOWN, LEARNER_OPTION, LEARN_STOPPED, KERNEL_MEMORY
   */
  readonly recommend: (
    users: readonly string[] | Int32Array | "all",
    k: number,
    extras?: RecommendExtras,
  ) => Promise<Recommendations>;
  /**
   * The items most like one, best first, without itself.
   * @throws RECOMMEND_UNKNOWN
   */
  readonly similarItems: (item: string, k: number) => readonly Neighbour[];
}

/** What a new user took, or who took a new item. */
export interface NewInteractions {
  /** Texts that the model knows; others are left out. */
  readonly names: readonly string[];
  /** One a name: the count, or of explicit ALS the rating; 1 unless given. */
  readonly values?: readonly number[] | undefined;
}

/** A new user or item, as if it had been trained with the other side standing still. */
export interface FoldedIn {
  /** Its factors. */
  readonly factors: Float64Array;
  /** Names that the model did not know. */
  readonly unknown: readonly string[];
  /** Scores of the whole other side, in its order. */
  readonly scores: () => Float64Array;
  /** The best of the other side, what it already had left out. */
  readonly best: (k: number) => readonly Neighbour[];
}

/** A recommender by factors. */
export interface FactorModel extends RecommenderModel {
  /**
   * Numbers a user and item have, rounded up to a multiple of eight. Behind the factors stand, of
   * explicit ALS, user's and item's bias (and 1 on the other side), of BPR the item's.
   */
  readonly width: number;
  /** Users × width. */
  readonly userFactors: Float32Array;
  /** Items × width. */
  readonly itemFactors: Float32Array;
  /** What a score is beside the product of factors: the mean rating, of explicit ALS. */
  readonly base: number;
  /** The users most like one, as `similarItems`. */
  readonly similarUsers: (user: string, k: number) => readonly Neighbour[];
  /**
   * Factors of a user that training did not meet, at once.
   * @throws WEIGHT_VALUE, TARGET_LENGTH
   */
  readonly foldInUser: (taken: NewInteractions) => FoldedIn;
  /** The same for an item. */
  readonly foldInItem: (takenBy: NewInteractions) => FoldedIn;
}
