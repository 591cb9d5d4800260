import { RandomStream } from "@refrain/learn";
import type { BlockLogs } from "../block-logs.js";
import { botCount } from "../bots.js";
import type { Bytes } from "../bytes.js";
import type { Calendar } from "../calendar.js";
import { makeLabels } from "../labels.js";
import type { LogSink } from "../log-sink.js";
import { drawPerson, type Person } from "../person.js";
import type { Scenario } from "../scenario.js";
import type { World } from "../world.js";
import { type Abuser, type AbuseSetting, drawAbuser } from "./abusers.js";
import { type AbusePlan, abuserCount } from "./plan.js";
import { type AbuseStock, Playbook } from "./playbook.js";
import { SharedAccounts } from "./shared-account.js";
import { truthLine } from "./truth-line.js";
import { worldStock } from "./world-stock.js";

/** What abusers are written with. */
export interface AbuseTools {
  readonly scenario: Scenario & { readonly abuse: AbusePlan };
  readonly calendar: Calendar;
  readonly world: World;
  readonly logs: BlockLogs;
}

interface Activity {
  lastDay: number;
  events: number;
  plays: number;
  inflated: number;
}

/** Visits that a listener may have: a listener's visits are numbered within so many. */
const visitsOfListener = 8_192;
const visitsOfAbuser = 65_536;

/** Writes accounts that cheat behind all others: who listens honestly keeps every byte. */
export class AbuserWriter {
  /** Events written since the beginning. */
  events = 0;
  readonly #tools: AbuseTools;
  readonly #setting: AbuseSetting;
  readonly #stock: AbuseStock;
  readonly #shared: SharedAccounts;
  /** Number of listeners and bots before the first abuser. */
  readonly #before: number;

  constructor(tools: AbuseTools) {
    const { scenario, world, calendar, logs } = tools;
    this.#tools = tools;
    this.#setting = { seed: scenario.seed, days: scenario.days, plan: scenario.abuse };
    this.#stock = worldStock(world, makeLabels(scenario.seed, world));
    this.#shared = new SharedAccounts({ scenario, calendar, world, sink: logs.sink });
    this.#before = scenario.users + botCount(scenario);
  }

  /** Writes one account's life, its profile and its line of the truth. */
  write(place: number, truth: Bytes): void {
    const { scenario, logs } = this.#tools;
    const abuser = drawAbuser(this.#setting, place);
    const account = drawPerson(scenario, this.#before + place);
    const session = this.#before * visitsOfListener + place * visitsOfAbuser;
    logs.sink.listener(account);
    const activity =
      abuser.kind === "shared"
        ? this.#share(abuser, account, session)
        : this.#inflate(abuser, logs.sink, session);
    logs.profile(account, false);
    this.events += activity.events;
    truth.putText(
      truthLine(String(logs.userId(account)), abuser, {
        ...activity,
        dates: this.#tools.calendar.iso,
      }),
    );
    truth.endLine();
  }

  #share(abuser: Abuser, account: Person, session: number): Activity {
    const end = this.#before + abuserCount(this.#setting.plan);
    const written = this.#shared.write(abuser, account, end + abuser.place, session);
    return { ...written, inflated: 0 };
  }

  #inflate(abuser: Abuser, sink: LogSink, session: number): Activity {
    const { scenario, calendar } = this.#tools;
    const pozytywka = scenario.as === "pozytywka";
    const playbook = new Playbook(this.#setting, abuser, this.#stock);
    const advertisements = new RandomStream(scenario.seed, "simulate abuser ads", abuser.place);
    const activity = { lastDay: abuser.firstDay, events: 0, plays: 0, inflated: 0 };
    for (let day = abuser.firstDay; day <= abuser.lastDay; day++) {
      sink.session(session + day);
      playbook.day(day, calendar.month[day]!, (ms, track, playedMs, inflates) => {
        if (pozytywka && advertisements.uniform() < 0.05) {
          sink.advertisement(day, ms);
          activity.events += 1;
        }
        sink.play(day, ms, track, playedMs);
        activity.events += 1;
        if (pozytywka && playedMs < this.#stock.lengthMs(track)) {
          sink.skip(day, Math.min(ms + playedMs, 86_399_000), track);
          activity.events += 1;
        }
        activity.plays += 1;
        if (inflates) activity.inflated += 1;
        activity.lastDay = day;
      });
    }
    return activity;
  }
}
