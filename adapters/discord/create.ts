import type { Clock } from "../../src/core/clock.ts";
import type { View } from "../../src/core/view.ts";
import { ReplyError } from "../../src/errors.ts";
import type { Address, ChannelAddress, DirectAddress, InteractionAddress } from "./address.ts";
import { readCustomId } from "./custom-id.ts";
import { checkDocuments } from "./documents.ts";
import { TOKEN_LIFE_MS } from "./limits.ts";
import type { Messages } from "./messages.ts";
import { flattenNodes, type MessageAnswer } from "./payload.ts";
import { type RenderedMessage, renderView } from "./render.ts";
import { CODE, codeOf, replyErrorOf } from "./trouble.ts";

export interface PostingParts {
  readonly messages: Messages;
  readonly clock: Clock;
  current(): Address;
  /** Stores the changed address before it is used. */
  move(next: Address): Promise<void>;
}

/** Discord's flag for a message that only one person sees (resources/message#message-flags). */
const EPHEMERAL = 1 << 6;

/** The first post of a reply, which may have been tried before with its outcome unknown. */
export function createPosting({ messages, clock, current, move }: PostingParts) {
  async function create(view: View): Promise<void> {
    const address = current();
    if (address.message !== null) return;
    checkDocuments(view, address.maxBytes);
    const message = renderView(view, clock.now());
    try {
      switch (address.kind) {
        case "interaction":
          return await answer(address, view, message);
        case "channel":
          return await post(address, message);
        case "direct":
          return await postPrivately(address, message);
      }
    } catch (error) {
      throw replyErrorOf(error);
    }
  }

  /** Asks Discord what became of the acknowledgement, and posts what is missing. */
  async function answer(address: InteractionAddress, view: View, message: RenderedMessage): Promise<void> {
    const isOver = address.reach === "bot" && clock.now() >= address.since + TOKEN_LIFE_MS;
    const original = isOver ? "unanswered" : await originalOf(address);
    const isOurs = typeof original === "object" && original.id !== address.source;
    if (isOurs && !(original.flags & EPHEMERAL)) return move({ ...address, message: original.id });
    // Acknowledged in another way (privately first): a follow-up of ours may stand.
    const stands = isOver || original !== "unanswered" ? await findByJob(address, view) : null;
    if (stands !== null) return move({ ...address, message: stands });
    // While a private line waits, a first follow-up would fill it instead of being public.
    if (isOurs) await messages.removeByToken(address, null);
    const posted = isOver ? null : await followUp(address, message);
    if (posted !== null) return move({ ...address, message: posted.id });
    if (address.reach === "token")
      throw new ReplyError(
        "expired",
        "The interaction is over, and the bot's token does not reach its channel.",
      );
    await postInstead(address, message);
  }

  /** Null when Discord does not know the token (any more). */
  async function followUp(
    address: InteractionAddress,
    message: RenderedMessage,
  ): Promise<MessageAnswer | null> {
    try {
      return await messages.followUp(address, message, 0);
    } catch (error) {
      const code = codeOf(error);
      if (code === CODE.unknownWebhook || code === CODE.invalidToken) return null;
      throw error;
    }
  }

  async function originalOf(address: InteractionAddress): Promise<MessageAnswer | "unanswered" | "removed"> {
    try {
      return await messages.read(address, null);
    } catch (error) {
      const code = codeOf(error);
      if (code === CODE.unknownMessage) return "removed";
      if (code === CODE.unknownWebhook || code === CODE.invalidToken) return "unanswered";
      throw error;
    }
  }

  /** A message of ours whose buttons carry the job. Best effort: without the permission to look there is none. */
  async function findByJob(address: InteractionAddress, view: View): Promise<string | null> {
    if (address.reach === "token" || view.jobId === null) return null;
    try {
      const later = await messages.after(address.channel, address.interaction);
      return later.find((one) => isOfJob(one, address.application, view.jobId))?.id ?? null;
    } catch (error) {
      if (codeOf(error) === null) throw error;
      return null;
    }
  }

  /** The interaction never got its answer in time: the bot says it in the channel. */
  async function postInstead(address: InteractionAddress, message: RenderedMessage): Promise<void> {
    const { guild, channel, maxBytes, nonce } = address;
    const instead: ChannelAddress = {
      kind: "channel",
      guild,
      channel,
      maxBytes,
      nonce,
      message: null,
      replyTo: null,
      tone: "ordinary",
    };
    await move(instead);
    await post(instead, message);
  }

  async function post(address: ChannelAddress, message: RenderedMessage): Promise<void> {
    const posted = await messages.post(address, message);
    await move({ ...address, message: posted.id });
  }

  async function postPrivately(address: DirectAddress, message: RenderedMessage): Promise<void> {
    const channel = address.channel ?? (await messages.openDirect(address.user));
    const opened: DirectAddress = { ...address, channel };
    if (address.channel === null) await move(opened);
    const { nonce } = address;
    const posted = await messages.post({ channel, replyTo: null, nonce, tone: "ordinary" }, message);
    await move({ ...opened, message: posted.id });
  }

  return { create };
}

function isOfJob(message: MessageAnswer, application: string, jobId: string | null): boolean {
  if (message.author?.id !== application && message.application_id !== application) return false;
  return flattenNodes(message.components).some((node) => {
    const id = node.custom_id === undefined ? null : readCustomId(node.custom_id);
    return id !== null && "jobId" in id && id.jobId === jobId;
  });
}
