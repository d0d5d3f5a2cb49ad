import type { Clock } from "./clock.ts";
import type { Job } from "./model.ts";
import { createTally, type Overview } from "./overview.ts";
import type { JobStore } from "./ports.ts";

/** An overview as it was at one moment. */
export interface OverviewReading {
  /** Epoch ms. */
  readonly at: number;
  readonly overview: Overview;
  /** When there was too much to count it all: epoch ms of the newest request that was left out. */
  readonly cutAt: number | null;
}

export interface OverviewReader {
  /** Some seconds old at most, longer where reading takes long. Everybody who asks meanwhile shares one reading. */
  read(): Promise<OverviewReading>;
}

/** Jobs looked at in one reading. */
export const MOST_JOBS = 10_000;
/** Jobs read in one go, and the pause after it, ms: people's requests come first. */
const BATCH = 50;
const BREATH_MS = 1;
/** How long a reading is good for: at least this, ms, and so long that reading takes a twentieth of the time at most. */
const FRESH_MS = 5_000;
const FRESH_TIMES = 20;

/** Reads overviews from the store, which throws as JobStore does. */
export function createOverviewReader(options: {
  readonly store: Pick<JobStore, "history">;
  readonly clock: Clock;
  /** @default MOST_JOBS */
  readonly mostJobs?: number;
}): OverviewReader {
  const { store, clock, mostJobs = MOST_JOBS } = options;
  let last: { readonly reading: OverviewReading; readonly goodUntil: number } | null = null;
  let underWay: Promise<OverviewReading> | null = null;

  async function readAll(): Promise<OverviewReading> {
    const at = clock.now();
    const tally = createTally(at);
    const reading = (cutAt: number | null) => ({ at, overview: tally.overview(), cutAt });
    let counted = 0;
    let oldest: Job | undefined;
    while (true) {
      const batch = await store.history(null, BATCH, oldest);
      for (const job of batch) {
        if (job.createdAt < tally.since) return reading(null);
        if (counted === mostJobs) return reading(job.createdAt);
        tally.add(job);
        counted += 1;
        oldest = job;
      }
      if (batch.length < BATCH) return reading(null);
      await clock.sleep(BREATH_MS);
    }
  }

  async function readFresh(): Promise<OverviewReading> {
    const began = clock.elapsed();
    const reading = await readAll();
    const took = clock.elapsed() - began;
    last = { reading, goodUntil: clock.elapsed() + Math.max(FRESH_MS, FRESH_TIMES * took) };
    return reading;
  }

  return {
    read() {
      if (last !== null && clock.elapsed() < last.goodUntil) return Promise.resolve(last.reading);
      underWay ??= readFresh().finally(() => {
        underWay = null;
      });
      return underWay;
    },
  };
}
