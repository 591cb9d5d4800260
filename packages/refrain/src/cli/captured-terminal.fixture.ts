import { Writable } from "node:stream";
import type { OutputStream, Terminal, TerminalEvents } from "./terminal.js";

/** A terminal whose output is kept, for tests. */
export interface CapturedTerminal extends Terminal {
  readonly printed: () => string;
  readonly messages: () => string;
  /** Presses Ctrl-C. */
  readonly interrupt: () => void;
  /** Lets an error loose that nobody catches. */
  readonly stray: (error: unknown) => void;
}

/** Makes a terminal that keeps what is written; `isTTY` makes it look like a person's. */
export function capturedTerminal(options: { isTTY?: boolean } = {}): CapturedTerminal {
  const stdout = keep(false);
  const stderr = keep(options.isTTY ?? false);
  let events: TerminalEvents | undefined;
  return {
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: {},
    watch(given) {
      events = given;
      return () => {
        events = undefined;
      };
    },
    printed: stdout.text,
    messages: stderr.text,
    interrupt: () => events?.onInterrupt(),
    stray: (error) => events?.onStray(error),
  };
}

function keep(isTTY: boolean): { stream: OutputStream; text: () => string } {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY, columns: 100 }), text: () => text };
}
