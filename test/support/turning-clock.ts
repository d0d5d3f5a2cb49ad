import type { FakeClock } from "./fake-clock.ts";

export interface TurningClock extends FakeClock {
  /** The same clock on a machine of its own: nobody sets it. */
  readonly elsewhere: FakeClock;
  /** Stands still from now on; whoever sleeps, sleeps on. */
  stop(): void;
}

interface Sleeper {
  readonly dueAt: number;
  readonly wake: () => void;
}

/**
 * Time that goes on by `stepMs` with each turn of this process, a thousand a second at most. On a busy machine it
 * slows down like everything else here, so real sockets are never too late for it.
 */
export function createTurningClock(stepMs: number): TurningClock {
  let elapsed = 0;
  let offset = Date.now();
  const sleepers = new Set<Sleeper>();
  /** No sleeper is due before it. */
  let nextAt = Number.POSITIVE_INFINITY;
  const goOn = (ms: number): void => {
    elapsed += ms;
    if (elapsed < nextAt) return;
    const due = [...sleepers].filter(({ dueAt }) => dueAt <= elapsed).sort((a, b) => a.dueAt - b.dueAt);
    for (const { wake } of due) wake();
    nextAt = Math.min(...[...sleepers].map(({ dueAt }) => dueAt));
  };
  const turning = setInterval(() => goOn(stepMs), 1);
  turning.unref();

  const start = offset;
  const clock: Omit<TurningClock, "elsewhere"> = {
    now: () => offset + elapsed,
    elapsed: () => elapsed,
    jump: (ms) => {
      offset += ms;
    },
    advance: async (ms) => goOn(ms),
    pending: () => sleepers.size,
    stop: () => clearInterval(turning),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          dueAt: elapsed + ms,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener("abort", onAbort);
            resolve();
          },
        };
        sleepers.add(sleeper);
        nextAt = Math.min(nextAt, sleeper.dueAt);
        signal?.addEventListener("abort", onAbort, { once: true });
      }),
  };
  return { ...clock, elsewhere: { ...clock, now: () => start + elapsed, jump: () => {} } };
}
