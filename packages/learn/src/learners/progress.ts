import type { FitExtras } from "./contract.js";

/**
 * Reports rounds to whoever fits, with the time left as far as the rounds so far tell.
 * @param extras where `onProgress` may stand
 * @param rounds rounds at most
 * @returns to be called after each round, with the mean loss
 */
export function progressReporter(
  extras: FitExtras,
  rounds: number,
): (round: number, loss: number) => void {
  const started = performance.now();
  return (round, loss) => {
    if (extras.onProgress === undefined) return;
    const secondsLeft = ((performance.now() - started) / 1000 / round) * (rounds - round);
    extras.onProgress({ round, rounds, loss, secondsLeft });
  };
}
