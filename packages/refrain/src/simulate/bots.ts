import { RandomStream } from "@refrain/learn";
import type { LogSink } from "./log-sink.js";
import { drawPerson } from "./person.js";
import type { Scenario } from "./scenario.js";
import type { World } from "./world.js";

const dayMs = 86_400_000;

/** Number of bots that come with dirt, beside the listeners. */
export function botCount(scenario: Scenario): number {
  if (scenario.as !== "musicbox" || scenario.dirt === 0) return 0;
  return Math.max(1, Math.round(scenario.users * scenario.dirt * 0.1));
}

/**
 * Writes a bot: on two to four days it plays more than 24 hours in all, one track after the other.
 * @param index users … users + bots - 1
 * @returns the days on which it played
 */
export function writeBot(
  scenario: Scenario,
  index: number,
  tools: { readonly world: World; readonly sink: LogSink },
): number[] {
  const random = new RandomStream(scenario.seed, "simulate bots", index);
  const { world, sink } = tools;
  sink.listener(drawPerson(scenario, index));
  const wanted = Math.min(scenario.days, 2 + random.below(3));
  const first = random.below(scenario.days - wanted + 1);
  const few = Array.from({ length: 3 }, () => random.below(world.trackIds.length));
  const days = Array.from({ length: wanted }, (_, i) => first + i);
  for (const day of days) {
    const goal = dayMs * (1.02 + 0.3 * random.uniform());
    for (let played = 0; played < goal; ) {
      const track = few[random.below(few.length)]!;
      sink.play(day, 0, track, world.durationMs[track]!);
      played += world.durationMs[track]!;
    }
  }
  return days;
}
