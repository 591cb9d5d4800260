import type { Json, ModelState } from "../foundation/index.js";
import type { Frame } from "../frame/index.js";
import type { RowColumn, RowPath } from "./row-path.js";

/** What an encoder learns from. */
export interface EncoderData {
  /** Training rows. */
  readonly frame: Frame;
  /** One target a row, for encoders that look at it. */
  readonly target?: Float64Array | undefined;
  /** One weight a row, above 0. */
  readonly weight?: Float64Array | undefined;
  /** One group a row; rows of a group stay together in folds. */
  readonly groups?: Int32Array | undefined;
  /** Decides random choices. */
  readonly seed: number;
  /** To be awaited between pieces of work of some milliseconds: rejects when the fit is stopped. */
  readonly pause: () => Promise<void>;
}

/** Turns tables into tables by what was learnt; immutable. */
export interface FittedEncoder {
  /** The encoder's kind. */
  readonly kind: string;
  /**
   * Encodes rows; each row's answer depends on that row alone.
   * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND
   */
  readonly encode: (frame: Frame) => Frame;
  /**
   * Prepares the encoding of rows one by one, the same to the bit; without it each row is encoded
   * as a table.
   * @param columns of the rows that will come
   * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND
   */
  readonly prepareRow?: (columns: readonly RowColumn[]) => RowPath;
  /** What it is made of. */
  readonly state: () => ModelState;
}

/** What fitting an encoder gives. */
export interface EncoderFit {
  /** For any rows. */
  readonly encoder: FittedEncoder;
  /**
   * The training rows encoded. The same as `encoder.encode(frame)`, except for encoders that look
   * at the target and must not show a row its own.
   */
  readonly frame: Frame;
}

/** Makes a fitted encoder from training rows. */
export interface Encoder {
  /** Names the encoder in files, for example `impute`. */
  readonly kind: string;
  /** All of its options. */
  readonly options: Readonly<Record<string, Json>>;
  /** What tables may hold because of it, though the learner behind it takes none. */
  readonly accepts?: { readonly missing?: boolean; readonly categories?: boolean };
  /** Learns from training rows. */
  readonly fit: (data: EncoderData) => Promise<EncoderFit>;
}

/** Which columns an encoder works on. */
export interface ColumnChoice {
  /** Names; all columns of the encoder's kind unless told. */
  readonly columns?: readonly string[];
}
