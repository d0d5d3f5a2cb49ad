import type { Clock } from "../../src/core/clock.ts";
import { POST_GAP_MS, UPDATE_BUDGET } from "./limits.ts";

/** One post at a time and channel, a second apart, first come first served. */
export interface PostLanes {
  /** Makes the call when it is its turn. Other channels do not wait. */
  run<T>(channel: string, call: () => Promise<T>): Promise<T>;
  /** Slack asked for patience in this channel. */
  pause(channel: string, ms: number): void;
}

interface Lane {
  tail: Promise<void>;
  freeAt: number;
  inLine: number;
}

export function createPostLanes(clock: Clock): PostLanes {
  const lanes = new Map<string, Lane>();

  function laneOf(channel: string): Lane {
    for (const [other, lane] of lanes)
      if (lane.inLine === 0 && lane.freeAt <= clock.now()) lanes.delete(other);
    const lane = lanes.get(channel) ?? { tail: Promise.resolve(), freeAt: 0, inLine: 0 };
    lanes.set(channel, lane);
    return lane;
  }

  return {
    async run(channel, call) {
      const lane = laneOf(channel);
      const before = lane.tail;
      let leave = () => {};
      lane.tail = new Promise((resolve) => {
        leave = resolve;
      });
      lane.inLine += 1;
      await before;
      try {
        for (let now = clock.now(); now < lane.freeAt; now = clock.now())
          await clock.sleep(lane.freeAt - now);
        return await call();
      } finally {
        // Counted from the answer: however late a call arrived, the next one arrives a second after it.
        lane.freeAt = Math.max(lane.freeAt, clock.now() + POST_GAP_MS);
        lane.inLine -= 1;
        leave();
      }
    },
    pause(channel, ms) {
      const lane = laneOf(channel);
      lane.freeAt = Math.max(lane.freeAt, clock.now() + ms);
    },
  };
}

/**
 * chat.update's minute, shared by all replies of a workspace. Each reply that showed progress has one place kept
 * for its result, so progress thins out as more replies are open, and results wait for nobody but each other.
 */
export interface UpdateBudget {
  /** ms until this reply may show progress; 0: now, and it is counted. */
  progress(reply: string): number;
  /** Resolves when there is a place for this reply's result, and counts it. */
  result(reply: string): Promise<void>;
  /** Slack asked for patience. */
  pause(ms: number): void;
}

/** A reply that showed nothing for so long is not waited for, ms. */
const FORGOTTEN_MS = 15 * 60_000;

export function createUpdateBudget(clock: Clock): UpdateBudget {
  const used: number[] = [];
  const open = new Map<string, number>();
  let closedUntil = 0;
  let results = 0;

  /** ms until fewer than `most` places of the window are taken. */
  function waitFor(most: number): number {
    const now = clock.now();
    while ((used[0] ?? now) <= now - UPDATE_BUDGET.windowMs) used.shift();
    const taken = used.length - most;
    const blocking = taken < 0 ? undefined : used[taken];
    const wait = blocking === undefined ? 0 : blocking + UPDATE_BUDGET.windowMs - now;
    return Math.max(wait, closedUntil - now, 0);
  }

  return {
    progress(reply) {
      const now = clock.now();
      for (const [other, at] of open) if (at <= now - FORGOTTEN_MS) open.delete(other);
      open.set(reply, now);
      const wait = waitFor(Math.max(1, UPDATE_BUDGET.count - open.size));
      // A result that waits goes first, whatever the window says.
      if (results > 0) return Math.max(wait, 1000);
      if (wait === 0) used.push(now);
      return wait;
    },
    async result(reply) {
      open.delete(reply);
      results += 1;
      try {
        for (let wait = waitFor(UPDATE_BUDGET.count); wait > 0; wait = waitFor(UPDATE_BUDGET.count)) {
          await clock.sleep(wait);
        }
        used.push(clock.now());
      } finally {
        results -= 1;
      }
    },
    pause(ms) {
      closedUntil = Math.max(closedUntil, clock.now() + ms);
    },
  };
}
