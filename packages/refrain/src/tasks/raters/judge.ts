import { confusion, prAuc, recallAtFpr, rocAuc } from "@refrain/learn";

/** How well one kind is found among genuine users. */
export interface KindJudgement {
  /** Anomalous users of the kind. */
  readonly users: number;
  /** Against all genuine users. */
  readonly prAuc: number;
  /** Share found where 1 % of the genuine are flagged. */
  readonly recallAt1: number;
  /** Share found where 5 % of the genuine are flagged. */
  readonly recallAt5: number;
  /** Share found at the product's own threshold. */
  readonly recallAtThreshold: number;
}

/** How well anomalous users are told from genuine ones. */
export interface RaterJudgement {
  readonly pooled: {
    readonly f1: number;
    readonly precision: number;
    readonly recall: number;
    readonly prAuc: number;
    readonly rocAuc: number;
    /** Share of the genuine that the product's own threshold flags. */
    readonly falsePositiveRate: number;
  };
  readonly kinds: Readonly<Record<string, KindJudgement>>;
}

/** Users to be judged. */
export interface JudgedRaters {
  /** 1 anomalous, 0 genuine. */
  readonly target: Float64Array;
  /** Kind of each anomalous, where it is known. */
  readonly kinds: readonly (string | undefined)[];
  /** Higher = more anomalous. */
  readonly score: Float64Array;
  /** Flagged are those at or above it. */
  readonly threshold: number;
}

/** Measures scores against what is true; numbers that cannot be told are NaN. */
export function judgeRaters({ target, kinds, score, threshold }: JudgedRaters): RaterJudgement {
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = confusion(
    target,
    score,
    threshold,
  );
  const names = [...new Set(kinds.filter((kind) => kind !== undefined))].sort();
  const judged = names.map((name) => {
    const rows = [...target.keys()].filter((row) => target[row] === 0 || kinds[row] === name);
    const of = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]!);
    return [name, judgeKind(of(target), of(score), threshold)] as const;
  });
  return {
    pooled: {
      f1: (2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives),
      precision: truePositives / (truePositives + falsePositives),
      recall: truePositives / (truePositives + falseNegatives),
      prAuc: prAuc(target, score),
      rocAuc: rocAuc(target, score),
      falsePositiveRate: falsePositives / (falsePositives + trueNegatives),
    },
    kinds: Object.fromEntries(judged),
  };
}

function judgeKind(target: Float64Array, score: Float64Array, threshold: number): KindJudgement {
  const users = target.reduce((sum, one) => sum + one, 0);
  return {
    users,
    prAuc: prAuc(target, score),
    recallAt1: recallAtFpr(target, score, 0.01),
    recallAt5: recallAtFpr(target, score, 0.05),
    recallAtThreshold: confusion(target, score, threshold).truePositives / users,
  };
}
