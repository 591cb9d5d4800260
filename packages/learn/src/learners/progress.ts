import type { FitExtras } from "./contract.js";

/**
 * Reports rounds to whoever fits, with the time left as far as the rounds so far tell.
 * @param extras where `onProgress` may stand
 * @param rounds rounds at most
 * @returns to be called after each round, with the mean loss; and at the end with the rounds that
 *   were needed as its last argument
 */
export function progressReporter(
  extras: FitExtras,
  rounds: number,
): (round: number, loss: number, last?: number) => void {
  const started = performance.now();
  return (round, loss, last = rounds) => {
    if (extras.onProgress === undefined) return;
    const secondsARound = (performance.now() - started) / 1000 / Math.max(1, round);
    extras.onProgress({ round, rounds: last, loss, secondsLeft: secondsARound * (last - round) });
  };
}
