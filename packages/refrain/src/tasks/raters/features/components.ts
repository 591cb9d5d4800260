import { columnsOf, type FeatureValues, type RatingContext } from "./context.js";
import { leadingSubspace, type Subspace } from "./subspace.js";

const names = ["pcaWeight", "pcaShare", "choiceFit", "choiceFitTop", "choiceNorm"] as const;

/** Directions of choice that are kept. */
export const choiceRank = 10;

/** Directions of what is rated together: rank 10, each rating weighing 1/√(n_u c_i). */
export function choiceSubspace(context: RatingContext): Subspace {
  const { ratings, size, count } = context;
  const weight = new Float64Array(ratings.item.length);
  for (let user = 0; user < context.users; user++) {
    for (let k = ratings.userStart[user]!; k < ratings.userStart[user + 1]!; k++) {
      weight[k] = 1 / Math.sqrt(size[user]! * count[ratings.item[k]!]!);
    }
  }
  return leadingSubspace(context, weight, choiceRank);
}

/**
 * What a user adds to the leading components of the item-standardised matrix (PCA-VarSelect), and
 * how much of their choice of titles the leading components of all choices explain.
 * @source Mehta & Nejdl 2009, "Unsupervised strategies for shilling detection"
 */
export function componentFeatures(context: RatingContext, choice: Subspace): FeatureValues {
  const { ratings, users, size, count } = context;
  const columns = columnsOf(names, users);
  const standard = standardised(context);
  const { scores, rank } = leadingSubspace(context, standard, 3);
  const total = new Float64Array(rank);
  for (let k = 0; k < scores.length; k++) total[k % rank]! += scores[k]! ** 2;
  for (let user = 0; user < users; user++) {
    const [from, to] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
    let [own, ownChoice] = [0, 0];
    for (let k = from; k < to; k++) {
      own += standard[k]! ** 2;
      ownChoice += 1 / (size[user]! * count[ratings.item[k]!]!);
    }
    for (let j = 0; j < rank; j++) {
      const part = scores[user * rank + j]! ** 2;
      columns.pcaWeight[user]! += (part / Math.max(1e-12, total[j]!)) * users;
      columns.pcaShare[user]! += part / Math.max(1e-12, own);
    }
    for (let j = 0; j < choice.rank; j++) {
      const part = choice.scores[user * choice.rank + j]! ** 2 / Math.max(1e-12, ownChoice);
      columns.choiceFit[user]! += part;
      if (j < 3) columns.choiceFitTop[user]! += part;
    }
    columns.choiceNorm[user] = Math.sqrt(ownChoice);
  }
  return columns;
}

/** Ratings minus the item's mean by the item's spread; two ratings' worth of the spread of all. */
function standardised({ ratings, byItem, items, itemMean, count, deviation }: RatingContext) {
  const spread = new Float64Array(items);
  for (let item = 0; item < items; item++) {
    let sum = 2 * deviation ** 2;
    for (let k = byItem.start[item]!; k < byItem.start[item + 1]!; k++) {
      sum += (byItem.value[k]! - itemMean[item]!) ** 2;
    }
    spread[item] = Math.sqrt(sum / (count[item]! + 2));
  }
  return ratings.value.map((value, k) => {
    const item = ratings.item[k]!;
    return (value - itemMean[item]!) / Math.max(1e-9, spread[item]!);
  });
}
