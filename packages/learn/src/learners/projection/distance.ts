/** What a row has to do with principal components: three distances. */

/** Names of the distances, see `pca`. */
export const pcaDistances = ["eigenvectors", "variance", "reconstruction"] as const;

/** One of them. */
export type PcaDistance = (typeof pcaDistances)[number];

/** Components, and which distance is wanted. */
export interface Components {
  /** Unit vectors, by falling share. */
  readonly rows: readonly Float64Array[];
  /** Share of the variance of each, above 0. */
  readonly shares: Float64Array;
  /** How many count as normal. */
  readonly normal: number;
  readonly distance: PcaDistance;
}

/** Scores rows that are centred and scaled. */
export interface ComponentScorer {
  readonly score: (centred: Float64Array) => number;
  /** What each column adds. */
  readonly reasons: (centred: Float64Array, out: Float64Array) => void;
}

function coordinate(row: Float64Array, centred: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < row.length; j++) sum += row[j]! * centred[j]!;
  return sum;
}

/** Distances to the tips of the components, each divided by its share. */
function byEigenvectors({ rows, shares }: Components): ComponentScorer {
  const distanceTo = (row: Float64Array, centred: Float64Array): number => {
    let sum = 0;
    for (let j = 0; j < row.length; j++) {
      const apart = centred[j]! - row[j]!;
      sum += apart * apart;
    }
    return Math.sqrt(sum);
  };
  return {
    score: (centred) => {
      let sum = 0;
      for (let k = 0; k < rows.length; k++) sum += distanceTo(rows[k]!, centred) / shares[k]!;
      return sum;
    },
    reasons: (centred, out) => {
      out.fill(0);
      for (let k = 0; k < rows.length; k++) {
        const row = rows[k]!;
        // A square's part of the sum of squares is its part of the distance.
        const factor = 1 / (distanceTo(row, centred) * shares[k]!);
        if (!Number.isFinite(factor)) continue;
        for (let j = 0; j < row.length; j++) {
          const apart = centred[j]! - row[j]!;
          out[j]! += apart * apart * factor;
        }
      }
    },
  };
}

/** Squared coordinates, each divided by its share; a column's part is x_j Σ v_j c / share. */
function byVariance({ rows, shares }: Components): ComponentScorer {
  return {
    score: (centred) => {
      let sum = 0;
      for (let k = 0; k < rows.length; k++) {
        const found = coordinate(rows[k]!, centred);
        sum += (found * found) / shares[k]!;
      }
      return sum;
    },
    reasons: (centred, out) => {
      out.fill(0);
      for (let k = 0; k < rows.length; k++) {
        const row = rows[k]!;
        const factor = coordinate(row, centred) / shares[k]!;
        for (let j = 0; j < row.length; j++) out[j]! += row[j]! * centred[j]! * factor;
      }
    },
  };
}

/** What the normal components leave of a row. */
function byReconstruction({ rows, normal }: Components): ComponentScorer {
  const kept = rows.slice(0, normal);
  const rest = new Float64Array(rows[0]!.length);
  const leave = (centred: Float64Array): Float64Array => {
    rest.set(centred);
    for (const row of kept) {
      const found = coordinate(row, centred);
      for (let j = 0; j < rest.length; j++) rest[j]! -= found * row[j]!;
    }
    return rest;
  };
  return {
    score: (centred) => leave(centred).reduce((sum, value) => sum + value * value, 0),
    reasons: (centred, out) => {
      leave(centred).forEach((value, j) => {
        out[j] = value * value;
      });
    },
  };
}

/** The scorer of a distance. */
export function componentScorer(components: Components): ComponentScorer {
  switch (components.distance) {
    case "eigenvectors":
      return byEigenvectors(components);
    case "variance":
      return byVariance(components);
    case "reconstruction":
      return byReconstruction(components);
  }
}
