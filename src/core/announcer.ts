import type { LiveJobs } from "./live.ts";
import type { CoreParts } from "./parts.ts";

/** The one place that refreshes the replies of all who wait, instead of every job for itself. */
export interface Announcer {
  /** The line moved: everybody's place is looked at again soon. */
  moved(): void;
  stop(): void;
}

/** Least time between two looks at the whole line, ms. */
const REFRESH_MS = 500;

export function createAnnouncer(parts: CoreParts, lives: LiveJobs): Announcer {
  const { queue, store, clock, telemetry } = parts;
  const stopped = new AbortController();
  let due = false;
  let refreshing = false;

  async function refresh(): Promise<void> {
    refreshing = true;
    try {
      while (due) {
        due = false;
        for (const [id, live] of lives.all()) {
          if (!live.waiting) continue;
          const ahead = await queue.ahead(id);
          const job = ahead === null ? null : await store.get(id);
          if (ahead !== null && job !== null && live.waiting) live.showPlace(job, ahead);
        }
        await clock.sleep(REFRESH_MS, stopped.signal).catch(() => undefined);
      }
    } catch (error) {
      telemetry({ type: "fault", where: "announcer", jobId: null, error });
    } finally {
      refreshing = false;
    }
  }

  return {
    moved() {
      due = !stopped.signal.aborted;
      if (due && !refreshing) void refresh();
    },
    stop() {
      due = false;
      stopped.abort();
    },
  };
}
