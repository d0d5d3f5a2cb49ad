import type { Clock } from "../../src/core/clock.ts";
import type { View } from "../../src/core/view.ts";
import { ReplyError } from "../../src/errors.ts";
import { directAddressOf, refOf } from "./address.ts";
import { WHISPER_GAP_MS } from "./limits.ts";
import { createReplyHandle, type ReplyParts } from "./reply.ts";

/**
 * Private words to people who only reacted: Discord has no way but a direct message, so each person gets one an
 * hour at most. Resolves in silence when there may be none, or their messages are closed.
 */
export type Whisper = (user: string, view: View) => Promise<void>;

export function createWhisper(
  parts: ReplyParts & { readonly clock: Clock },
  applicationId: () => string,
): Whisper {
  const lastTo = new Map<string, number>();
  return async (user, view) => {
    const now = parts.clock.elapsed();
    for (const [known, at] of lastTo) if (now - at >= WHISPER_GAP_MS) lastTo.delete(known);
    if (lastTo.has(user)) return;
    // Noted before it is sent: two reactions at once make one word.
    lastTo.set(user, now);
    const ref = refOf(directAddressOf(user), applicationId());
    try {
      await createReplyHandle(parts, ref, async () => undefined).create(view);
    } catch (error) {
      if (!(error instanceof ReplyError && error.problem === "closed")) throw error;
    }
  };
}
