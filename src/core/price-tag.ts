import type { Clock } from "./clock.ts";
import { createStop } from "./signals.ts";

/** What one billable unit costs now, kept up to date. */
export interface PriceTag {
  /** Micro-USD. */
  now(): number;
  /** Begins to ask, and goes on asking from time to time. */
  start(): void;
  stop(): Promise<void>;
}

/** Time between two looks, ms, and after one that told nothing. */
export const LOOK_MS = 6 * 60 * 60_000;
export const LOOK_AGAIN_MS = 10 * 60_000;

/** `read` asks the provider; null: it does not tell, and the price stays what it was. It must not reject but for the signal. */
export function createPriceTag(options: {
  readonly read: (signal: AbortSignal) => Promise<number | null>;
  /** Micro-USD, until the provider tells. */
  readonly fallback: number;
  readonly clock: Clock;
  /** Hears of every price that differs from the one before. */
  readonly onChange: (microUsd: number) => void;
}): PriceTag {
  const { read, clock, onChange } = options;
  const stopping = createStop();
  let price = options.fallback;
  let work: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    while (!stopping.signal.aborted) {
      const found = await read(stopping.signal).catch(() => null);
      if (found !== null && found !== price) {
        price = found;
        onChange(found);
      }
      const pause = found === null ? LOOK_AGAIN_MS : LOOK_MS;
      await clock.sleep(pause, stopping.signal).catch(() => undefined);
    }
  }

  return {
    now: () => price,
    start() {
      work = look();
    },
    async stop() {
      stopping.abort("shutdown");
      await work;
    },
  };
}
