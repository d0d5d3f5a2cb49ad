import type { Clock } from "./clock.ts";
import type { PlatformLimits } from "./ports.ts";

/**
 * The progress edits that all replies of one scope share. Results are not counted, but they come first: while
 * one is being shown, progress in that scope holds still.
 */
export interface EditBudget {
  /** ms until a progress edit may go out in this scope; 0: now, and it is counted. */
  claim(scope: string): number;
  /** Runs the sending of a result, and holds progress back meanwhile. */
  result<T>(scope: string, send: () => Promise<T>): Promise<T>;
}

/** How long progress waits before it asks again while results are going out, ms. */
const HOLD_MS = 100;

interface ScopeUse {
  readonly sentAt: number[];
  results: number;
}

export function createEditBudget(limits: PlatformLimits, clock: Clock): EditBudget {
  const { count, windowMs } = limits.sharedEdits;
  const scopes = new Map<string, ScopeUse>();
  const useOf = (scope: string): ScopeUse => {
    const known = scopes.get(scope) ?? { sentAt: [], results: 0 };
    scopes.set(scope, known);
    return known;
  };
  return {
    claim(scope) {
      const use = useOf(scope);
      if (use.results > 0) return HOLD_MS;
      const now = clock.elapsed();
      while ((use.sentAt[0] ?? now) <= now - windowMs) use.sentAt.shift();
      const oldest = use.sentAt[0];
      if (oldest !== undefined && use.sentAt.length >= count) return oldest + windowMs - now;
      use.sentAt.push(now);
      return 0;
    },
    async result(scope, send) {
      const use = useOf(scope);
      use.results += 1;
      try {
        return await send();
      } finally {
        use.results -= 1;
      }
    },
  };
}
