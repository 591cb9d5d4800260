import type { Writable } from "node:stream";

/** A stream that a person or a program reads; `isTTY` where it is a terminal. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** All that the command line touches of the process, so that tests can stand in for it. */
export interface Terminal {
  /** Results, nothing else. */
  readonly stdout: OutputStream;
  /** Messages and progress. */
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Starts to listen; returns how to stop listening. */
  readonly watch: (events: TerminalEvents) => () => void;
}

/** What may happen to a process while a command runs. */
export interface TerminalEvents {
  /** The first Ctrl-C or SIGTERM; the second ends the process. */
  readonly onInterrupt: () => void;
  /** An error that nobody caught. */
  readonly onStray: (error: unknown) => void;
}

/** The reader of standard output went away (`| head`): no failure, there is nothing left to do. */
export class OutputClosed extends Error {
  override readonly name: string = "OutputClosed";
}

/**
 * Writes text and waits until the stream took it.
 * @throws OutputClosed when the reader went away
 */
export async function write(stream: OutputStream, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    stream.write(text, (error) => {
      if (!error) resolve();
      else reject(isClosed(error) ? new OutputClosed(error.message) : error);
    });
  });
}

function isClosed(error: Error): boolean {
  return "code" in error && (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED");
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  // Without a listener a closed pipe ends the process with a stack trace.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    watch: watchProcess,
  };
}

function watchProcess({ onInterrupt, onStray }: TerminalEvents): () => void {
  const signals = ["SIGINT", "SIGTERM"] as const;
  const release = (): void => {
    for (const signal of signals) process.removeListener(signal, onSignal);
  };
  const onSignal = (): void => {
    // From here on the second Ctrl-C meets the system's own handler, which ends the process.
    release();
    onInterrupt();
  };
  for (const signal of signals) process.on(signal, onSignal);
  process.on("uncaughtException", onStray);
  return () => {
    release();
    process.removeListener("uncaughtException", onStray);
  };
}
