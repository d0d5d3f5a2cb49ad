/** When to poll next, so that a finish is noticed soon with few calls. One for each take followed. */
export interface Pace {
  /** Counts a status call of any kind. */
  called(): void;
  /** Tells that the take was seen being worked on, at `now`, ms. */
  working(now: number): void;
  /** Tells that the take was seen finished. */
  finished(now: number): void;
  /** How long to wait before the next call, ms. */
  next(now: number): number;
}

// Design: at most three status calls a second, averaged over the take.
const AVERAGE_GAP_MS = 340;
const EASY_GAP_MS = 1000;
const DENSEST_GAP_MS = 40;
const REMEMBERED = 30;

/**
 * Remembers how long takes were worked on and paces the polls of the next ones: easily at first, which saves
 * calls, and densely around the expected end, which spends them.
 */
export function createPacing(): { start(now: number): Pace } {
  const durations: number[] = [];

  return {
    start(startedAt) {
      let workingAt: number | null = null;
      let calls = 0;
      return {
        called() {
          calls += 1;
        },
        working(now) {
          workingAt ??= now;
        },
        finished(now) {
          if (workingAt === null) return;
          durations.push(now - workingAt);
          if (durations.length > REMEMBERED) durations.shift();
        },
        next(now) {
          const affordable = startedAt + (calls + 1) * AVERAGE_GAP_MS - now;
          const saved = Math.max(0, -affordable / AVERAGE_GAP_MS);
          return Math.max(wanted(durations, workingAt, now, saved), affordable);
        },
      };
    },
  };
}

function wanted(durations: readonly number[], workingAt: number | null, now: number, saved: number): number {
  if (durations.length === 0) return AVERAGE_GAP_MS;
  if (workingAt === null) return EASY_GAP_MS;
  const sorted = [...durations].sort((a, b) => a - b);
  const earliest = (sorted[Math.floor(sorted.length * 0.1)] ?? 0) * 0.95;
  const latest = (sorted[Math.floor(sorted.length * 0.9)] ?? 0) * 1.1;
  const elapsed = now - workingAt;
  if (elapsed < earliest) return Math.min(EASY_GAP_MS, Math.max(DENSEST_GAP_MS, earliest - elapsed));
  if (elapsed > latest) return AVERAGE_GAP_MS;
  // What was saved is spread over what is left of the time in which the end may come.
  const left = latest - elapsed;
  return Math.max(DENSEST_GAP_MS, left / (saved + left / AVERAGE_GAP_MS + 1));
}
