import { ReplyError } from "../errors.ts";
import type { Clock } from "./clock.ts";

/** Pauses between tries while a platform is away, ms; the last one repeats. */
const AWAY_PAUSES_MS = [500, 2_000, 5_000, 15_000, 30_000, 60_000, 120_000] as const;
/** Pause after a fault of our own (a broken store, say), ms. */
export const FAULT_PAUSE_MS = 5_000;

/** Whether a platform's trouble may pass by itself. */
export function mayPass(error: unknown): error is ReplyError {
  return error instanceof ReplyError && (error.problem === "unavailable" || error.problem === "paced");
}

/** Tries until the platform is back. @throws whatever is no passing trouble, or the signal's reason. */
export async function whileAway<T>(clock: Clock, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!mayPass(error)) throw error;
      const pause = AWAY_PAUSES_MS[Math.min(tries, AWAY_PAUSES_MS.length - 1)] ?? 0;
      await clock.sleep(error.retryAfterMs ?? pause, signal);
    }
  }
}

/** Waits faults of our own out. @throws ReplyError, or the signal's reason. */
export async function whileBroken<T>(
  clock: Clock,
  signal: AbortSignal,
  onFault: (error: unknown) => void,
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ReplyError || signal.aborted) throw error;
      onFault(error);
      await clock.sleep(FAULT_PAUSE_MS, signal);
    }
  }
}
