import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { MonthCounts } from "./buying.js";
import { Bytes } from "./bytes.js";
import { type Calendar, makeCalendar } from "./calendar.js";
import { userLine } from "./catalogue-files.js";
import { countScore, noScores, type ScoreCounts } from "./difficulty.js";
import { type LifeTruth, Lives } from "./life.js";
import { silenceDays } from "./listening.js";
import { MusicboxLog, musicboxKinds, musicboxUserId } from "./musicbox-log.js";
import { drawPerson, type Person } from "./person.js";
import { firstUserId, PozytywkaLog } from "./pozytywka-log.js";
import type { Scenario } from "./scenario.js";
import { truthFiles } from "./truth-files.js";
import { Visits } from "./visits.js";
import { makeWorld, type World } from "./world.js";

/** Consecutive listeners that are simulated together. */
export interface BlockRange {
  readonly from: number;
  /** One past the last. */
  readonly to: number;
}

/** What a block adds to the summary. */
export interface BlockCounts {
  readonly events: number;
  readonly bytes: number;
  /** The format's own label against its true probability. */
  readonly scores: ScoreCounts;
}

/** A file that a block adds bytes to. */
interface BlockFile {
  readonly path: string;
  readonly bytes: Bytes;
}

/**
 * Simulates blocks of listeners into buffers that are used again for the next block. What a block
 * holds is a function of the scenario and the listeners alone.
 */
export class BlockMaker {
  readonly #scenario: Scenario;
  readonly #world: World;
  readonly #calendar: Calendar;
  readonly #lives: Lives;
  readonly #visits: Visits;
  readonly #files: readonly BlockFile[];
  readonly #truth: LifeTruth;
  readonly #users = new Bytes();
  readonly #truthUsers = new Bytes();
  readonly #active = new Bytes();
  readonly #silent = new Bytes();
  readonly #buys = new Bytes();
  #eventsBefore = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    const calendar = makeCalendar(scenario.start, scenario.days);
    this.#calendar = calendar;
    const musicbox = scenario.as === "musicbox";
    this.#world = makeWorld(scenario.seed, scenario.users, musicbox);
    const month = new MonthCounts();
    const musicboxLog = musicbox ? new MusicboxLog(calendar, this.#world) : undefined;
    const sessions = new Bytes(1 << 20);
    const sink = musicboxLog ?? new PozytywkaLog(sessions, calendar, this.#world);
    this.#visits = new Visits({
      world: this.#world,
      calendar,
      sink,
      month,
      format: scenario.as,
    });
    this.#lives = new Lives(scenario, calendar, this.#visits, month);
    this.#truth = {
      active: new Float32Array(scenario.days),
      silent: new Float32Array(scenario.days),
      buys: new Float32Array(calendar.monthNames.length),
      events: new Uint8Array(scenario.days),
      purchaseDay: -1,
    };
    const logs = musicboxLog
      ? musicboxLog.files.map((bytes, index) => ({
          path: `${calendar.compact[Math.floor(index / 3)]}_${musicboxKinds[index % 3]}.log`,
          bytes,
        }))
      : [
          { path: "sessions.jsonl", bytes: sessions },
          { path: "users.jsonl", bytes: this.#users },
        ];
    this.#files = [
      ...logs,
      { path: truthFiles.users, bytes: this.#truthUsers },
      { path: truthFiles.active, bytes: this.#active },
      { path: truthFiles.silent, bytes: this.#silent },
      ...(musicbox ? [] : [{ path: truthFiles.buys, bytes: this.#buys }]),
    ];
  }

  /** Simulates a block into the buffers. */
  make(range: BlockRange): BlockCounts {
    for (const file of this.#files) file.bytes.clear();
    const scores = noScores();
    for (let index = range.from; index < range.to; index++) {
      const person = drawPerson(this.#scenario, index);
      this.#lives.live(person, this.#truth);
      if (this.#scenario.as === "musicbox") scoreSilence(this.#truth, scores);
      else scorePurchases(this.#truth, this.#calendar, scores);
      this.#writePerson(person);
    }
    const events = this.#visits.events - this.#eventsBefore;
    this.#eventsBefore = this.#visits.events;
    const bytes = this.#files.reduce((sum, file) => sum + file.bytes.length, 0);
    return { events, bytes, scores };
  }

  /** Appends the buffers to their files; blocks must be written in their order. */
  write(folder: string): void {
    for (const { path, bytes } of this.#files) {
      if (bytes.length > 0) appendFileSync(join(folder, path), bytes.view());
    }
  }

  #writePerson(person: Person): void {
    const { active, silent, buys, purchaseDay } = this.#truth;
    putFloats(this.#active, active);
    putFloats(this.#silent, silent);
    const musicbox = this.#scenario.as === "musicbox";
    const userId = musicbox ? musicboxUserId(person.index) : firstUserId + person.index;
    putText(this.#truthUsers, `${userId},${person.firstDay},${purchaseDay}\n`);
    if (musicbox) return;
    putFloats(this.#buys, buys);
    const profile = { userId, premium: purchaseDay >= 0, world: this.#world };
    putText(this.#users, userLine(this.#scenario, person, profile));
  }
}

function putFloats(out: Bytes, values: Float32Array): void {
  out.reserve(values.byteLength);
  out.put(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

function putText(out: Bytes, text: string): void {
  const bytes = Buffer.from(text, "utf8");
  out.reserve(bytes.length);
  out.put(bytes);
}

/** Every 14 days from day 30 on, so that label windows do not overlap. */
function scoreSilence(truth: LifeTruth, scores: ScoreCounts): void {
  const { events, silent } = truth;
  for (let cutoff = 30; cutoff + silenceDays <= events.length; cutoff += silenceDays) {
    if (events.subarray(cutoff - 30, cutoff).indexOf(1) < 0) continue;
    const left = events.subarray(cutoff, cutoff + silenceDays).indexOf(1) < 0;
    countScore(scores, silent[cutoff]!, left);
  }
}

/** Months that end 30 days before the log does or earlier: their label is known. */
function scorePurchases(truth: LifeTruth, calendar: Calendar, scores: ScoreCounts): void {
  for (const [month, chance] of truth.buys.entries()) {
    const end = calendar.monthStart[month]! + calendar.monthLength[month]!;
    if (Number.isNaN(chance) || end + 30 > calendar.days) continue;
    const bought = truth.purchaseDay >= end && truth.purchaseDay < end + 30;
    countScore(scores, chance, bought);
  }
}
