import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";

/**
 * One side of a benchmark: a process of its own, so that memory is its own, which is told `fit` and
 * answers one line of JSON a fit, and on `quit` one last line with what it reached.
 */
export class BenchProcess {
  readonly #child: ChildProcess;
  readonly #lines: Interface;

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#child.stdout! });
  }

  /** Sends one word and waits for one line. */
  async ask<Answer>(word: "fit" | "quit"): Promise<Answer> {
    const line = once(this.#lines, "line");
    const exit = once(this.#child, "exit").then(([code]) => {
      throw new Error(`The side ended with code ${code} instead of answering "${word}".`);
    });
    this.#child.stdin!.write(`${word}\n`);
    const [text] = (await Promise.race([line, exit])) as [string];
    exit.catch(() => undefined);
    if (word === "quit") this.#child.stdin!.end();
    return JSON.parse(text) as Answer;
  }
}
