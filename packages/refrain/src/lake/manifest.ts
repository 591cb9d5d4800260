/**
 * The manifest of a lake: `manifests/000042.json`, written once and never changed. Readers take
 * the highest; a commit makes the next one by O_EXCL, so that exactly one of two writers wins.
 */

/** One Parquet file of the lake. */
export interface LakeFile {
  /** Path below the lake's folder, such as `data/play/month=2017-03/bucket=05/ab12-0.parquet`. */
  readonly path: string;
  /** Canonical table. */
  readonly table: string;
  /** `YYYY-MM` for events. */
  readonly month?: string;
  /** Bucket of the user id for events, 0 … buckets - 1. */
  readonly bucket?: number;
  /** How many buckets that one is of: a divisor of the lake's number, which it is where absent. */
  readonly buckets?: number;
  readonly rows: number;
  readonly bytes: number;
  /** Delivery that the rows came with. */
  readonly delivery: string;
  /** Index in the manifest's `schemas`: the columns that the file has. */
  readonly schema: number;
  /** First and last `event_at` of an event file, as `YYYY-MM-DDTHH:MM:SS…`. */
  readonly firstAt?: string;
  readonly lastAt?: string;
}

/** Rows of one input; `read` is always the sum of the other four. */
export interface RowCounts {
  readonly read: number;
  readonly kept: number;
  readonly rejected: number;
  readonly duplicate: number;
  readonly sampledOut: number;
}

/** One file that was read. */
export interface LakeInput {
  /** Name as given by the user, without folders. */
  readonly name: string;
  /** SHA-256 of the bytes after gunzip and before transcoding. */
  readonly contentHash: string;
  readonly source: string;
  readonly delivery: string;
  /** Number in the column `input_id` of the Parquet files: first 15 hex digits of the hash. */
  readonly inputId: string;
  /** Kind of file within the source, for example `play`, `sessions`. */
  readonly kind: string;
  readonly bytes: number;
  readonly rows: RowCounts;
  readonly rejectedByReason: Readonly<Record<string, number>>;
  /** Path below the lake of the raw profile (JSON), taken before typing. */
  readonly profile?: string;
  /** Path below the lake of the rejected rows (Parquet, of several inputs), absent without any. */
  readonly rejects?: string;
}

/** All that a reader needs to know; later formats raise `version`. 2: files have `buckets`. */
export interface Manifest {
  readonly version: 1 | 2;
  /** Number of this manifest, 1 …; 0 = an empty lake. */
  readonly sequence: number;
  /** Number of buckets: bucket = first 4 hex digits of md5(user_id) mod buckets. */
  readonly buckets: number;
  /** Columns of the Parquet files, each list once; a contract may have grown since. */
  readonly schemas: readonly (readonly string[])[];
  readonly files: readonly LakeFile[];
  readonly inputs: readonly LakeInput[];
}

/** Version of the format that this code writes; it reads the ones before it too. */
export const manifestVersion = 2;
