import {
  type Encoder,
  type Learner,
  type Model,
  type PipelineModel,
  pipeline,
  type SeededOptions,
} from "@refrain/learn";

/** What a learner of a candidate is put together from. */
export interface EncodedParts<Options extends SeededOptions, Fitted extends Model> {
  /** Applied in this order; none for learners that take missing values and categories. */
  readonly encoders: readonly Encoder[];
  /** Learns from encoded rows. */
  readonly learner: Learner<Options, Fitted>;
  /** What differs from the learner's defaults, by the number of rows. */
  readonly options?: (rows: number) => Partial<Options>;
}

/**
 * Encoders and a learner as one learner whose options are those of the learner inside, so that
 * variants can name them; its models are pipelines without a calibrator.
 */
export function encoded<Options extends SeededOptions, Fitted extends Model>({
  encoders,
  learner,
  options = () => ({}),
}: EncodedParts<Options, Fitted>): Learner<Options, PipelineModel<Fitted>> {
  const outer = pipeline({ encoders, learner });
  return Object.freeze({
    kind: outer.kind,
    task: outer.task,
    accepts: outer.accepts,
    defaults: learner.defaults,
    restore: outer.restore,
    fit: async (frame, target, given = {}, extras = {}) => {
      const { seed = learner.defaults.seed, ...own } = given;
      const inner = { ...options(frame.rowCount), ...own } as Partial<Options>;
      const made = pipeline({ encoders, learner, options: inner });
      return await made.fit(frame, target, { seed }, extras);
    },
  } satisfies Learner<Options, PipelineModel<Fitted>>);
}
