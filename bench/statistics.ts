/** What many measurements of one thing come to. In the unit of the measurements. */
export interface Spread {
  readonly count: number;
  readonly min: number;
  readonly median: number;
  readonly p95: number;
  readonly max: number;
  readonly mean: number;
}

/** Nearest-rank percentiles: every figure but the mean is one that was measured. @throws when there is none. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error("Nothing was measured");
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return {
    count: sorted.length,
    min: rank(0),
    median: rank(0.5),
    p95: rank(0.95),
    max: rank(1),
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
  };
}
