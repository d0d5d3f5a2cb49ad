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
      if (lane.inLine === 0 && lane.freeAt <= clock.elapsed()) lanes.delete(other);
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
        for (let now = clock.elapsed(); now < lane.freeAt; now = clock.elapsed())
          await clock.sleep(lane.freeAt - now);
        return await call();
      } finally {
        // Counted from the answer: however late a call arrived, the next one arrives a second after it.
        lane.freeAt = Math.max(lane.freeAt, clock.elapsed() + POST_GAP_MS);
        lane.inLine -= 1;
        leave();
      }
    },
    pause(channel, ms) {
      const lane = laneOf(channel);
      lane.freeAt = Math.max(lane.freeAt, clock.elapsed() + ms);
    },
  };
}

/**
 * chat.update's minute, shared by all replies of a workspace. Each reply that showed progress has one place kept
 * for its result, so progress thins out as more replies are open; while a result waits for a place, nothing else gets one.
 */
export interface UpdateBudget {
  /** ms until this reply may show progress; 0: now, and it is counted. */
  progress(reply: string): number;
  /** ms until this reply may show its result; 0: now, and it is counted. Results wait for nobody but each other. */
  result(reply: string): number;
  /** Slack asked for patience. */
  pause(ms: number): void;
}

/** A reply that showed nothing for so long has no place kept, ms. */
const FORGOTTEN_MS = 15 * 60_000;
/** A result that was not asked for again for so long was given up, ms. */
const GIVEN_UP_MS = 90_000;
/** Progress looks again after so long while results wait, ms. */
const HOLD_MS = 1000;

export function createUpdateBudget(clock: Clock): UpdateBudget {
  const used: number[] = [];
  const open = new Map<string, number>();
  const owed = new Map<string, number>();
  let closedUntil = 0;

  /** ms until fewer than `most` places of the window are taken. */
  function waitFor(most: number): number {
    const now = clock.elapsed();
    while ((used[0] ?? now) <= now - UPDATE_BUDGET.windowMs) used.shift();
    const blocking = used.length < most ? undefined : used[used.length - most];
    const wait = blocking === undefined ? 0 : blocking + UPDATE_BUDGET.windowMs - now;
    return Math.max(wait, closedUntil - now, 0);
  }

  return {
    progress(reply) {
      forget(open, clock.elapsed() - FORGOTTEN_MS);
      forget(owed, clock.elapsed() - GIVEN_UP_MS);
      open.set(reply, clock.elapsed());
      const wait = waitFor(Math.max(1, UPDATE_BUDGET.count - open.size));
      if (owed.size > 0) return Math.max(wait, HOLD_MS);
      if (wait === 0) used.push(clock.elapsed());
      return wait;
    },
    result(reply) {
      open.delete(reply);
      owed.delete(reply);
      const wait = waitFor(UPDATE_BUDGET.count);
      if (wait === 0) used.push(clock.elapsed());
      else owed.set(reply, clock.elapsed());
      return wait;
    },
    pause(ms) {
      closedUntil = Math.max(closedUntil, clock.elapsed() + ms);
    },
  };
}

function forget(map: Map<string, number>, until: number): void {
  for (const [key, at] of map) if (at <= until) map.delete(key);
}
