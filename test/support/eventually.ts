import { vi } from "vitest";

/** Far longer than anything takes on a busy machine; only there so that a failure says what was seen instead. */
const PATIENCE_MS = 30_000;

/** What `check` gives as soon as it neither throws nor rejects; looks every 10 ms. @throws its last error */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: PATIENCE_MS, interval: 10 });
}
