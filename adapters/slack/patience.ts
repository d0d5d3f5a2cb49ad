import type { Clock } from "../../src/core/clock.ts";

/** How long an event waits for what Slack knows about its person, ms: it has three seconds to be acknowledged in. */
const PATIENCE_MS = 1000;

/** What comes of the work if it comes soon, else null; the work goes on all the same. */
export async function soon<T>(clock: Clock, work: Promise<T>): Promise<T | null> {
  const over = new AbortController();
  const late = clock.sleep(PATIENCE_MS, over.signal).then(
    () => null,
    () => null,
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}
