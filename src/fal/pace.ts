/** When to poll next, so that a finish is noticed soon with few calls. One for each take followed. */
export interface Pace {
  /** Tells that the take was seen being worked on, at `now`, epoch ms. */
  working(now: number): void;
  /** Tells that the take was seen finished. */
  finished(now: number): void;
  /** Counts a status call and says how long to wait before the next one, ms. */
  next(now: number): number;
}

// Design: at most three status calls a second, averaged over the take. A little less, for what streams cost.
const AVERAGE_GAP_MS = 360;
const EASY_GAP_MS = 700;
const DENSE_GAP_MS = 60;
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
        working(now) {
          workingAt ??= now;
        },
        finished(now) {
          if (workingAt === null) return;
          durations.push(now - workingAt);
          if (durations.length > REMEMBERED) durations.shift();
        },
        next(now) {
          calls += 1;
          const affordable = startedAt + calls * AVERAGE_GAP_MS - now;
          return Math.max(wanted(durations, workingAt, now), Math.min(affordable, AVERAGE_GAP_MS));
        },
      };
    },
  };
}

function wanted(durations: readonly number[], workingAt: number | null, now: number): number {
  if (durations.length === 0) return AVERAGE_GAP_MS;
  if (workingAt === null) return EASY_GAP_MS;
  const sorted = [...durations].sort((a, b) => a - b);
  const earliest = sorted[Math.floor(sorted.length * 0.1)] ?? 0;
  const latest = sorted[Math.floor(sorted.length * 0.9)] ?? 0;
  const elapsed = now - workingAt;
  if (elapsed < earliest * 0.9)
    return Math.min(EASY_GAP_MS, Math.max(DENSE_GAP_MS, earliest * 0.9 - elapsed));
  return elapsed <= latest * 1.1 ? DENSE_GAP_MS : AVERAGE_GAP_MS;
}
