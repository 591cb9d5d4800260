/** Why a rate of false discoveries may give no alarm, in words. */
export function fewMarks(least: number): string {
  return (
    `With so many genuine marks, this rate needs ${least.toLocaleString("en-US")} rows above all ` +
    "of them before one is an alarm: mark more genuine rows, or take a higher rate or a budget."
  );
}
