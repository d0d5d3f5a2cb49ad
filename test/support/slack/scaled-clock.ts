import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../../../src/core/clock.ts";

/** A real clock that runs `factor` times as fast, for tests in which real sockets and long waits meet. */
export function createScaledClock(factor: number): Clock {
  const startedAt = performance.now();
  const epoch = Date.now();
  const elapsed = () => (performance.now() - startedAt) * factor;
  return {
    now: () => Math.round(epoch + elapsed()),
    elapsed,
    sleep: (ms, signal) => wait(ms / factor, undefined, { ref: false, ...(signal && { signal }) }),
  };
}
