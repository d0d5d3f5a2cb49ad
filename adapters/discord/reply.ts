import type { Clock } from "../../src/core/clock.ts";
import type { ReplyRef } from "../../src/core/model.ts";
import type { PictureRules, ReplyHandle } from "../../src/core/ports.ts";
import type { View } from "../../src/core/view.ts";
import { ReplyError } from "../../src/errors.ts";
import { type Address, type InteractionAddress, movedTo, readAddress } from "./address.ts";
import { createPosting } from "./create.ts";
import { DEFAULT_UPLOAD_BYTES, PICTURE_TYPES, TOKEN_LIFE_MS, TOKEN_MARGIN_MS } from "./limits.ts";
import type { Messages } from "./messages.ts";
import { isProgress, renderView } from "./render.ts";
import { CODE, codeOf, replyErrorOf } from "./trouble.ts";

export interface ReplyParts {
  readonly messages: Messages;
  readonly clock: Clock;
}

/**
 * One reply. An interaction's reply is changed by its token while that lives and by the bot's token afterwards, so
 * a job may take longer than the token's fifteen minutes and still ends in the same message.
 */
export function createReplyHandle(
  parts: ReplyParts,
  opened: ReplyRef,
  keep: (ref: ReplyRef) => Promise<void>,
): ReplyHandle {
  const { messages, clock } = parts;
  let ref = opened;
  let address = readAddress(opened);
  /** Set once Discord said that the token is no longer good. */
  let tokenIsDead = false;

  async function move(next: Address): Promise<void> {
    const moved = movedTo(ref, next);
    await keep(moved);
    ref = moved;
    address = next;
  }
  const posting = createPosting({ messages, clock, current: () => address, move });

  function livingToken(): InteractionAddress | null {
    if (address.kind !== "interaction" || tokenIsDead) return null;
    // Where only the token reaches the message Discord says when it is over: our clock may have been set meanwhile.
    if (address.reach === "token") return address;
    return clock.now() < address.since + TOKEN_LIFE_MS - TOKEN_MARGIN_MS ? address : null;
  }

  /** Runs one of two ways to the message: the token's, or the bot's when that is over. */
  async function reach(
    byToken: (token: InteractionAddress, message: string) => Promise<void>,
    byBot: (channel: string, message: string) => Promise<void>,
  ): Promise<void> {
    const { message, channel } = address;
    if (message === null || channel === null) throw new ReplyError("gone", "The reply was never posted.");
    const token = livingToken();
    if (token !== null) {
      try {
        return await byToken(token, message);
      } catch (error) {
        const code = codeOf(error);
        if (code !== CODE.invalidToken && code !== CODE.unknownWebhook) throw replyErrorOf(error);
        // One 401 is enough: they count towards Discord's limit of invalid requests.
        tokenIsDead = true;
      }
    }
    if (address.kind === "interaction" && address.reach === "token")
      throw new ReplyError(
        "expired",
        "The interaction's token is over, and the bot's does not reach the message.",
      );
    await byBot(channel, message).catch((error: unknown) => {
      throw replyErrorOf(error);
    });
  }

  return {
    get ref() {
      return ref;
    },
    get pictures(): PictureRules {
      return { maxBytes: address.maxBytes, types: PICTURE_TYPES };
    },
    get expiresAt() {
      if (address.kind !== "interaction" || address.reach === "bot") return null;
      return address.since + TOKEN_LIFE_MS;
    },
    async create(view: View) {
      await posting.create(view);
      return ref;
    },
    async update(view: View) {
      const message = renderView(view, clock.now());
      const urgency = isProgress(view) ? "progress" : "result";
      try {
        await reach(
          (token, id) => messages.editByToken(token, id, message, urgency),
          (channel, id) => messages.edit(channel, id, message, urgency),
        );
      } catch (error) {
        // The place takes less than it said: from now on only what anybody may upload.
        const isOver = error instanceof ReplyError && error.problem === "too-large";
        if (isOver && address.maxBytes > DEFAULT_UPLOAD_BYTES)
          await move({ ...address, maxBytes: DEFAULT_UPLOAD_BYTES });
        throw error;
      }
    },
    async remove() {
      await reach(
        (token, id) => messages.removeByToken(token, id),
        (channel, id) => messages.remove(channel, id),
      ).catch((error: unknown) => {
        if (!(error instanceof ReplyError && error.problem === "gone")) throw error;
      });
    },
  };
}
