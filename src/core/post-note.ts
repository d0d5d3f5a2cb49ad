import { ReplyError } from "../errors.ts";
import type { Clock } from "./clock.ts";
import type { PlatformAdapter } from "./ports.ts";
import type { View } from "./view.ts";

/** A message of the bot's own, not an answer to anything. */
export interface Note {
  readonly adapter: PlatformAdapter;
  readonly workspace: string | null;
  readonly channel: string;
  readonly view: View;
  /** How often it is tried. @default until the platform has been away for minutes */
  readonly tries?: number;
}

/** Pauses between tries while the platform is away or asks for patience, ms. */
const PAUSES_MS = [1_000, 5_000, 15_000, 60_000, 300_000] as const;

/** Posts a note once, waiting the platform's trouble out. @throws ReplyError, or the signal's reason. */
export async function postNote(
  { adapter, workspace, channel, view, tries = PAUSES_MS.length + 1 }: Note,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  // One address for all tries, so that a try whose answer was lost is found again where the platform can.
  const handle = adapter.openReply(adapter.channelRef(workspace, channel), async () => undefined);
  for (let tried = 1; ; tried += 1) {
    try {
      await handle.create(view);
      return;
    } catch (error) {
      const pause = PAUSES_MS[tried - 1];
      const passing =
        error instanceof ReplyError && (error.problem === "unavailable" || error.problem === "paced");
      if (!passing || pause === undefined || tried >= tries) throw error;
      await clock.sleep(error.retryAfterMs ?? pause, signal);
    }
  }
}
