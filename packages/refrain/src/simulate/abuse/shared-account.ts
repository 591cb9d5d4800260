import { RandomStream } from "@refrain/learn";
import { MonthCounts } from "../buying.js";
import type { Calendar } from "../calendar.js";
import type { LogSink } from "../log-sink.js";
import { drawPerson, type Person } from "../person.js";
import type { Scenario } from "../scenario.js";
import { Visits } from "../visits.js";
import type { World } from "../world.js";
import type { Abuser } from "./abusers.js";
import { type RecordedEvent, RecordingSink, replay } from "./recording-sink.js";

const lastMs = 86_399_000;

/** What shared accounts are written with. */
export interface SharedTools {
  readonly scenario: Scenario;
  readonly calendar: Calendar;
  readonly world: World;
  readonly sink: LogSink;
}

/** Two listeners of one account, whose visits overlap the more the bolder they are. */
export class SharedAccounts {
  readonly #tools: SharedTools;
  readonly #recording = new RecordingSink();
  /** One for each of the two: each has tracks that it likes. */
  readonly #visits: readonly [Visits, Visits];

  constructor(tools: SharedTools) {
    this.#tools = tools;
    const { world, calendar, scenario } = tools;
    const make = () =>
      new Visits({
        ...{ world, calendar, sink: this.#recording, format: scenario.as },
        month: new MonthCounts(),
      });
    this.#visits = [make(), make()];
  }

  /**
   * Writes an account's days.
   * @param account how the logs know it
   * @param second a listener's number that nobody else has
   * @param session first number of its visits
   * @returns last day, events and plays
   */
  write(abuser: Abuser, account: Person, second: number, session: number) {
    const { scenario, sink } = this.#tools;
    const both = drawPair(scenario, abuser, account, second);
    const coins = new RandomStream(scenario.seed, "simulate shared days", abuser.place);
    this.#visits.forEach((visits, who) => {
      const purpose = "simulate shared visits";
      visits.begin(both[who]!, new RandomStream(scenario.seed, purpose, 2 * abuser.place + who));
    });
    // Each comes as often as an eager listener does: two together are no giveaway by themselves.
    const rates = [0.08 + 0.24 * coins.uniform(), 0.06 + 0.24 * coins.uniform()] as const;
    const written = { lastDay: abuser.firstDay, events: 0, plays: 0 };
    const sessions = new Map<number, number>();
    for (let day = abuser.firstDay; day <= abuser.lastDay; day++) {
      const first = coins.uniform() < rates[0] || day === abuser.firstDay;
      const follows = first ? abuser.strength : 0;
      const other = coins.uniform() < rates[1] + (0.95 - rates[1]) * follows;
      for (const { who, event } of this.#day(day, [first, other], abuser, coins)) {
        const key = event.session * 2 + who;
        if (!sessions.has(key)) sessions.set(key, session + sessions.size);
        sink.listener({ ...account, device: both[who]!.device });
        sink.session(sessions.get(key)!);
        replay(sink, event);
        written.lastDay = day;
        written.events += 1;
        if (event.kind === "play") written.plays += 1;
      }
    }
    return written;
  }

  /** A day's events of both in one order of time. */
  #day(
    day: number,
    comes: readonly [boolean, boolean],
    { strength }: Abuser,
    coins: RandomStream,
  ): { readonly who: 0 | 1; readonly event: RecordedEvent }[] {
    const kind = { premium: false, buys: false };
    const [mine, others] = ([0, 1] as const).map((who) => {
      if (comes[who]) this.#visits[who].day(day, kind);
      return this.#recording.take();
    }) as [RecordedEvent[], RecordedEvent[]];
    const meets = coins.uniform() < strength;
    const where = coins.uniform();
    const shifted = meets ? meet(mine, others, where) : others;
    return [
      ...mine.map((event) => ({ who: 0 as const, event })),
      ...shifted.map((event) => ({ who: 1 as const, event })),
    ].sort((a, b) => a.event.ms - b.event.ms || a.who - b.who);
  }
}

function drawPair(scenario: Scenario, { strength, place }: Abuser, first: Person, index: number) {
  const second = drawPerson(scenario, index);
  const random = new RandomStream(scenario.seed, "simulate shared pair", place);
  const apart = random.uniform() < strength;
  const device = apart && second.device === first.device ? (first.device + 1) % 4 : second.device;
  return [first, { ...second, index: first.index, device }] as const;
}

/** Moves the second one's day so that it begins within the first one's. */
function meet(
  mine: readonly RecordedEvent[],
  others: readonly RecordedEvent[],
  where: number,
): readonly RecordedEvent[] {
  if (mine.length === 0 || others.length === 0) return others;
  const from = mine[0]!.ms;
  const to = mine.at(-1)!.ms;
  const wanted = from + Math.floor((where * (to - from)) / 1000) * 1000 - others[0]!.ms;
  const shift = Math.min(wanted, lastMs - others.at(-1)!.ms);
  return others.map((event) => ({ ...event, ms: Math.max(0, event.ms + shift) }));
}
