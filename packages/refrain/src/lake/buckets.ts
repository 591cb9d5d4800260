/**
 * Buckets of users. A lake has so many, and a reader asks for some of them; a file may hold a
 * coarser one, of a divisor of that number, where there were few events when it was written: its
 * rows are then those of several of the lake's buckets (docs/decisions/0087).
 */
import type { LakeFile, Manifest } from "./manifest.js";

const hexDigits = "0123456789abcdef";

/**
 * SQL: first 4 hex digits of md5(user id as UTF-8) mod N. The last digit decides where N divides
 * 16: to look it up costs less than to read the four as a number.
 */
export function bucketSql(buckets: number): string {
  if (buckets === 1) return "0";
  const digest = 'md5("user_id")';
  const whole = `CAST('0x' || ${digest}[1:4] AS INTEGER)`;
  if (hexDigits.length % buckets > 0) return `${whole} % ${buckets}`;
  const digit = `(strpos('${hexDigits}', ${digest}[4:4]) - 1)`;
  return buckets === hexDigits.length ? digit : `${digit} % ${buckets}`;
}

/** The lake's buckets whose rows a file of events may hold; every one where it holds entities. */
export function bucketsIn({ bucket, buckets }: LakeFile, manifest: Manifest): number[] {
  const all = Array.from({ length: manifest.buckets }, (_, one) => one);
  if (bucket === undefined) return all;
  const divisor = buckets ?? manifest.buckets;
  return all.filter((one) => one % divisor === bucket);
}

/** Whether two files of events may hold rows of one user. */
export function mayShareUsers(mine: Bucketed, other: Bucketed, lakeBuckets: number): boolean {
  const common = commonDivisor(mine.buckets ?? lakeBuckets, other.buckets ?? lakeBuckets);
  return (mine.bucket ?? 0) % common === (other.bucket ?? 0) % common;
}

type Bucketed = Pick<LakeFile, "bucket" | "buckets">;

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** Events that one bucket of what is written together may hold. */
const eventsABucket = 8e6;
/** Bytes of a plain log's line, about. */
const bytesAnEvent = 100;

/**
 * Buckets in which a run writes: as few as keep each below some million events, the lake's own
 * number at most. Few rows in many files are slow to write and to read.
 * @param bytes of the run's files, unpacked, about
 * @returns a divisor of the lake's number
 */
export function bucketsToWrite(base: Manifest, bytes: number): number {
  const inLake = base.files
    .filter((file) => file.bucket !== undefined)
    .reduce((sum, file) => sum + file.rows, 0);
  const wanted = (inLake + bytes / bytesAnEvent) / eventsABucket;
  for (let divisor = 1; divisor < base.buckets; divisor++) {
    if (base.buckets % divisor === 0 && divisor >= wanted) return divisor;
  }
  return base.buckets;
}
