import type { SchemaColumn } from "../contract.js";
import { learnerErrors } from "../errors.js";
import type { ForestModel } from "../forest/model.js";
import { nodeValues } from "./node-values.js";

const MOST_CATEGORIES = 6;

/** A number as it is read: six digits at most. */
export function numberText(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** A name on one line: control characters as escapes, quotes where its ends would not be seen. */
export function nameText(name: string): string {
  const escaped = name.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (letter) => `\\u${letter.codePointAt(0)!.toString(16).padStart(4, "0")}`,
  );
  return escaped === "" || escaped.trim() !== escaped ? `"${escaped}"` : escaped;
}

/** One tree, in words. */
export class TreeText {
  readonly #model: ForestModel;
  readonly #values: Float64Array;
  readonly #outputs: number;

  /** @throws LEARNER_OPTION where the model has more than one tree */
  constructor(model: ForestModel) {
    const count = model.grown.trees.starts.length - 1;
    if (count !== 1) {
      throw learnerErrors.LEARNER_OPTION({
        learner: model.card.kind,
        option: "trees",
        given: String(count),
        expected: "one tree, so that it can be shown",
      });
    }
    this.#model = model;
    this.#outputs = model.card.outputs.length;
    this.#values = nodeValues(model.grown, this.#outputs);
  }

  /** Left child of a node, 0 for a leaf. */
  left(node: number): number {
    return this.#model.grown.trees.left[node]!;
  }

  /** Training rows of a node, weighed. */
  rows(node: number): string {
    const rows = this.#model.grown.trees.cover[node]!;
    return `${numberText(rows)} ${rows === 1 ? "row" : "rows"}`;
  }

  /** Shares of the classes 0, 1 …; of values undefined. */
  shares(node: number): readonly number[] | undefined {
    if (this.#model.card.task !== "classification") return undefined;
    const at = node * this.#outputs;
    const [first] = this.#values.subarray(at);
    if (this.#outputs === 1) return [1 - first!, first!];
    return Array.from(this.#values.subarray(at, at + this.#outputs));
  }

  /** What the node says of its rows: shares of the classes, or their mean. */
  says(node: number): string {
    const shares = this.shares(node);
    if (shares === undefined) return `mean ${numberText(this.#values[node]!)}`;
    return `shares ${shares.map((share) => share.toFixed(3)).join(" ")}`;
  }

  #column(node: number): SchemaColumn {
    return this.#model.schema.columns[this.#model.grown.trees.column[node]!]!;
  }

  /** Categories that go to a side, by their texts; of bins that several share, all. */
  #categories(node: number, right: number): string[] {
    const { trees } = this.#model.grown;
    const bins = trees.categoryBins[trees.column[node]!]!;
    const set = trees.set[node]! * 32;
    const goes = (bin: number) => (trees.sets[set + (bin >> 3)]! >> (bin & 7)) & 1;
    const { dictionary = [] } = this.#column(node);
    // Bin 0 is for missing values and for categories that training did not meet.
    return dictionary.filter((_, code) => bins[code]! > 0 && goes(bins[code]!) === right);
  }

  /** Whether missing values go left. */
  #missingLeft(node: number): boolean {
    const { trees } = this.#model.grown;
    const set = trees.set[node]!;
    return set >= 0 ? (trees.sets[set * 32]! & 1) === 0 : trees.missingLeft[node] === 1;
  }

  /** Name of the column that a split asks. */
  name(node: number): string {
    return nameText(this.#column(node).name);
  }

  /**
   * What a split asks of its column for one side.
   * @param right 0 for the left side, 1 for the right
   */
  asks(node: number, right: 0 | 1): string {
    const { trees } = this.#model.grown;
    const missing = this.#missingLeft(node) === (right === 0);
    if (trees.set[node]! >= 0) {
      const texts = this.#categories(node, right).map(nameText);
      const more = texts.length - MOST_CATEGORIES;
      const shown = texts.slice(0, MOST_CATEGORIES).join(", ");
      const list = more > 0 ? `${shown} and ${more} more` : shown;
      if (texts.length === 0) return "is missing or new";
      return `is ${list}${missing ? ", missing or new" : ""}`;
    }
    const threshold = trees.threshold[node]!;
    if (threshold === Number.POSITIVE_INFINITY) return right === 0 ? "is known" : "is missing";
    const comparison = `${right === 0 ? "≤" : ">"} ${numberText(threshold)}`;
    return missing ? `${comparison} or missing` : comparison;
  }

  /** Both: `plays ≤ 3.5`. */
  condition(node: number, right: 0 | 1): string {
    return `${this.name(node)} ${this.asks(node, right)}`;
  }
}
