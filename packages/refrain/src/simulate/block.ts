import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { AbuserWriter } from "./abuse/write-abuser.js";
import { type BlockFile, type BlockLogs, openLogs } from "./block-logs.js";
import { botCount, writeBot } from "./bots.js";
import { MonthCounts } from "./buying.js";
import { Bytes } from "./bytes.js";
import { type Calendar, makeCalendar } from "./calendar.js";
import { noScores, type ScoreCounts } from "./difficulty.js";
import { type LifeTruth, Lives } from "./life.js";
import { drawPerson, type Person } from "./person.js";
import type { Scenario } from "./scenario.js";
import { scorePurchases, scoreSilence } from "./score-lives.js";
import { type PlantedRow, Spoiler } from "./spoiler.js";
import { truthFiles } from "./truth-files.js";
import { Visits } from "./visits.js";
import { makeWorld, type World } from "./world.js";

/** Consecutive accounts made together: the listeners, behind them bots, then who cheats. */
export interface BlockRange {
  readonly from: number;
  /** One past the last. */
  readonly to: number;
}

/** What a block adds to the summary. */
export interface BlockCounts {
  /** Sound rows. */
  readonly events: number;
  readonly bytes: number;
  /** The format's own label against its true probability. */
  readonly scores: ScoreCounts;
  /** Lines added to each log file; empty where no dirt is asked for. */
  readonly lines: readonly number[];
  readonly planted: readonly PlantedRow[];
}

/**
 * Simulates blocks of listeners into buffers that are used again for the next block. What a block
 * holds is a function of the scenario and the listeners alone.
 */
export class BlockMaker {
  readonly #scenario: Scenario;
  readonly #calendar: Calendar;
  readonly #world: World;
  readonly #lives: Lives;
  readonly #visits: Visits;
  readonly #spoiler: Spoiler | undefined;
  readonly #logs: BlockLogs;
  readonly #truth: LifeTruth;
  readonly #listeners = new Bytes();
  readonly #active = new Bytes();
  readonly #silent = new Bytes();
  readonly #buys = new Bytes();
  readonly #abuse = new Bytes();
  readonly #abusers: AbuserWriter | undefined;
  /** Number of listeners and bots. */
  readonly #honest: number;
  readonly #files: readonly BlockFile[];
  #eventsBefore = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    const calendar = makeCalendar(scenario.start, scenario.days);
    const musicbox = scenario.as === "musicbox";
    const world = makeWorld(scenario.seed, scenario.users, musicbox);
    this.#spoiler = scenario.dirt > 0 ? new Spoiler(scenario) : undefined;
    this.#logs = openLogs({ scenario, calendar, world, spoiler: this.#spoiler });
    const month = new MonthCounts();
    const { sink } = this.#logs;
    this.#visits = new Visits({ world, calendar, sink, month, format: scenario.as });
    this.#lives = new Lives(scenario, calendar, this.#visits, month);
    this.#calendar = calendar;
    this.#world = world;
    this.#honest = scenario.users + botCount(scenario);
    const { abuse } = scenario;
    const tools = { calendar, world, logs: this.#logs };
    if (abuse) this.#abusers = new AbuserWriter({ ...tools, scenario: { ...scenario, abuse } });
    this.#truth = {
      active: new Float32Array(scenario.days),
      silent: new Float32Array(scenario.days),
      buys: new Float32Array(calendar.monthNames.length),
      events: new Uint8Array(scenario.days),
      purchaseDay: -1,
    };
    this.#files = [
      ...this.#logs.files,
      { path: truthFiles.users, bytes: this.#listeners },
      { path: truthFiles.active, bytes: this.#active },
      { path: truthFiles.silent, bytes: this.#silent },
      ...(musicbox ? [] : [{ path: truthFiles.buys, bytes: this.#buys }]),
      { path: truthFiles.abuse, bytes: this.#abuse },
    ];
  }

  /** Simulates a block into the buffers. */
  make(range: BlockRange): BlockCounts {
    for (const file of this.#files) file.bytes.clear();
    const scores = noScores();
    for (let index = range.from; index < range.to; index++) {
      if (index < this.#scenario.users) this.#listener(index, scores);
      else if (index < this.#honest) this.#bot(index);
      else this.#abusers?.write(index - this.#honest, this.#abuse);
    }
    const written = this.#visits.events + (this.#abusers?.events ?? 0);
    const events = written - this.#eventsBefore;
    this.#eventsBefore = written;
    const bytes = this.#files.reduce((sum, file) => sum + file.bytes.length, 0);
    const lines = this.#spoiler ? this.#logs.files.map((file) => file.bytes.lines) : [];
    return { events, bytes, scores, lines, planted: this.#spoiler?.take() ?? [] };
  }

  /** Appends the buffers to their files; blocks must be written in their order. */
  write(folder: string): void {
    for (const { path, bytes } of this.#files) {
      if (bytes.length > 0) appendFileSync(join(folder, path), bytes.view());
    }
  }

  #listener(index: number, scores: ScoreCounts): void {
    const person = drawPerson(this.#scenario, index);
    this.#lives.live(person, this.#truth);
    if (this.#scenario.as === "musicbox") scoreSilence(this.#truth, scores);
    else scorePurchases(this.#truth, this.#calendar, scores);
    this.#writeTruth(person);
    this.#logs.profile(person, this.#truth.purchaseDay >= 0);
  }

  #bot(index: number): void {
    const { sink, files } = this.#logs;
    const before = files.map((file) => file.bytes.lines);
    for (const day of writeBot(this.#scenario, index, { world: this.#world, sink })) {
      this.#spoiler?.note(day * 3, before[day * 3]! + 1, "bot_day");
    }
  }

  #writeTruth(person: Person): void {
    const { active, silent, buys, purchaseDay } = this.#truth;
    putFloats(this.#active, active);
    putFloats(this.#silent, silent);
    if (this.#scenario.as === "pozytywka") putFloats(this.#buys, buys);
    const userId = this.#logs.userId(person);
    this.#listeners.putText(`${userId},${person.firstDay},${purchaseDay}`);
    this.#listeners.endLine();
  }
}

function putFloats(out: Bytes, values: Float32Array): void {
  out.reserve(values.byteLength);
  out.put(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}
