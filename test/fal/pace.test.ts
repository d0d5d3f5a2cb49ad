import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPacing } from "../../src/fal/pace.ts";

/** Polls one take of `durationMs`; gives the number of calls and how late the finish was noticed. */
function play(
  pacing: ReturnType<typeof createPacing>,
  durationMs: number,
): { calls: number; lateMs: number } {
  const pace = pacing.start(0);
  let calls = 0;
  for (let now = pace.next(0); ; now += pace.next(now)) {
    pace.called();
    calls += 1;
    pace.working(now);
    if (now < durationMs) continue;
    pace.finished(now);
    return { calls, lateMs: now - durationMs };
  }
}

describe("the pace of polls", () => {
  it("stays within three calls a second, averaged over any take", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 400, max: 60_000 }), { minLength: 1, maxLength: 40 }),
        (durations) => {
          const pacing = createPacing();
          for (const durationMs of durations) {
            const { calls, lateMs } = play(pacing, durationMs);
            expect(calls / ((durationMs + lateMs) / 1000)).toBeLessThanOrEqual(3);
          }
        },
      ),
    );
  });

  it("notices sooner once it knows how long takes last", () => {
    const pacing = createPacing();
    const late = Array.from({ length: 60 }, (_, at) => play(pacing, 8000 + ((at * 617) % 1000)).lateMs);
    const median = late.slice(20).sort((a, b) => a - b)[20] ?? Number.NaN;
    expect(median).toBeLessThan(60);
  });
});
