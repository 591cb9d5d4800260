import { exp, type Frame, spearmanMatrix } from "@refrain/learn";
import { formatNumber, formatShare } from "../../report/index.js";
import { detectorNamed } from "./detectors.js";
import { type FeatureUnit, type FeatureWords, featureWords } from "./feature-words.js";
import { seriesWords } from "./series/series-words.js";
import { viewingWords } from "./viewing/viewing-words.js";

/** Why an account is in the queue. */
export interface RaterReason {
  /** Feature or detector. */
  readonly code: string;
  /** In words, with the value and what is usual. */
  readonly text: string;
  /** The feature's value. */
  readonly value: number | null;
  /** Share of all users below it, 0…1. */
  readonly rank: number | null;
}

/** Reasons against accounts of a table. */
export interface ReasonBook {
  /** What a feature says against a user; undefined where its value is nothing unusual. */
  readonly ofFeature: (code: string, user: number) => RaterReason | undefined;
  /** What a detector says, and the features that say the same; undefined where it is unknown. */
  readonly ofDetector: (
    name: string,
    user: number,
  ) => { readonly reason: RaterReason; readonly codes: readonly string[] } | undefined;
  /** Whether two features say much the same of the users. */
  readonly isSame: (code: string, other: string) => boolean;
  /** Features by how far out a user is, the farthest first. */
  readonly farthest: (user: number) => readonly string[];
}

const words: typeof featureWords = { ...featureWords, ...seriesWords, ...viewingWords };
/** A value is unusual where nine of ten accounts are on its other side. */
const usual = 0.9;
/** Ranks that go together more than this say the same. */
const mostAlike = 0.75;
/** Users that are looked at to see whether features go together. */
const mostCompared = 2_000;

/** What features say of the users of a table, each beside what is usual among them. */
export function reasonBook(frame: Frame): ReasonBook {
  const placings = new Map(frame.names.map((name) => [name, new Placing(frame.numbers(name))]));
  const firstUsers = frame.take(
    Int32Array.from({ length: Math.min(mostCompared, frame.rowCount) }, (_, user) => user),
  );
  const { names, values: together } = spearmanMatrix(firstUsers);
  const ofFeature = (code: string, user: number): RaterReason | undefined => {
    const value = frame.numbers(code)[user]!;
    const placing = placings.get(code)!;
    const rank = placing.rank(value);
    const said = words[code] ?? { high: code, low: code };
    const text = rank >= usual ? said.high : rank <= 1 - usual ? said.low : undefined;
    // What cannot be told of a user speaks neither for nor against it.
    if (text === undefined || Number.isNaN(value)) return undefined;
    return { code, text: text + besideUsual(value, placing, said), value, rank };
  };
  return {
    ofFeature,
    ofDetector: (name, user) => {
      const detector = detectorNamed(name);
      if (!detector) return undefined;
      const code = detector.shown ?? detector.column;
      const value = frame.numbers(code)[user]!;
      const placing = placings.get(code)!;
      const text = `${detector.reason}${besideUsual(value, placing, words[code] ?? {})}`;
      const reason = { code: name, text, value, rank: placing.rank(value) };
      return { reason, codes: [code, detector.column] };
    },
    isSame: (code, other) => {
      const place = names.indexOf(code) * names.length + names.indexOf(other);
      return Math.abs(together[place]!) > mostAlike;
    },
    farthest: (user) =>
      [...placings]
        .map(([name, placing]) => {
          const rank = placing.rank(frame.numbers(name)[user]!);
          return { name, far: Number.isNaN(rank) ? 0 : Math.abs(rank - 0.5) };
        })
        .sort((a, b) => b.far - a.far)
        .map(({ name }) => name),
  };
}

/** The value, and what nine of ten accounts have; or how many accounts it leaves behind. */
function besideUsual(value: number, placing: Placing, said: FeatureWords): string {
  const rank = placing.rank(value);
  const isHigh = rank >= 0.5;
  const { unit, of } = said;
  if (unit) {
    const counted = of === undefined ? told(value, unit) : `${told(value, unit)} ${of}`;
    const bound = placing.quantile(isHigh ? usual : 1 - usual);
    const limit = isHigh && told(bound, unit) === told(0, unit) ? "none" : told(bound, unit);
    const side = limit === "none" ? "" : isHigh ? "at most " : "at least ";
    return `: ${counted} (usual: ${side}${limit})`;
  }
  const share = isHigh ? rank : 1 - rank;
  return share > 1 - 0.75 / placing.size
    ? " (more so than all other accounts)"
    : ` (more so than ${formatShare(Math.min(0.999, share))} of accounts)`;
}

function told(value: number, unit: FeatureUnit): string {
  if (unit === "share") return formatShare(Number(value.toPrecision(2)));
  if (unit === "count") return formatNumber(Number(value.toPrecision(3)));
  if (unit === "points") return formatNumber(Number(value.toFixed(2)));
  const counted = exp(value) - (unit === "logOnePlus" ? 1 : 0);
  return formatNumber(counted < 10 ? Number(counted.toFixed(1)) : Math.round(counted));
}

/** Where values stand among all that can be told. */
class Placing {
  readonly #sorted: Float64Array;

  constructor(values: ArrayLike<number>) {
    this.#sorted = Float64Array.from(values)
      .filter((value) => !Number.isNaN(value))
      .sort();
  }

  get size(): number {
    return this.#sorted.length;
  }

  /** The share of users below a value, half of those equal. */
  rank(value: number): number {
    const equal = this.#before(value, true) + this.#before(value, false);
    return Number.isNaN(value) ? value : equal / 2 / this.size;
  }

  quantile(share: number): number {
    return this.#sorted[Math.round(share * (this.size - 1))]!;
  }

  #before(value: number, orEqual: boolean): number {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >> 1;
      const one = this.#sorted[middle]!;
      if (orEqual ? one <= value : one < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
