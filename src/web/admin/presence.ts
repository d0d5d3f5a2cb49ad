import type { Clock } from "../../core/clock.ts";
import type { WirePlatform } from "./page/wire.ts";

/** Which platforms are connected, and since when. */
export interface Presence {
  list(): readonly WirePlatform[];
  /** Keeps looking until the signal is aborted, so that a change is known to the second. */
  watch(signal: AbortSignal): Promise<void>;
}

const LOOK_MS = 1000;

export function createPresence(options: {
  /** Each configured platform and whether its events arrive now. */
  readonly platforms: () => Readonly<Record<string, boolean>>;
  readonly clock: Clock;
}): Presence {
  const { platforms, clock } = options;
  const known = new Map<string, WirePlatform>();

  function list(): readonly WirePlatform[] {
    return Object.entries(platforms()).map(([name, isConnected]) => {
      const before = known.get(name);
      if (before?.isConnected === isConnected) return before;
      const platform = { name, isConnected, since: clock.now() };
      known.set(name, platform);
      return platform;
    });
  }

  return {
    list,
    async watch(signal) {
      while (!signal.aborted) {
        list();
        await clock.sleep(LOOK_MS, signal).catch(() => undefined);
      }
    },
  };
}
