import type { Clock } from "./clock.ts";
import type { PlatformAdapter } from "./ports.ts";
import { postNote } from "./post-note.ts";
import { createStop } from "./signals.ts";
import type { Telemetry } from "./telemetry.ts";
import { type Line, wordsView } from "./view.ts";

/** A channel that the owner named: `discord:1234`, `slack:C0123`. */
export interface AlertChannel {
  readonly platform: string;
  readonly channel: string;
}

/** Tells the owner what only the owner can mend, as a message beside log and metric. */
export interface Alerts {
  /** Never throws; goes on trying for a while. The same `topic` is told once until it is cleared. */
  tell(topic: string, title: Line, lines: readonly Line[]): void;
  /** The trouble is over; says so when it was told. */
  clear(topic: string, title: Line): void;
  stop(): Promise<void>;
}

export function createAlerts(options: {
  readonly adapters: ReadonlyMap<string, PlatformAdapter>;
  readonly channels: readonly AlertChannel[];
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}): Alerts {
  const { adapters, channels, clock, telemetry } = options;
  const stopping = createStop();
  const told = new Set<string>();
  const posting = new Set<Promise<void>>();

  function post(title: Line, lines: readonly Line[]): void {
    for (const { platform, channel } of channels) {
      const adapter = adapters.get(platform);
      if (adapter === undefined) continue;
      const note = { adapter, workspace: null, channel, view: wordsView("notice", title, lines) };
      const work: Promise<void> = postNote(note, clock, stopping.signal)
        .catch((error: unknown) => telemetry({ type: "fault", where: "alert", jobId: null, error }))
        .finally(() => posting.delete(work));
      posting.add(work);
    }
  }

  return {
    tell(topic, title, lines) {
      if (told.has(topic)) return;
      told.add(topic);
      telemetry({ type: "alert", topic });
      post(title, lines);
    },
    clear(topic, title) {
      if (told.delete(topic)) post(title, []);
    },
    async stop() {
      stopping.abort("shutdown");
      await Promise.all(posting);
    },
  };
}
