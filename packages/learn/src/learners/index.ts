export { majority, prior } from "./baseline/constant.js";
export { type LastStateModel, type LastStateOptions, lastState } from "./baseline/last-state.js";
export {
  type SingleFeatureModel,
  type SingleFeatureOptions,
  singleFeature,
} from "./baseline/single-feature.js";
export { boosting, boostingMulticlass, boostingRegression } from "./boosting/boosting.js";
export type { BoostingModel } from "./boosting/model.js";
export type { BoostingOptions } from "./boosting/options.js";
export { describeModel, type FitDescription } from "./card.js";
export {
  type DecisionTreeOptions,
  type DecisionTreeRegressionOptions,
  decisionTree,
  decisionTreeMulticlass,
  decisionTreeRegression,
} from "./cart/cart.js";
export { type DrawTreeOptions, drawTree } from "./cart/draw-tree.js";
export { printTree, type ShowTreeOptions } from "./cart/print-tree.js";
export { type AnyLearner, learnerCatalogue } from "./catalogue.js";
export type {
  AcceptedFeatures,
  DetectorModel,
  FeatureSchema,
  FitExtras,
  FitProgress,
  Learner,
  LearningTask,
  Model,
  ModelCard,
  PredictExtras,
  SchemaColumn,
  SeededOptions,
  ValidationSet,
} from "./contract.js";
export { copod, ecod } from "./copula/copula.js";
export {
  binaryTarget,
  bothClasses,
  completeOptions,
  type OptionRule,
  optionRules,
  type TrainingData,
  takeTraining,
  trainingData,
} from "./door.js";
export { learnerErrors } from "./errors.js";
export { bpr } from "./factorization/bpr.js";
export type { BprOptions } from "./factorization/bpr-options.js";
export type {
  FactorModel,
  FoldedIn,
  Neighbour,
  NewInteractions,
  Recommendations,
  RecommendExtras,
  RecommenderModel,
} from "./factorization/contract.js";
export type { Csr } from "./factorization/csr.js";
export { type ExplicitAlsOptions, explicitAls } from "./factorization/explicit-als.js";
export type { AlsOptions, FactorOptions } from "./factorization/factor-options.js";
export { type ImplicitAlsOptions, implicitAls } from "./factorization/implicit-als.js";
export type { RecommenderOptions } from "./factorization/interactions.js";
export { type ItemKnnOptions, itemKnn } from "./factorization/item-knn.js";
export { type PopularityOptions, popularity } from "./factorization/popularity.js";
export type { SimilarityOptions } from "./factorization/similarity.js";
export {
  extraTrees,
  extraTreesMulticlass,
  extraTreesRegression,
  randomForest,
  randomForestMulticlass,
  randomForestRegression,
} from "./forest/forest.js";
export type { ForestModel } from "./forest/model.js";
export { growMoreTrees } from "./forest/more-trees.js";
export type {
  ForestOptions,
  ForestRegressionOptions,
  MaxFeatures,
  SplitCriterion,
  TreeGrowthOptions,
} from "./forest/options.js";
export type { GrownTrees } from "./forest/read-trees.js";
export type { CovarianceModel } from "./gaussian/covariance-model.js";
export { type FastMcdOptions, fastMcd } from "./gaussian/fast-mcd.js";
export { type FullGaussianOptions, fullGaussian } from "./gaussian/full.js";
export { type GaussianModel, type GaussianOptions, gaussian } from "./gaussian/gaussian.js";
export {
  type GaussianMixtureModel,
  type GaussianMixtureOptions,
  gaussianMixture,
} from "./gaussian/mixture.js";
export type { TrimOptions } from "./gaussian/trim.js";
export { type HbosOptions, hbos } from "./histogram/hbos.js";
export { extendedIsolationForest } from "./isolation/extended-isolation-forest.js";
export type { ExtendedIsolationModel } from "./isolation/extended-model.js";
export { isolationForest } from "./isolation/isolation-forest.js";
export type { IsolationModel } from "./isolation/model.js";
export type { ExtendedIsolationOptions, IsolationOptions } from "./isolation/options.js";
export { type LogisticOptions, logistic } from "./linear/logistic.js";
export type { LogisticModel } from "./linear/logistic-model.js";
export { type MultinomialOptions, multinomial } from "./linear/multinomial.js";
export type { MultinomialModel } from "./linear/multinomial-model.js";
export { type RidgeModel, type RidgeOptions, ridge } from "./linear/ridge.js";
export type { WaldStatistics } from "./linear/standard-errors.js";
export { localOutlierFactor } from "./neighbours/local-outlier.js";
export { neighbourDistance } from "./neighbours/neighbour-distance.js";
export type { NeighbourModel } from "./neighbours/neighbour-model.js";
export type {
  DistanceMethod,
  NeighbourDistanceOptions,
  NeighbourOptions,
} from "./neighbours/options.js";
export { partedProgress } from "./progress.js";
export type { PcaDistance } from "./projection/distance.js";
export { type OneClassSvmOptions, oneClassSvm } from "./projection/one-class-svm.js";
export { type PcaModel, type PcaOptions, pca } from "./projection/pca.js";
export type { SupportModel } from "./projection/support-model.js";
export { alignFrame, frameOfRow, rowNumbers, rowReader, schemaOf } from "./schema.js";
export {
  lstm,
  lstmAutoencoder,
  lstmRegression,
  mlp,
  mlpAutoencoder,
  mlpRegression,
} from "./sequence/learners.js";
export type { SequenceDetectorModel, SequenceModel } from "./sequence/model.js";
export type {
  LstmAutoencoderOptions,
  LstmOptions,
  MlpAutoencoderOptions,
  MlpOptions,
  SequenceExamples,
  SequenceOptions,
  TrainingOptions,
} from "./sequence/options.js";
export { nextNode, type TreeEnsemble, treeDepths } from "./tree/ensemble.js";
export { treeRow } from "./tree/score.js";
