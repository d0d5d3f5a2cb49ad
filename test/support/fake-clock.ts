import type { Clock } from "../../src/core/clock.ts";

/** A clock that stands still until told to move. */
export interface FakeClock extends Clock {
  /**
   * Moves time forward by `ms`, waking each sleeper at its own moment, earliest first (first to lie down first
   * among equals). What a sleeper started settles before the next one wakes, so a sleeper that lies down again
   * within the span is woken again.
   */
  advance(ms: number): Promise<void>;
  /** Sets the machine's clock forward or back by `ms`; nobody's sleep ends sooner or later for it. */
  jump(ms: number): void;
  /** How many are asleep. */
  pending(): number;
}

interface Sleeper {
  readonly dueAt: number;
  readonly wake: () => void;
}

/** @default start 2026-01-01T00:00:00Z, epoch ms */
export function createFakeClock(start: number = Date.UTC(2026, 0, 1)): FakeClock {
  let now = 0;
  let offset = start;
  const sleepers = new Set<Sleeper>();

  return {
    now: () => offset + now,
    elapsed: () => now,
    jump: (ms) => {
      offset += ms;
    },
    pending: () => sleepers.size,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          dueAt: now + Math.max(0, ms),
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener("abort", onAbort);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", onAbort, { once: true });
      }),
    advance: async (ms) => {
      const end = now + ms;
      await settle();
      for (let next = earliest(sleepers, end); next !== null; next = earliest(sleepers, end)) {
        now = Math.max(now, next.dueAt);
        next.wake();
        await settle();
      }
      now = Math.max(now, end);
    },
  };
}

/** Lets every promise that can settle without time or I/O do so: a macrotask runs after all microtasks. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function earliest(sleepers: ReadonlySet<Sleeper>, until: number): Sleeper | null {
  let found: Sleeper | null = null;
  for (const sleeper of sleepers) {
    if (sleeper.dueAt <= until && (found === null || sleeper.dueAt < found.dueAt)) found = sleeper;
  }
  return found;
}
