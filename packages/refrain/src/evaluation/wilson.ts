/** Both ends of the interval of a share, 0…1. */
export interface ShareInterval {
  readonly low: number;
  readonly high: number;
}

/** Of a 95 % interval. */
const normalQuantile = 1.959964;

/**
 * The 95 % interval of a share.
 * @param trials above 0
 * @source Wilson 1927
 */
export function wilsonInterval(successes: number, trials: number): ShareInterval {
  const z2 = normalQuantile ** 2;
  const share = successes / trials;
  const centre = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const variance = (share * (1 - share)) / trials + z2 / (4 * trials ** 2);
  const half = Math.sqrt(z2 * variance) / (1 + z2 / trials);
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
