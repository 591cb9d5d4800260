import type { TreeEnsemble } from "../tree/ensemble.js";

/** Trees that vote, as trees whose values are added up: each counts for its share of the votes. */
function shareOfVotes(values: Float64Array, trees: number): Float64Array {
  return trees === 1 ? values : values.map((value) => value / trees);
}

/** A copy of every tree for every class: tree t of class k is tree t × classes + k. */
class ClassTrees {
  readonly #trees: TreeEnsemble;
  readonly #classes: number;

  constructor(trees: TreeEnsemble, classes: number) {
    this.#trees = trees;
    this.#classes = classes;
  }

  starts(): Int32Array {
    const { starts } = this.#trees;
    const copies = new Int32Array((starts.length - 1) * this.#classes + 1);
    for (let tree = 0; tree + 1 < starts.length; tree++) {
      const nodes = starts[tree + 1]! - starts[tree]!;
      for (let k = 0; k < this.#classes; k++) {
        const copy = tree * this.#classes + k;
        copies[copy + 1] = copies[copy]! + nodes;
      }
    }
    return copies;
  }

  /** Calls with every node of every copy: the copy's node, the node, the class. */
  each(visit: (to: number, node: number, klass: number) => void): void {
    const { starts } = this.#trees;
    let to = 0;
    for (let tree = 0; tree + 1 < starts.length; tree++) {
      for (let k = 0; k < this.#classes; k++) {
        for (let node = starts[tree]!; node < starts[tree + 1]!; node++) visit(to++, node, k);
      }
    }
  }

  copy<Values extends Int32Array | Uint8Array | Float64Array>(values: Values): Values {
    const copies = new (values.constructor as new (length: number) => Values)(
      values.length * this.#classes,
    );
    this.each((to, node) => {
      copies[to] = values[node]!;
    });
    return copies;
  }

  left(): Int32Array {
    const { left } = this.#trees;
    const copies = new Int32Array(left.length * this.#classes);
    this.each((to, node) => {
      copies[to] = left[node] === 0 ? 0 : to + left[node]! - node;
    });
    return copies;
  }

  values(shares: Float64Array, divisor: number): Float64Array {
    const { column, value } = this.#trees;
    const copies = new Float64Array(value.length * this.#classes);
    this.each((to, node, klass) => {
      if (column[node]! >= 0) return;
      copies[to] = shares[value[node]! * this.#classes + klass]! / divisor;
    });
    return copies;
  }
}

/** Made when it is first asked for. */
export function lazily<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/**
 * Trees of several classes, each standing there once a class; made where they are first looked at.
 * @param shares leaves × classes
 * @param divisor what shares are divided by
 */
export function classTrees(
  trees: TreeEnsemble,
  shares: Float64Array,
  classes: number,
  divisor: number,
): TreeEnsemble {
  const { sets, categoryBins } = trees;
  const copies = new ClassTrees(trees, classes);
  const parts = {
    starts: lazily(() => copies.starts()),
    column: lazily(() => copies.copy(trees.column)),
    left: lazily(() => copies.left()),
    threshold: lazily(() => copies.copy(trees.threshold)),
    missingLeft: lazily(() => copies.copy(trees.missingLeft)),
    set: lazily(() => copies.copy(trees.set)),
    value: lazily(() => copies.values(shares, divisor)),
    cover: lazily(() => copies.copy(trees.cover)),
    gain: lazily(() => copies.copy(trees.gain)),
  };
  const whole = { outputs: classes, sets, categoryBins } as TreeEnsemble;
  for (const [name, get] of Object.entries(parts)) {
    Object.defineProperty(whole, name, { get, enumerable: true });
  }
  return Object.freeze(whole);
}

/**
 * A forest as explanations want it: trees whose values are added up and give the prediction itself.
 * Each leaf holds its mean or share divided by the number of trees; of several classes every tree
 * stands there once a class. Made where it is first looked at.
 * @param shares leaves × classes, of several classes
 * @param classes 1 for one output
 */
export function averagedTrees(
  trees: TreeEnsemble,
  shares: Float64Array | undefined,
  classes: number,
): TreeEnsemble {
  const count = trees.starts.length - 1;
  if (shares !== undefined) return classTrees(trees, shares, classes, count);
  const value = lazily(() => shareOfVotes(trees.value, count));
  return Object.freeze({
    ...trees,
    get value() {
      return value();
    },
  });
}
