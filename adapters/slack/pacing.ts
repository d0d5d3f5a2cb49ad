import type { Clock } from "../../src/core/clock.ts";
import { POST_GAP_MS, UPDATE_BUDGET } from "./limits.ts";

/** The places for posts: one a second and channel, first come first served. */
export interface PostLanes {
  /** Resolves when it is this post's turn. */
  turn(channel: string): Promise<void>;
  /** Slack asked for patience in this channel. */
  pause(channel: string, ms: number): void;
}

export function createPostLanes(clock: Clock): PostLanes {
  const freeAt = new Map<string, number>();
  return {
    async turn(channel) {
      const now = clock.now();
      for (const [other, at] of freeAt) if (at <= now) freeAt.delete(other);
      const at = Math.max(now, freeAt.get(channel) ?? now);
      freeAt.set(channel, at + POST_GAP_MS);
      if (at > now) await clock.sleep(at - now);
    },
    pause(channel, ms) {
      freeAt.set(channel, Math.max(freeAt.get(channel) ?? 0, clock.now() + ms));
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
