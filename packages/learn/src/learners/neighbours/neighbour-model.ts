/** What both models of neighbours share: rows in, neighbours found, one number or reasons out. */
import { type ModelState, Pacer, type Tensor } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import type { DetectorModel, ModelCard, PredictExtras } from "../contract.js";
import { numberColumns, refuseValue } from "../door.js";
import { learnerErrors } from "../errors.js";
import { alignFrame, placesByName, rowNumbers } from "../schema.js";
import { nearestRows, roomFor } from "./nearest.js";
import { type ColumnRows, findRows, indexColumns, type RowIndex, rowKeys } from "./row-index.js";
import { type NeighbourSearch, searchRows } from "./search.js";
import { searchOwn } from "./search-own.js";
import { countUnits, neighbourCount, roomForUnits, type Units } from "./units.js";

/** A detector that keeps the rows that it learnt from, also in its file. */
export interface NeighbourModel extends DetectorModel {
  /**
   * Scores as in `predict`, but for a row that was learnt from as if it had not been (where it came
   * several times, once less): what scores of training rows are to be compared by, since a row is
   * its own nearest neighbour.
   * @returns one number a row
   * @throws as predict
   */
  readonly leaveOneOut: (frame: Frame, extras?: PredictExtras) => Promise<Float64Array>;
}

/** How one row is judged by its neighbours. */
export interface NeighbourJudge {
  /** Its score; higher = more abnormal. */
  readonly score: (units: Units) => number;
  /**
   * Adds what each column, in the order of the index, has to do with it.
   * @param values of the row, in that order
   */
  readonly reasons: (units: Units, values: Float64Array, out: Float64Array) => void;
  /** Scores of the index's rows, each left out once, where they are known. */
  readonly ownScores?: Float64Array;
}

/** What a model of neighbours is made of. */
export interface NeighbourParts {
  readonly index: RowIndex;
  readonly neighbours: number;
  readonly judge: NeighbourJudge;
  readonly state: () => ModelState;
}

/** Columns of a table as an index has them. */
export function rowsByName(card: Pick<ModelCard, "kind" | "schema">, frame: Frame): ColumnRows {
  const aligned = alignFrame(frame, card.schema);
  const columns = numberColumns(card, aligned);
  for (const [place, values] of columns.entries()) {
    refuseValue(card, aligned.columns[place]!.name, values);
  }
  const places = placesByName(card.schema);
  return { columns: places.map((place) => columns[place]!), rowCount: aligned.rowCount };
}

/** One model's rows on their way to their neighbours. */
class Judging {
  readonly #card: ModelCard;
  readonly #parts: NeighbourParts;
  readonly #places: readonly number[];
  readonly #k: number;
  #keys: Float64Array | undefined;

  constructor(card: ModelCard, parts: NeighbourParts) {
    this.#card = card;
    this.#parts = parts;
    this.#places = placesByName(card.schema);
    this.#k = neighbourCount(parts.index, parts.neighbours);
  }

  /** Lets `take` see each row's neighbours; `own` says which row of the index it is. */
  #looking(
    own: Int32Array | undefined,
    extras: PredictExtras,
    take: (row: number, units: Units) => void,
  ): Omit<NeighbourSearch, "sought"> {
    const { index } = this.#parts;
    const doing = `predicting with ${this.#card.kind}`;
    const most = Math.min(index.counts.length, this.#k + (own === undefined ? 0 : 1));
    const units = roomForUnits(this.#k);
    return {
      index,
      most,
      doing,
      ...extras,
      pacer: new Pacer(extras.signal, doing),
      take: (row, squares, numbers, at) => {
        countUnits(index, { squares, numbers, at, most }, own?.[row] ?? -1, units);
        take(row, units);
      },
    };
  }

  /** Scores of the index's rows, each left out once. */
  async #ownScores(extras: PredictExtras): Promise<Float64Array> {
    const { index, judge } = this.#parts;
    if (judge.ownScores !== undefined) {
      new Pacer(extras.signal, `predicting with ${this.#card.kind}`);
      return judge.ownScores;
    }
    const scores = new Float64Array(index.counts.length);
    const own = Int32Array.from(scores.keys());
    await searchOwn(
      this.#looking(own, extras, (number, units) => {
        scores[number] = judge.score(units);
      }),
    );
    return scores;
  }

  async predict(frame: Frame, extras: PredictExtras = {}): Promise<Float64Array> {
    const sought = rowsByName(this.#card, frame);
    const out = new Float64Array(sought.rowCount);
    const look = this.#looking(undefined, extras, (row, units) => {
      out[row] = this.#parts.judge.score(units);
    });
    await searchRows({ ...look, sought });
    return out;
  }

  async leaveOneOut(frame: Frame, extras: PredictExtras = {}): Promise<Float64Array> {
    const { index, judge } = this.#parts;
    const sought = rowsByName(this.#card, frame);
    this.#keys ??= rowKeys(indexColumns(index));
    const own = findRows(index, this.#keys, sought);
    const all = 2 * sought.rowCount >= index.counts.length || judge.ownScores !== undefined;
    if (all && own.every((number) => number >= 0)) {
      const scores = await this.#ownScores(extras);
      return Float64Array.from(own, (number) => scores[number]!);
    }
    const known = judge.ownScores;
    const out = new Float64Array(sought.rowCount);
    const look = this.#looking(own, extras, (row, units) => {
      const number = own[row]!;
      out[row] = number < 0 || known === undefined ? judge.score(units) : known[number]!;
    });
    await searchRows({ ...look, sought });
    return out;
  }

  async contributions(frame: Frame, extras: PredictExtras = {}): Promise<Float64Array> {
    const sought = rowsByName(this.#card, frame);
    const width = this.#places.length;
    const out = new Float64Array(sought.rowCount * width);
    const values = new Float64Array(width);
    const reasons = new Float64Array(width);
    const look = this.#looking(undefined, extras, (row, units) => {
      for (let j = 0; j < width; j++) values[j] = sought.columns[j]![row]!;
      this.#parts.judge.reasons(units, values, reasons.fill(0));
      for (let j = 0; j < width; j++) out[row * width + this.#places[j]!] = reasons[j]!;
    });
    await searchRows({ ...look, sought });
    return out;
  }

  /** Score of one row, values in the order of the schema. */
  one(given: Float64Array): number {
    const { index, judge } = this.#parts;
    const { schema } = this.#card;
    const values = Float64Array.from(this.#places, (place) => {
      const value = Float64Array.of(given[place]!);
      refuseValue(this.#card, schema.columns[place]!.name, value);
      return value[0]!;
    });
    const most = Math.min(index.counts.length, this.#k);
    const found = roomFor(most);
    nearestRows(index, values, found);
    const units = roomForUnits(this.#k);
    countUnits(index, { ...found, at: 0, most }, -1, units);
    return judge.score(units);
  }
}

/** Makes a model of its card and parts. */
export function neighbourModel(
  card: ModelCard,
  parts: NeighbourParts,
): NeighbourModel & Required<Pick<DetectorModel, "predictValues">> {
  const judging = new Judging(card, parts);
  return Object.freeze({
    card,
    schema: card.schema,
    predict: (frame: Frame, extras?: PredictExtras) => judging.predict(frame, extras),
    predictRow: (row: Parameters<DetectorModel["predictRow"]>[0]) =>
      judging.one(rowNumbers(row, card.schema)),
    predictValues: (values: Float64Array) => judging.one(values),
    contributions: (frame: Frame, extras?: PredictExtras) => judging.contributions(frame, extras),
    leaveOneOut: (frame: Frame, extras?: PredictExtras) => judging.leaveOneOut(frame, extras),
    state: parts.state,
  });
}

/** The tensors of an index. */
export function indexTensors({ rows, counts, width }: RowIndex): Record<string, Tensor> {
  return {
    rows: { shape: [counts.length, width], values: rows },
    counts: { shape: [counts.length], values: counts },
  };
}

const LARGEST = 1e150;

/**
 * Makes an index of its tensors again.
 * @throws MODEL_STATE
 */
export function restoreIndex(card: ModelCard, { tensors, settings }: ModelState) {
  const refuse = (reason: string) => learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  const doubles = (name: string): Float64Array => {
    const values = tensors[name]?.values;
    if (values instanceof Float64Array) return values;
    throw refuse(`tensor "${name}" is not a Float64Array`);
  };
  const rows = doubles("rows");
  const counts = doubles("counts");
  const width = card.schema.columns.length;
  const neighbours = Number(settings["neighbours"]);
  if (!Number.isSafeInteger(neighbours) || neighbours < 1)
    throw refuse("it looks at no neighbours");
  if (counts.length === 0 || rows.length !== counts.length * width)
    throw refuse("rows are missing");
  if (!rows.every((value) => Math.abs(value) <= LARGEST)) throw refuse("a row holds no numbers");
  if (!counts.every((count) => Number.isSafeInteger(count) && count > 0)) {
    throw refuse("a row came less than once");
  }
  const units = counts.reduce((sum, count) => sum + count, 0);
  const index: RowIndex = { rows, counts, width, units };
  return { index, neighbours, refuse, doubles };
}
