/** How long a take is at the provider, from our own history. */
export interface Estimate {
  /** ms a take was at the provider. */
  learn(ms: number): void;
  /** Median of the last twenty, ms; null before the first. */
  typicalMs(): number | null;
}

const REMEMBERED = 20;

export function createEstimate(): Estimate {
  const recent: number[] = [];
  return {
    learn(ms) {
      recent.push(ms);
      if (recent.length > REMEMBERED) recent.shift();
    },
    typicalMs() {
      const sorted = [...recent].sort((a, b) => a - b);
      return sorted[Math.floor(sorted.length / 2)] ?? null;
    },
  };
}

/**
 * Epoch ms at which a job with `ahead` others before it should be painted: it needs one turn for itself and one
 * for each full round of the places at the provider before it. Null when nothing is known yet.
 */
export function expectedEnd(
  now: number,
  ahead: number,
  concurrency: number,
  typicalMs: number | null,
): number | null {
  if (typicalMs === null) return null;
  return now + (Math.floor(ahead / concurrency) + 1) * typicalMs + (ahead > 0 ? typicalMs / 2 : 0);
}
