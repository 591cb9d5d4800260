import { RandomStream } from "@refrain/learn";
import type { Abuser, AbuseSetting } from "../abuse/abusers.js";
import { abuserCount } from "../abuse/plan.js";
import { Playbook } from "../abuse/playbook.js";
import { discographyStock } from "./discography.js";
import { drawUsageListener, type UsageListener } from "./listener.js";
import { type Climate, ListeningDay } from "./listening-day.js";
import type { PlayCounter } from "./play-counter.js";

/** What abusers' days are made with. */
export interface AbuserDayTools {
  readonly setting: AbuseSetting;
  /** Number of genuine users. */
  readonly users: number;
  /** Is given the plays. */
  readonly counter: PlayCounter;
}

/** Abusers' days as counts; one account at a time, turned to by `begin`. */
export class AbuserDay {
  /** Plays of what is inflated, since `begin`. */
  inflated = 0;
  readonly #tools: AbuserDayTools;
  readonly #listening: ListeningDay;
  #abuser!: Abuser;
  #playbook: Playbook | undefined;
  #both: readonly UsageListener[] = [];
  #first = 0;

  constructor(tools: AbuserDayTools) {
    this.#tools = tools;
    this.#listening = new ListeningDay(tools.setting.seed, tools.counter);
  }

  begin(abuser: Abuser): void {
    const { setting, users } = this.#tools;
    this.#abuser = abuser;
    this.inflated = 0;
    if (abuser.kind !== "shared") {
      this.#playbook = new Playbook(setting, abuser, discographyStock);
      return;
    }
    this.#playbook = undefined;
    // Numbers that no genuine user has; a place that changes hands has other listeners.
    this.#first = users + 2 * abuser.crew + abuserCount(setting.plan);
    this.#both = [0, 1].map((who) => drawUsageListener(setting.seed, this.#first + who));
  }

  /**
   * Adds a day's plays to the counter.
   * @param climate how the day differs for the listeners of shared accounts
   */
  play(day: number, month: number, climate: Climate): void {
    if (this.#playbook) {
      this.#playbook.day(day, month, (_, track, __, inflates) => {
        this.#tools.counter.add(track);
        if (inflates) this.inflated += 1;
      });
      return;
    }
    const { setting } = this.#tools;
    const { strength, place, firstDay } = this.#abuser;
    const together = new RandomStream(setting.seed, "simulate usage shared", place * 8192 + day);
    const [mine, other] = this.#both as [UsageListener, UsageListener];
    const first = day === firstDay ? { ...mine, active: 1 } : mine;
    const listens = this.#listening.play(first, { index: this.#first, day, climate });
    const follows = listens && together.uniform() < strength;
    const second = follows ? { ...other, active: 1 } : other;
    this.#listening.play(second, { index: this.#first + 1, day, climate });
  }
}
