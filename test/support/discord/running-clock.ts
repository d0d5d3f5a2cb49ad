import { systemClock } from "../../../src/core/clock.ts";
import type { FakeClock } from "../fake-clock.ts";

/**
 * True time that can be put forward: for whole-product tests, where the bot is another process with a clock of its
 * own. Sleepers sleep in true time.
 */
export function createRunningClock(): FakeClock {
  let offset = 0;
  return {
    ...systemClock,
    now: () => Date.now() + offset,
    advance: async (ms) => {
      offset += ms;
    },
    jump: (ms) => {
      offset += ms;
    },
    pending: () => 0,
  };
}
