import { majority, prior } from "./baseline/constant.js";
import { lastState } from "./baseline/last-state.js";
import { singleFeature } from "./baseline/single-feature.js";
import { boosting, boostingMulticlass, boostingRegression } from "./boosting/boosting.js";
import { decisionTree, decisionTreeMulticlass, decisionTreeRegression } from "./cart/cart.js";
import type { Learner } from "./contract.js";
import { copod, ecod } from "./copula/copula.js";
import { bpr } from "./factorization/bpr.js";
import { explicitAls } from "./factorization/explicit-als.js";
import { implicitAls } from "./factorization/implicit-als.js";
import { itemKnn } from "./factorization/item-knn.js";
import { popularity } from "./factorization/popularity.js";
import {
  extraTrees,
  extraTreesMulticlass,
  extraTreesRegression,
  randomForest,
  randomForestMulticlass,
  randomForestRegression,
} from "./forest/forest.js";
import { fastMcd } from "./gaussian/fast-mcd.js";
import { fullGaussian } from "./gaussian/full.js";
import { gaussian } from "./gaussian/gaussian.js";
import { gaussianMixture } from "./gaussian/mixture.js";
import { hbos } from "./histogram/hbos.js";
import { extendedIsolationForest } from "./isolation/extended-isolation-forest.js";
import { isolationForest } from "./isolation/isolation-forest.js";
import { logistic } from "./linear/logistic.js";
import { multinomial } from "./linear/multinomial.js";
import { ridge } from "./linear/ridge.js";
import { localOutlierFactor } from "./neighbours/local-outlier.js";
import { neighbourDistance } from "./neighbours/neighbour-distance.js";
import { oneClassSvm } from "./projection/one-class-svm.js";
import { pca } from "./projection/pca.js";
import {
  lstm,
  lstmAutoencoder,
  lstmRegression,
  mlp,
  mlpAutoencoder,
  mlpRegression,
} from "./sequence/learners.js";

/** Any learner, whatever its options. */
export type AnyLearner = Pick<Learner, "kind" | "task" | "accepts" | "restore">;

/** Every learner there is, by kind; model files name their kind. A new learner is one line here. */
export const learnerCatalogue: ReadonlyMap<string, AnyLearner> = new Map(
  [
    boosting,
    boostingMulticlass,
    boostingRegression,
    bpr,
    decisionTree,
    decisionTreeMulticlass,
    decisionTreeRegression,
    explicitAls,
    extendedIsolationForest,
    extraTrees,
    extraTreesMulticlass,
    extraTreesRegression,
    copod,
    ecod,
    fastMcd,
    fullGaussian,
    gaussian,
    gaussianMixture,
    hbos,
    implicitAls,
    isolationForest,
    itemKnn,
    lastState,
    localOutlierFactor,
    logistic,
    lstm,
    lstmAutoencoder,
    lstmRegression,
    majority,
    mlp,
    mlpAutoencoder,
    mlpRegression,
    multinomial,
    neighbourDistance,
    oneClassSvm,
    pca,
    popularity,
    prior,
    randomForest,
    randomForestMulticlass,
    randomForestRegression,
    ridge,
    singleFeature,
  ].map((learner): [string, AnyLearner] => [learner.kind, learner]),
);
