/** Work that is cut into parts. Of a plan the first words are: stop, next part, number of parts. */

/**
 * Takes the next part that nobody has taken.
 * @param plan address of a plan
 * @returns -1 where there are no more, or where somebody said stop
 */
// @ts-ignore: decorator
@inline
export function takePart(plan: usize): i32 {
  if (atomic.load<i32>(plan) != 0) return -1;
  const part = atomic.add<i32>(plan, 1, 4);
  return part < load<i32>(plan, 8) ? part : -1;
}
