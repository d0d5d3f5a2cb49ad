/** Below all ports that a system gives away by itself (from 32,768 on Linux, from 49,152 elsewhere). */
const FIRST = 20_000;
const PER_PROCESS = 300;
/** Vitest numbers the processes that work at the same time from 1. */
const WORKERS = 4;
const RUNS = 10;
let given = 0;

/**
 * A port that no other test is given, neither by this nor by asking for any free one. So it can be free for a while,
 * and calls to it are refused: a server of another test that got it would take them.
 */
export function reservedPort(): number {
  const worker = Number(process.env["VITEST_POOL_ID"] ?? 0) % WORKERS;
  // Two runs side by side seldom meet.
  const share = worker * RUNS + (process.pid % RUNS);
  given += 1;
  return FIRST + share * PER_PROCESS + (given % PER_PROCESS);
}
