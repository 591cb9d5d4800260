import type { Log } from "./command.js";
import type { Terminal } from "./terminal.js";

/** A log that writes JSON lines to standard error when asked for, else one that does nothing. */
export async function openLog({ stderr }: Terminal, isVerbose: boolean): Promise<Log> {
  if (!isVerbose) return () => undefined;
  const { pino } = await import("pino");
  const logger = pino({ level: "debug", base: null }, stderr);
  return (message, details) => logger.debug(details ?? {}, message);
}
