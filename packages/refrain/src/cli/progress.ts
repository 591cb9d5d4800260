import type { OnProgress, ProgressStep } from "../foundation/index.js";
import type { Terminal } from "./terminal.js";

/** Shows progress and makes room for messages. */
export interface ProgressFace {
  readonly show: OnProgress;
  /** Prints one line without tearing the bar. */
  readonly say: (line: string) => void;
  /** Removes the bar. */
  readonly stop: () => void;
}

/** Milliseconds between two lines. */
const lineEveryMs = 2_000;
const barWidth = 24;

/**
 * How progress is shown: a bar on a terminal, else plain lines (at most one in two seconds),
 * nothing when quiet.
 */
export function progressFace(terminal: Terminal, quiet: boolean): ProgressFace {
  if (quiet) return { show: () => undefined, say: () => undefined, stop: () => undefined };
  const { stderr, env } = terminal;
  const isLive = stderr.isTTY === true && env["TERM"] !== "dumb" && !env["CI"];
  return isLive ? barFace(terminal) : lineFace(terminal);
}

/** One step as a line of text, for example `reading plays.csv 40 % (1.2 M rows/s)`. */
export function progressText({ doing, share, note }: ProgressStep): string {
  const percent = share === undefined ? "" : ` ${Math.floor(share * 100)} %`;
  return `${doing}${percent}${note ? ` (${note})` : ""}`;
}

function lineFace({ stderr }: Terminal): ProgressFace {
  let doing = "";
  let printedAt = Number.NEGATIVE_INFINITY;
  return {
    show(step) {
      const now = performance.now();
      const isNew = step.doing !== doing;
      if (now - printedAt < lineEveryMs) return;
      doing = step.doing;
      printedAt = now;
      stderr.write(`${isNew ? doing : progressText(step)}\n`);
    },
    say: (line) => void stderr.write(`${line}\n`),
    stop: () => undefined,
  };
}

function barFace(terminal: Terminal): ProgressFace {
  const { stderr } = terminal;
  let bar: { text: string; stop(): unknown; render(): unknown } | undefined;
  let pending: ProgressStep | undefined;
  let isStopped = false;
  // Loaded on the first step: a command that ends at once does not pay for it.
  const load = async (): Promise<void> => {
    const { default: ora } = await import("ora");
    if (isStopped || !pending) return;
    bar = ora({ stream: stderr as NodeJS.WriteStream, discardStdin: false, color: false });
    (bar as ReturnType<typeof ora>).start(barText(pending));
  };
  return {
    show(step) {
      const isFirst = pending === undefined;
      pending = step;
      if (bar) bar.text = barText(step);
      else if (isFirst) void load().catch(() => undefined);
    },
    say(line) {
      bar?.stop();
      stderr.write(`${line}\n`);
      bar = undefined;
      pending = undefined;
    },
    stop() {
      isStopped = true;
      bar?.stop();
    },
  };
}

function barText(step: ProgressStep): string {
  if (step.share === undefined) return progressText(step);
  const full = Math.round(step.share * barWidth);
  return `${"█".repeat(full)}${"░".repeat(barWidth - full)} ${progressText(step)}`;
}
