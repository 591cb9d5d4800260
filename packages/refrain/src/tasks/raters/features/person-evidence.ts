import { log } from "@refrain/learn";

/** What was rated together: ratings in units (sessions) of accounts, by some measures. */
export interface Units {
  readonly measures: number;
  /** Units of each account begin here; accounts + 1 places. */
  readonly start: Int32Array;
  /** Ratings in each unit. */
  readonly size: Float64Array;
  /** Units × measures: their means, less the mean of all. */
  readonly mean: Float64Array;
}

/** How much each measure varies: within units, between one person's units, between people. */
export interface Spreads {
  readonly within: Float64Array;
  readonly session: Float64Array;
  readonly person: Float64Array;
}

/**
 * Variance components by the moments of an unbalanced nested analysis of variance.
 * @param squares by measure: sum of squares of the ratings about their units' means
 * @source Searle, Casella & McCulloch 1992, "Variance components", 3.6
 */
export function spreadsOf({ measures, start, size, mean }: Units, squares: Float64Array): Spreads {
  const [within, session, person] = [0, 1, 2].map(() => new Float64Array(measures));
  const accounts = start.length - 1;
  const all = size.reduce((sum, one) => sum + one, 0);
  const inside = Math.max(1, all - size.length);
  for (let j = 0; j < measures; j++) within![j] = Math.max(1e-6, squares[j]! / inside);
  const [between, among] = [new Float64Array(measures), new Float64Array(measures)];
  // What the two sums of squares have of each variance in the mean.
  let [freedom, sessions, own, people] = [0, 0, 0, 0];
  for (let account = 0; account < accounts; account++) {
    const [from, to] = [start[account]!, start[account + 1]!];
    let [n, n2] = [0, 0];
    for (let unit = from; unit < to; unit++) {
      n += size[unit]!;
      n2 += size[unit]! ** 2;
    }
    if (n === 0) continue;
    freedom += to - from - 1;
    sessions += n - n2 / n;
    own += n2 / n;
    people += 1;
    for (let j = 0; j < measures; j++) {
      let [sum, sum2] = [0, 0];
      for (let unit = from; unit < to; unit++) {
        const x = mean[unit * measures + j]!;
        sum += size[unit]! * x;
        sum2 += size[unit]! * x * x;
      }
      between[j]! += sum2 - (sum * sum) / n;
      among[j]! += (sum * sum) / n;
    }
  }
  for (let j = 0; j < measures; j++) {
    const w = within![j]!;
    const v = sessions > 0 ? Math.max(0, (between[j]! - freedom * w) / sessions) : 0;
    session![j] = v;
    person![j] = Math.max(0, (among[j]! - people * w - own * v) / Math.max(1, all));
  }
  return { within: within!, session: session!, person: person! };
}

/** Log Bayes factors that units of an account are two people's rather than one's. */
export class PersonEvidence {
  readonly #units: Units;
  readonly #spreads: Spreads;
  readonly #firm: Float64Array;
  readonly #sums: readonly Float64Array[];

  constructor(units: Units, spreads: Spreads) {
    this.#units = units;
    this.#spreads = spreads;
    this.#firm = new Float64Array(units.measures);
    this.#sums = Array.from({ length: 6 }, () => new Float64Array(units.measures));
  }

  /** The best split of an account's units at one point of their order; 0 with one unit. */
  inTime(account: number): number {
    const { start } = this.#units;
    const [from, to] = [start[account]!, start[account + 1]!];
    if (to - from < 2) return 0;
    const [p, t, allP, allT, restP, restT] = this.#cleared();
    for (let unit = from; unit < to; unit++) this.#add(unit, allP!, allT!);
    const whole = this.#weight(allP!, allT!);
    let best = Number.NEGATIVE_INFINITY;
    for (let unit = from; unit + 1 < to; unit++) {
      this.#add(unit, p!, t!);
      for (let j = 0; j < p!.length; j++) {
        restP![j] = allP![j]! - p![j]!;
        restT![j] = allT![j]! - t![j]!;
      }
      best = Math.max(best, this.#weight(p!, t!) + this.#weight(restP!, restT!) - whole);
    }
    return best;
  }

  /** The best parting of an account's units in two, in whatever order, that is found. */
  anyhow(account: number): number {
    const { start, mean, measures } = this.#units;
    const [from, to] = [start[account]!, start[account + 1]!];
    if (to - from < 2) return 0;
    const [p, t, allP, allT, q, s] = this.#cleared();
    for (let unit = from; unit < to; unit++) this.#add(unit, allP!, allT!);
    const isFirst = this.#byMainDirection(from, to, allP!, allT!);
    for (let round = 0; round < rounds; round++) {
      for (const one of [p, t, q, s]) one!.fill(0);
      for (let unit = from; unit < to; unit++) {
        if (isFirst[unit - from]) this.#add(unit, p!, t!);
        else this.#add(unit, q!, s!);
      }
      if (round === rounds - 1) break;
      for (let unit = from; unit < to; unit++) {
        this.#firmness(unit);
        let nearer = 0;
        for (let j = 0; j < measures; j++) {
          const b = this.#spreads.person[j]!;
          if (b === 0) continue;
          const x = mean[unit * measures + j]!;
          const [one, other] = [t![j]! / (p![j]! + 1 / b), s![j]! / (q![j]! + 1 / b)];
          nearer += this.#firm[j]! * ((x - other) ** 2 - (x - one) ** 2);
        }
        isFirst[unit - from] = nearer > 0 ? 1 : 0;
      }
    }
    return this.#weight(p!, t!) + this.#weight(q!, s!) - this.#weight(allP!, allT!);
  }

  #cleared(): readonly Float64Array[] {
    for (const one of this.#sums) one.fill(0);
    return this.#sums;
  }

  /** How firmly a unit's means stand: the inverse of their variance about a person's. */
  #firmness(unit: number): void {
    const { within, session } = this.#spreads;
    const n = this.#units.size[unit]!;
    for (let j = 0; j < within.length; j++) this.#firm[j] = 1 / (within[j]! / n + session[j]!);
  }

  #add(unit: number, p: Float64Array, t: Float64Array): void {
    const { mean, measures } = this.#units;
    this.#firmness(unit);
    for (let j = 0; j < measures; j++) {
      p[j]! += this.#firm[j]!;
      t[j]! += this.#firm[j]! * mean[unit * measures + j]!;
    }
  }

  /** Log Bayes factor of one person behind all of it, against nobody in particular. */
  #weight(p: Float64Array, t: Float64Array): number {
    const { person } = this.#spreads;
    let sum = 0;
    for (let j = 0; j < p.length; j++) {
      const b = person[j]!;
      if (b > 0) sum += 0.5 * (t[j]! ** 2 / (p[j]! + 1 / b) - log(1 + b * p[j]!));
    }
    return sum;
  }

  /** Parts units by the sign of what they have of the direction in which they differ most. */
  #byMainDirection(from: number, to: number, allP: Float64Array, allT: Float64Array): Uint8Array {
    const { mean, measures } = this.#units;
    let direction = new Float64Array(measures).fill(1);
    const along = new Float64Array(to - from);
    for (let round = 0; round < rounds; round++) {
      const next = new Float64Array(measures);
      for (let unit = from; unit < to; unit++) {
        this.#firmness(unit);
        let dot = 0;
        for (let j = 0; j < measures; j++) {
          const off = mean[unit * measures + j]! - allT[j]! / allP[j]!;
          const weight = Math.min(1, this.#spreads.person[j]! * this.#firm[j]!);
          dot += weight * off * direction[j]!;
        }
        along[unit - from] = dot;
        for (let j = 0; j < measures; j++) {
          next[j]! += dot * (mean[unit * measures + j]! - allT[j]! / allP[j]!);
        }
      }
      const norm = Math.sqrt(next.reduce((sum, one) => sum + one * one, 0));
      if (norm < 1e-300) break;
      direction = next.map((one) => one / norm);
    }
    return Uint8Array.from(along, (one) => (one > 0 ? 1 : 0));
  }
}

/** Rounds of parting units anew; people part soon or not at all. */
const rounds = 5;
