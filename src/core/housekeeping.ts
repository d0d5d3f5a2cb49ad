import type { Clock } from "./clock.ts";
import type { JobStore } from "./ports.ts";
import type { Telemetry } from "./telemetry.ts";

/** Forgets jobs that are over for long, so that the store does not grow for ever. */
export interface Housekeeping {
  start(): void;
  stop(): Promise<void>;
}

/** Time between two rounds, ms. */
export const ROUND_MS = 60 * 60_000;
/** Jobs forgotten in one go, and the pause after it, ms: people's requests come first. */
const BATCH = 100;
const BREATH_MS = 200;

/** `keepMs`: how long a finished job is remembered; null: for ever. */
export function createHousekeeping(options: {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly keepMs: number | null;
}): Housekeeping {
  const { store, clock, telemetry, keepMs } = options;
  const stopping = new AbortController();
  let work: Promise<void> = Promise.resolve();

  async function rounds(keep: number): Promise<void> {
    while (!stopping.signal.aborted) {
      const pause = await round(keep).catch((error: unknown) => {
        telemetry({ type: "fault", where: "housekeeping", jobId: null, error });
        return ROUND_MS;
      });
      await clock.sleep(pause, stopping.signal).catch(() => undefined);
    }
  }

  const round = async (keep: number): Promise<number> =>
    (await store.prune(clock.now() - keep, BATCH)) < BATCH ? ROUND_MS : BREATH_MS;

  return {
    start() {
      if (keepMs !== null) work = rounds(keepMs);
    },
    async stop() {
      stopping.abort();
      await work;
    },
  };
}
