/**
 * Where threads wait for each other. Two words of shared memory: how many have come, and which
 * meeting this is. Alone (threads = 1) nothing waits, so that memory need not be shared.
 */

/** Looks at the meeting's number this often before it sleeps: about 20 microseconds. */
const SPINS: i32 = 4000;

/** Returns when all threads have come here. */
export function barrier(words: usize, threads: i32): void {
  if (threads == 1) return;
  const meeting = atomic.load<i32>(words, 4);
  if (atomic.add<i32>(words, 1) == threads - 1) {
    atomic.store<i32>(words, 0);
    atomic.store<i32>(words, meeting + 1, 4);
    atomic.notify(words + 4, i32.MAX_VALUE);
    return;
  }
  for (let spin = 0; spin < SPINS; spin++) {
    if (atomic.load<i32>(words, 4) != meeting) return;
  }
  while (atomic.load<i32>(words, 4) == meeting) atomic.wait<i32>(words + 4, meeting, -1);
}
