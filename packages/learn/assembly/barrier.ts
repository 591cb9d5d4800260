/**
 * Where threads wait for each other. Two words of shared memory: how many have come, and which
 * meeting this is. Alone (threads = 1) nothing waits, so that memory need not be shared.
 */

/** Looks at the meeting's number this often before it sleeps: about 20 microseconds. */
const SPINS: i32 = 4000;

/**
 * Looks for a while, then sleeps once; it may come back before the meeting is over. The first tier of
 * V8 11 (Node 20) loses locals that it holds in registers over a wait, so that nothing may be used
 * after it: this must stay a function of its own, and end with the wait. A test looks at the code.
 */
export function rest(words: usize, meeting: i32): void {
  for (let spin = 0; spin < SPINS; spin++) {
    if (atomic.load<i32>(words, 4) != meeting) return;
  }
  atomic.wait<i32>(words + 4, meeting, -1);
}

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
  // A thread that slept may be woken by the notice of the meeting before.
  while (atomic.load<i32>(words, 4) == meeting) rest(words, meeting);
}
