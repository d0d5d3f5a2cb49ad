import type { Clock } from "./clock.ts";
import type { Records } from "./ports.ts";

/**
 * Tells a press from its repeat. Platforms may hand a reaction over any number of times and give it no id, so the
 * same message, person and emoji within minutes is a repeat, unless the reaction was removed in between. Durable,
 * because a repeat may come after a restart; a double click cannot, so buttons are remembered here alone.
 */
export interface Presses {
  /** Null for a repeat; else a delivery id for this press. */
  reaction(messageKey: string, person: string, emoji: string, deliveryId: string): Promise<string | null>;
  removed(messageKey: string, person: string, emoji: string): Promise<void>;
  /** False when the same person pressed the same button a moment ago. */
  button(jobId: string, person: string, intent: string): boolean;
}

/** How long the same reaction counts as a repeat, ms. */
export const REACTION_REPEAT_MS = 10 * 60_000;
/** How long a second press of a button counts as a double click, ms. */
export const DOUBLE_CLICK_MS = 1_500;

export function createPresses(records: Records<string>, clock: Clock): Presses {
  /** When each button was last pressed, by `elapsed`; in that order. */
  const pressed = new Map<string, number>();
  const keyOf = (...parts: string[]) => parts.map(encodeURIComponent).join("/");
  return {
    async reaction(messageKey, person, emoji, deliveryId) {
      const key = keyOf("reaction", messageKey, person, emoji);
      if (await records.insert(key, deliveryId, REACTION_REPEAT_MS)) return deliveryId;
      // The very same delivery again, say after a crash between this record and the job: the job's own id decides.
      return (await records.get(key)) === deliveryId ? deliveryId : null;
    },
    removed: (messageKey, person, emoji) => records.remove(keyOf("reaction", messageKey, person, emoji)),
    button(jobId, person, intent) {
      const now = clock.elapsed();
      for (const [key, at] of pressed) if (now - at >= DOUBLE_CLICK_MS) pressed.delete(key);
      const key = keyOf(jobId, person, intent);
      if (pressed.has(key)) return false;
      pressed.set(key, now);
      return true;
    },
  };
}
