import type { FitExtras } from "./contract.js";

/**
 * Reports rounds to whoever fits, with the time left as far as the rounds so far tell.
 * @param extras where `onProgress` may stand
 * @param rounds rounds at most
 * @returns to be called after each round, with the mean loss where there is one; and at the end
 *   with the rounds that were needed as its last argument
 */
export function progressReporter(
  extras: FitExtras,
  rounds: number,
): (round: number, loss?: number, last?: number) => void {
  const started = performance.now();
  return (round, loss, last = rounds) => {
    if (extras.onProgress === undefined) return;
    const secondsARound = (performance.now() - started) / 1000 / Math.max(1, round);
    const told = loss === undefined ? {} : { loss };
    const secondsLeft = secondsARound * (last - round);
    extras.onProgress({ round, rounds: last, ...told, secondsLeft });
  };
}

/** Steps that the progress of one part is counted in. */
const STEPS_A_PART = 100;

/**
 * The progress of several fits in turn as that of one: each takes the same share of the rounds.
 * @param extras where `onProgress` may stand
 * @param parts number of fits
 * @returns to be called before each fit: what it is to report to. Only what is asked for keeps its
 *   losses, because those of different fits do not fall from one to the next.
 */
export function partedProgress(
  extras: Pick<FitExtras, "onProgress">,
  parts: number,
): (losses?: boolean) => FitExtras["onProgress"] {
  const { onProgress } = extras;
  const started = performance.now();
  const rounds = parts * STEPS_A_PART;
  let part = -1;
  return (losses = false) => {
    part += 1;
    const base = part * STEPS_A_PART;
    if (onProgress === undefined) return undefined;
    return (own) => {
      const share = own.round < own.rounds ? own.round / own.rounds : 1;
      const round = base + Math.floor(share * STEPS_A_PART);
      const seconds = (performance.now() - started) / 1000;
      const { loss, validationLoss } = losses ? own : {};
      onProgress({
        round,
        rounds,
        ...(loss === undefined ? {} : { loss }),
        ...(validationLoss === undefined ? {} : { validationLoss }),
        secondsLeft: (seconds / Math.max(1, round)) * (rounds - round),
      });
    };
  };
}
