import { Bytes } from "./bytes.js";
import type { Calendar } from "./calendar.js";
import { userLine } from "./catalogue-files.js";
import type { LogSink } from "./log-sink.js";
import { MusicboxLog, musicboxUserId } from "./musicbox-log.js";
import type { Person } from "./person.js";
import { firstUserId, PozytywkaLog } from "./pozytywka-log.js";
import type { Scenario } from "./scenario.js";
import type { Spoiler } from "./spoiler.js";
import { VisitClock } from "./visit-clock.js";
import type { World } from "./world.js";

/** A file that a block adds bytes to. */
export interface BlockFile {
  readonly path: string;
  readonly bytes: Bytes;
}

/** The log files of a format, as a block writes them. */
export interface BlockLogs {
  readonly sink: LogSink;
  readonly files: readonly BlockFile[];
  /** The listener's id in the logs. */
  readonly userId: (person: Person) => number;
  /** Writes what the format says of a listener beside the events. */
  readonly profile: (person: Person, premium: boolean) => void;
}

/** What logs are written with. */
export interface LogTools {
  readonly scenario: Scenario;
  readonly calendar: Calendar;
  readonly world: World;
  readonly spoiler?: Spoiler | undefined;
}

/** The files of a scenario's format. */
export function openLogs(tools: LogTools): BlockLogs {
  return tools.scenario.as === "musicbox" ? musicboxLogs(tools) : pozytywkaLogs(tools);
}

/** The log files of a scenario in the order in which blocks count them. */
export function logPaths(scenario: Scenario, calendar: Calendar): string[] {
  if (scenario.as === "pozytywka") return ["sessions.jsonl", "users.jsonl"];
  return calendar.compact.flatMap((day) =>
    ["play", "down", "search"].map((kind) => `${day}_${kind}.log`),
  );
}

function musicboxLogs({ scenario, calendar, world, spoiler }: LogTools): BlockLogs {
  const clock = scenario.timed ? new VisitClock(scenario.seed) : undefined;
  const log = new MusicboxLog(calendar, world, { spoiler, clock });
  const paths = logPaths(scenario, calendar);
  return {
    sink: log,
    files: log.files.map((bytes, index) => ({ path: paths[index]!, bytes })),
    userId: (person) => musicboxUserId(person.index),
    profile: () => undefined,
  };
}

function pozytywkaLogs({ scenario, calendar, world, spoiler }: LogTools): BlockLogs {
  const sessions = new Bytes(1 << 20);
  const users = new Bytes(1 << 16);
  const [sessionsPath, usersPath] = logPaths(scenario, calendar);
  return {
    sink: new PozytywkaLog(sessions, { calendar, world, spoiler }),
    files: [
      { path: sessionsPath!, bytes: sessions },
      { path: usersPath!, bytes: users },
    ],
    userId: (person) => firstUserId + person.index,
    profile(person, premium) {
      const from = users.length;
      const userId = firstUserId + person.index;
      users.putText(userLine(scenario, person, { userId, premium, world }));
      users.endLine();
      spoiler?.after(users, from, { file: 1, rows: "users" });
    },
  };
}
