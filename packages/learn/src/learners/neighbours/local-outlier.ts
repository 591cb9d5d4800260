import type { ModelState, Pacer } from "../../foundation/index.js";
import type { FitExtras, Learner, ModelCard } from "../contract.js";
import { progressReporter } from "../progress.js";
import { fitRows } from "./fit-rows.js";
import {
  indexTensors,
  type NeighbourJudge,
  type NeighbourModel,
  neighbourModel,
  restoreIndex,
} from "./neighbour-model.js";
import { localOutlierDefaults, localOutlierRules, type NeighbourOptions } from "./options.js";
import type { RowIndex } from "./row-index.js";
import { searchOwn } from "./search-own.js";
import { countUnits, neighbourCount, roomForUnits, type Units } from "./units.js";

const identity = { kind: "local-outlier-factor", task: "detection" } as const;
const learner = { ...identity, defaults: localOutlierDefaults, rules: localOutlierRules };

/** Keeps the density of rows that are all the same finite, as in scikit-learn. */
const GUARD = 1e-10;

/** What is known of each row of the index when it is left out once. */
interface Densities {
  /** Distance to the k-th neighbour. */
  readonly reaches: Float64Array;
  /** 1 / (mean reachability distance + guard). */
  readonly densities: Float64Array;
  /** Local outlier factor. */
  readonly factors: Float64Array;
}

/**
 * Mean over neighbours of the larger of the distance and the neighbour's own reach.
 * @source Breunig et al. 2000, definition 5 (reachability distance)
 */
function meanReach(units: Units, reaches: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < units.length; i++) {
    sum += units.times[i]! * Math.max(units.distances[i]!, reaches[units.numbers[i]!]!);
  }
  return sum / units.total;
}

/** Mean density of the neighbours over the row's own; 1 for a row without others. */
function factorOf(units: Units, densities: Float64Array, own: number): number {
  if (units.total === 0) return 1;
  let sum = 0;
  for (let i = 0; i < units.length; i++) {
    sum += units.times[i]! * densities[units.numbers[i]!]!;
  }
  return sum / units.total / own;
}

/** Neighbours of each row of the index, itself left out once: all are needed twice. */
class OwnNeighbours {
  readonly #index: RowIndex;
  readonly #most: number;
  readonly #squares: Float64Array;
  readonly #numbers: Int32Array;
  readonly #units: Units;

  constructor(index: RowIndex, k: number) {
    const points = index.counts.length;
    this.#index = index;
    this.#most = Math.min(points, k + 1);
    this.#squares = new Float64Array(points * this.#most);
    this.#numbers = new Int32Array(points * this.#most);
    this.#units = roomForUnits(k);
  }

  async find(extras: FitExtras, pacer: Pacer): Promise<void> {
    const most = this.#most;
    const report = progressReporter(extras, this.#index.counts.length);
    await searchOwn({
      index: this.#index,
      most,
      doing: `fitting ${identity.kind}`,
      threads: extras.threads,
      memoryLimit: extras.memoryLimit,
      signal: extras.signal,
      pacer,
      take: (row, squares, numbers, at) => {
        this.#squares.set(squares.subarray(at, at + most), row * most);
        this.#numbers.set(numbers.subarray(at, at + most), row * most);
      },
      onRows: (done) => report(done),
    });
  }

  of(row: number): Units {
    const found = {
      squares: this.#squares,
      numbers: this.#numbers,
      at: row * this.#most,
      most: this.#most,
    };
    countUnits(this.#index, found, row, this.#units);
    return this.#units;
  }
}

const ROWS_BETWEEN_POLLS = 4096;

async function densitiesOf(index: RowIndex, k: number, extras: FitExtras, pacer: Pacer) {
  const points = index.counts.length;
  const own = new OwnNeighbours(index, k);
  await own.find(extras, pacer);
  const each = async (of: (units: Units, row: number) => number): Promise<Float64Array> => {
    const out = new Float64Array(points);
    for (let row = 0; row < points; row++) {
      if (row % ROWS_BETWEEN_POLLS === 0) await pacer.pause();
      out[row] = of(own.of(row), row);
    }
    return out;
  };
  const reaches = await each((units) =>
    units.length === 0 ? 0 : units.distances[units.length - 1]!,
  );
  const densities = await each((units) =>
    units.total === 0 ? 1 / GUARD : 1 / (meanReach(units, reaches) + GUARD),
  );
  const factors = await each((units, row) => factorOf(units, densities, densities[row]!));
  return { reaches, densities, factors } satisfies Densities;
}

function judgeBy({ rows, width }: RowIndex, known: Densities): NeighbourJudge {
  const { reaches, densities, factors } = known;
  const ownDensity = (units: Units) => 1 / (meanReach(units, reaches) + GUARD);
  return {
    score: (units) => factorOf(units, densities, ownDensity(units)),
    reasons: (units, values, out) => {
      // The factor is the neighbours' mean density times the row's mean reach, a sum over them.
      const density = factorOf(units, densities, 1) / units.total;
      for (let i = 0; i < units.length; i++) {
        const distance = units.distances[i]!;
        const reach = Math.max(distance, reaches[units.numbers[i]!]!) + GUARD;
        const part = density * units.times[i]! * reach;
        const from = units.numbers[i]! * width;
        for (let j = 0; j < width; j++) {
          const ratio = distance > 0 ? (values[j]! - rows[from + j]!) / distance : 0;
          out[j]! += part * (distance > 0 ? ratio * ratio : 1 / width);
        }
      }
    },
    ownScores: factors,
  };
}

function localOutlierModel(
  card: ModelCard,
  { index, neighbours, known }: { index: RowIndex; neighbours: number; known: Densities },
): NeighbourModel {
  const vector = (values: Float64Array) => ({ shape: [values.length], values });
  const state = (): ModelState => ({
    settings: { neighbours },
    tensors: {
      ...indexTensors(index),
      reaches: vector(known.reaches),
      densities: vector(known.densities),
      factors: vector(known.factors),
    },
  });
  return neighbourModel(card, { index, neighbours, judge: judgeBy(index, known), state });
}

/**
 * Finds what is abnormal by how much thinner it stands than its neighbours do: the local outlier
 * factor, about 1 where a row stands as they do. Exact, in the units of the columns, so that these
 * want to be scaled first. The model keeps the rows that it learnt from, in its file too; they are
 * scored by `leaveOneOut`, others by `predict` (novelty).
 *
 * `contributions` are each column's share of the distances to the neighbours; they add up to the
 * score. Missing values and categories are refused; weights are whole numbers. Of neighbours that
 * are equally far, as many count as are asked for.
 * @source Breunig, Kriegel, Ng, Sander 2000, "LOF: identifying density-based local outliers"; the
 *   guard of the density is scikit-learn's
 */
export const localOutlierFactor: Learner<NeighbourOptions, NeighbourModel> = Object.freeze({
  ...identity,
  accepts: Object.freeze({ missing: false, categories: false }),
  defaults: localOutlierDefaults,
  fit: async (frame, _target, given, extras = {}) => {
    const { card, index, options, known } = await fitRows(
      learner,
      frame,
      { given, extras },
      async (rows, { neighbours }, pacer) => ({
        known: await densitiesOf(rows, neighbourCount(rows, neighbours), extras, pacer),
      }),
    );
    return localOutlierModel(card, { index, known, neighbours: options.neighbours });
  },
  restore: (card, state) => {
    const { index, neighbours, refuse, doubles } = restoreIndex(card, state);
    const known = {
      reaches: doubles("reaches"),
      densities: doubles("densities"),
      factors: doubles("factors"),
    };
    const sound = Object.values(known).every(
      (values) =>
        values.length === index.counts.length &&
        values.every((value) => value >= 0 && Number.isFinite(value)),
    );
    if (!sound) throw refuse("its densities are none");
    return localOutlierModel(card, { index, neighbours, known });
  },
} satisfies Learner<NeighbourOptions, NeighbourModel>);
