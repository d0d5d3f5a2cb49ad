import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../../../src/core/clock.ts";

/** A real clock that runs `factor` times as fast, for tests in which real sockets and long waits meet. */
export interface ScaledClock extends Clock {
  /** Sets it forward or back by `ms`; nobody's sleep ends sooner or later for it. */
  jump(ms: number): void;
}

export function createScaledClock(factor: number): ScaledClock {
  const startedAt = performance.now();
  let offset = Date.now();
  const elapsed = () => (performance.now() - startedAt) * factor;
  return {
    now: () => Math.round(offset + elapsed()),
    elapsed,
    jump: (ms) => {
      offset += ms;
    },
    sleep: (ms, signal) => wait(ms / factor, undefined, { ref: false, ...(signal && { signal }) }),
  };
}
