import type { Clock } from "../../../src/core/clock.ts";

/** Calls a minute, per method and workspace (docs.slack.dev, rate limits). */
const TIERS: Readonly<Record<string, number>> = {
  "chat.update": 50,
  "chat.delete": 50,
  "chat.postEphemeral": 100,
  "files.getUploadURLExternal": 100,
  "files.completeUploadExternal": 100,
  "files.info": 100,
  "files.delete": 50,
  "views.open": 100,
  "views.publish": 100,
  "users.info": 100,
  "usergroups.list": 20,
  "conversations.open": 50,
};

const MINUTE_MS = 60_000;
const POST_GAP_MS = 1000;

/** Slack's patience. */
export interface Rates {
  /** Seconds to wait, or null when the call may go on (it is counted then). */
  check(method: string, channel: string): number | null;
}

/** Every call counts, the refused ones too are not; chat.postMessage is one a second and channel. */
export function createRates(clock: Clock): Rates {
  const calls = new Map<string, number[]>();
  const posts = new Map<string, number>();
  return {
    check(method, channel) {
      const now = clock.now();
      if (method === "chat.postMessage") {
        const last = posts.get(channel) ?? Number.NEGATIVE_INFINITY;
        if (now - last < POST_GAP_MS) return 1;
        posts.set(channel, now);
        return null;
      }
      const most = TIERS[method];
      if (most === undefined) return null;
      const recent = (calls.get(method) ?? []).filter((at) => at > now - MINUTE_MS);
      calls.set(method, recent);
      const oldest = recent[0];
      if (oldest !== undefined && recent.length >= most)
        return Math.max(1, Math.ceil((oldest + MINUTE_MS - now) / 1000));
      recent.push(now);
      return null;
    },
  };
}

/** For tests that are about something else. */
export const noRates: Rates = { check: () => null };
