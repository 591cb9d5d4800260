import { RandomStream } from "@refrain/learn";
import { type Abuser, type AbuseSetting, drawAbuser } from "../abuse/abusers.js";
import { Drift } from "../abuse/drift.js";
import { type AbusePlan, abuseKinds, abuserCount, completeAbuse } from "../abuse/plan.js";
import { AbuserDay } from "./abuser-day.js";
import { drawUsageListener } from "./listener.js";
import { type Climate, ListeningDay, plainClimate } from "./listening-day.js";
import { PlayCounter } from "./play-counter.js";

/** What a month is drawn from. */
export interface UsageMonthOptions {
  /** Decides everything random. */
  readonly seed: number;
  /** 0 … 8,191; months of one seed are months of one service. */
  readonly month: number;
  /** Genuine users, 1 … 20,000,000; about three quarters of them listen on a given day. */
  readonly users: number;
  /** Who cheats beside them; its `drift` says how much cheats change from month to month. */
  readonly abuse?: Partial<AbusePlan>;
  /** How much genuine listening changes from month to month, 0 … 1. Default 0. */
  readonly genuineDrift?: number;
}

/** One day of each account that listened on it: columns of equal length. */
export interface UsageMonth {
  /** Accounts: genuine users by their number, abusers after them by `users` + place. */
  readonly user: Float64Array;
  /** Indie plays / max(major plays, 1). */
  readonly ratio: Float64Array;
  /** Plays. */
  readonly total: Float64Array;
  /** Most plays of one album. */
  readonly album: Float64Array;
  /** Most plays of one track. */
  readonly track: Float64Array;
  /** Most plays of one artist. */
  readonly artist: Float64Array;
  /** 0 = genuine, else 1 + the place in `abuseKinds`. */
  readonly kind: Uint8Array;
  /** How bold an abuser is, 0 for genuine users. */
  readonly strength: Float64Array;
  /** A farm's number, else -1. */
  readonly group: Int32Array;
}

/** Months after which half of the abusers, on average, have made room for others. */
const turnover = 4;

/**
 * Draws a day of a month of usage, for experiments over many months: genuine users stay the same
 * accounts, and so does the number of abusers, but who they are changes.
 * @throws OPTION_INVALID
 */
export function drawUsageMonth(options: UsageMonthOptions): UsageMonth {
  const { seed, month, users } = options;
  const plan = options.abuse && completeAbuse(options.abuse);
  const rows = new Rows(users + abuserCount(plan));
  const counter = new PlayCounter();
  const listening = new ListeningDay(seed, counter);
  const climate = climateOf(seed, month, options.genuineDrift ?? 0);
  for (let index = 0; index < users; index++) {
    counter.clear();
    const listens = listening.play(drawUsageListener(seed, index), { index, day: month, climate });
    if (listens) rows.add(index, counter);
  }
  if (!plan) return rows.columns();
  const setting: AbuseSetting = { seed, days: 1, plan };
  const days = new AbuserDay({ setting, users, counter });
  for (let place = 0; place < abuserCount(plan); place++) {
    const abuser = { ...drawAbuser(setting, place, generationOf(place, month)), firstDay: -1 };
    counter.clear();
    days.begin(abuser);
    days.play(month, month, climate);
    if (counter.total > 0) rows.add(users + place, counter, abuser);
  }
  return rows.columns();
}

/** How a month differs for all genuine users; month 0 is plain. */
export function climateOf(seed: number, month: number, size: number): Climate {
  if (size === 0) return plainClimate;
  const at = (what: string, step: number) =>
    new Drift(new RandomStream(seed, `climate ${what}`), size * step).at(month);
  return { volume: at("volume", 0.12), indie: at("indie", 0.2), repeats: at("repeats", 0.25) };
}

/** Which account holds a place in a month; places change hands at different months. */
function generationOf(place: number, month: number): number {
  return Math.floor((month + (place % turnover)) / turnover);
}

/** Columns that grow row by row, to a length known before. */
class Rows {
  readonly #columns: UsageMonth;
  #length = 0;

  constructor(most: number) {
    const floats = () => new Float64Array(most);
    this.#columns = {
      ...{ user: floats(), ratio: floats(), total: floats(), album: floats() },
      ...{ track: floats(), artist: floats(), strength: floats() },
      kind: new Uint8Array(most),
      group: new Int32Array(most).fill(-1),
    };
  }

  add(user: number, counter: PlayCounter, abuser?: Abuser): void {
    const columns = this.#columns;
    const row = this.#length++;
    columns.user[row] = user;
    columns.ratio[row] = counter.ratio;
    columns.total[row] = counter.total;
    columns.album[row] = counter.album;
    columns.track[row] = counter.track;
    columns.artist[row] = counter.artist;
    if (!abuser) return;
    columns.kind[row] = 1 + abuseKinds.indexOf(abuser.kind);
    columns.strength[row] = abuser.strength;
    if (abuser.kind === "farm") columns.group[row] = abuser.crew;
  }

  columns(): UsageMonth {
    const { user, ratio, total, album, track, artist, kind, strength, group } = this.#columns;
    const end = this.#length;
    return {
      ...{ user: user.subarray(0, end), ratio: ratio.subarray(0, end) },
      ...{ total: total.subarray(0, end), album: album.subarray(0, end) },
      ...{ track: track.subarray(0, end), artist: artist.subarray(0, end) },
      ...{ kind: kind.subarray(0, end), strength: strength.subarray(0, end) },
      group: group.subarray(0, end),
    };
  }
}
