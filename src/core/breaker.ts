import type { Clock } from "./clock.ts";
import { createStop, underSignals } from "./signals.ts";
import type { Telemetry } from "./telemetry.ts";

/**
 * Stops submits while the provider refuses the account (key, lock, balance): the line pauses instead of failing
 * job after job, the owner hears of it once, and from time to time one job is let through to see whether it works
 * again.
 */
export interface Breaker {
  /** Whether the line is paused. */
  isOpen(): boolean;
  /** Resolves when a submit may be tried, or when the signal is aborted. */
  pass(signal: AbortSignal): Promise<void>;
  /** The provider refused the account. */
  trip(): void;
  /** The provider took us for a customer. */
  close(): void;
  /** The submit that was let through told nothing. */
  undecided(): void;
}

/** How long the line rests before one job is let through to see, ms. */
export const PROBE_MS = 60_000;

export function createBreaker(options: {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Called when the line pauses or goes on. */
  readonly onChange: (state: "open" | "closed") => void;
}): Breaker {
  const { clock, telemetry, onChange } = options;
  /** When the next job may try, by `elapsed`; null: closed, everybody may. */
  let probeAt: number | null = null;
  let probing = false;
  let wake = createStop();

  function change(): void {
    wake.abort();
    wake = createStop();
  }

  return {
    isOpen: () => probeAt !== null,
    async pass(signal) {
      while (probeAt !== null && !signal.aborted) {
        const left = probeAt - clock.elapsed();
        if (!probing && left <= 0) {
          probing = true;
          return;
        }
        // Behind a probe only its outcome matters; before it, the time as well.
        const ms = probing ? PROBE_MS : left;
        await underSignals([signal, wake.signal], (either) => clock.sleep(ms, either)).catch(() => undefined);
      }
    },
    trip() {
      const isNew = probeAt === null;
      probeAt = clock.elapsed() + PROBE_MS;
      probing = false;
      change();
      if (!isNew) return;
      telemetry({ type: "breaker", state: "open" });
      onChange("open");
    },
    close() {
      if (probeAt === null) return;
      probeAt = null;
      probing = false;
      change();
      telemetry({ type: "breaker", state: "closed" });
      onChange("closed");
    },
    undecided() {
      if (probeAt === null || !probing) return;
      probing = false;
      probeAt = clock.elapsed() + PROBE_MS;
      change();
    },
  };
}
