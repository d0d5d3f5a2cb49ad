/** One rate limit: so many requests in a window of true time. */
export interface BucketRule {
  readonly limit: number;
  readonly windowMs: number;
}

/**
 * Sizes as bots see them in headers. Discord says they must not be hard coded (topics/rate-limits); only the
 * emulator may.
 */
export const REAL_SIZED: Readonly<Record<string, BucketRule>> = {
  "message.create": { limit: 5, windowMs: 5_000 },
  "message.edit": { limit: 5, windowMs: 5_000 },
  "message.delete": { limit: 5, windowMs: 1_000 },
  reaction: { limit: 1, windowMs: 250 },
  "webhook.create": { limit: 5, windowMs: 2_000 },
  "webhook.edit": { limit: 5, windowMs: 2_000 },
  "webhook.get": { limit: 5, windowMs: 2_000 },
  "webhook.delete": { limit: 5, windowMs: 2_000 },
};

/** What is limited to 50 a second per bot; interactions' own endpoints are not. Source: topics/rate-limits. */
export const GLOBAL_RULE: BucketRule = { limit: 50, windowMs: 1_000 };

export interface Verdict {
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds to wait when refused. */
  readonly retryAfter: number | null;
  readonly global: boolean;
}

interface Window {
  used: number;
  endsAt: number;
}

/** Counts requests. `now` is true time: real clients wait for it. */
export function createBuckets(
  rules: Readonly<Record<string, BucketRule>>,
  globalRule: BucketRule,
  now: () => number = Date.now,
) {
  const windows = new Map<string, Window>();
  const take = (key: string, rule: BucketRule): Window => {
    const current = windows.get(key);
    if (current && current.endsAt > now()) return current;
    const fresh = { used: 0, endsAt: now() + rule.windowMs };
    windows.set(key, fresh);
    return fresh;
  };
  return {
    /** `route` names the rule, `major` the channel, guild or webhook it counts for. */
    pass(route: string, major: string, counted: "global" | "apart"): Verdict {
      if (counted === "global") {
        const whole = take("global", globalRule);
        if (whole.used >= globalRule.limit) {
          const wait = Math.max(0.001, (whole.endsAt - now()) / 1000);
          return { headers: {}, retryAfter: wait, global: true };
        }
        whole.used += 1;
      }
      const rule = rules[route];
      if (!rule) return { headers: {}, retryAfter: null, global: false };
      const window = take(`${route}:${major}`, rule);
      const left = Math.max(0.001, (window.endsAt - now()) / 1000);
      const full = window.used >= rule.limit;
      if (!full) window.used += 1;
      return {
        headers: {
          "X-RateLimit-Limit": String(rule.limit),
          "X-RateLimit-Remaining": String(rule.limit - window.used),
          "X-RateLimit-Reset": (window.endsAt / 1000).toFixed(3),
          "X-RateLimit-Reset-After": left.toFixed(3),
          "X-RateLimit-Bucket": Buffer.from(route).toString("hex").slice(0, 32),
        },
        retryAfter: full ? left : null,
        global: false,
      };
    },
  };
}
