/**
 * Fails with a sentence when an invariant of ours is broken; never used for what a caller passes
 * in.
 * @throws Error with the sentence
 */
export function assert(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${sentence}`);
}
