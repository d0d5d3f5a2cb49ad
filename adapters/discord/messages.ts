import { MessageFlags, Routes } from "discord.js";
import type { Json } from "../../src/core/model.ts";
import type { ChannelAddress, InteractionAddress } from "./address.ts";
import type { Call, DiscordHttp } from "./http.ts";
import { channelAnswer, type MessageAnswer, messageAnswer, messagesAnswer } from "./payload.ts";
import type { RenderedMessage } from "./render.ts";

type Urgency = NonNullable<Call["urgency"]>;
type Token = Pick<InteractionAddress, "application" | "token">;

/** Discord's message routes, by an interaction's token and by the bot's. All throw what `DiscordHttp` throws. */
export interface Messages {
  /** `id` null: the reply to the interaction itself. */
  read(address: Token, id: string | null): Promise<MessageAnswer>;
  editByToken(address: Token, id: string | null, message: RenderedMessage, urgency: Urgency): Promise<void>;
  removeByToken(address: Token, id: string | null): Promise<void>;
  /** One more message on the same interaction; `flags` are added to the message's own. */
  followUp(address: Token, message: RenderedMessage, flags: number): Promise<MessageAnswer>;
  /** Posts as the bot; a repeat with the same nonce within minutes returns the first message. */
  post(
    address: Pick<ChannelAddress, "nonce" | "replyTo" | "tone"> & { readonly channel: string },
    message: RenderedMessage,
  ): Promise<MessageAnswer>;
  edit(channel: string, id: string, message: RenderedMessage, urgency: Urgency): Promise<void>;
  remove(channel: string, id: string): Promise<void>;
  /** Messages after that id, newest first. */
  after(channel: string, id: string): Promise<readonly MessageAnswer[]>;
  /** The private conversation with a person. */
  openDirect(user: string): Promise<string>;
}

export function createMessages(http: DiscordHttp): Messages {
  const webhookMessage = ({ application, token }: Token, id: string | null) =>
    Routes.webhookMessage(application, token, id ?? "@original");
  // An edit lists every attachment that stays: only the view's own.
  const edited = (message: RenderedMessage, urgency: Urgency) => ({
    method: "patch" as const,
    body: message.body,
    uploads: message.uploads,
    urgency,
  });
  // A new message need not say that it has no attachments.
  const fresh = ({ body, uploads }: RenderedMessage, more: Readonly<Record<string, Json>>) => ({
    method: "post" as const,
    body: { ...body, ...more, ...(uploads.length === 0 ? { attachments: undefined } : {}) },
    uploads,
  });
  return {
    read: async (address, id) =>
      messageAnswer.parse(await http.token({ method: "get", route: webhookMessage(address, id) })),
    editByToken: async (address, id, message, urgency) => {
      await http.token({ ...edited(message, urgency), route: webhookMessage(address, id) });
    },
    removeByToken: async (address, id) => {
      await http.token({ method: "delete", route: webhookMessage(address, id) });
    },
    followUp: async ({ application, token }, message, flags) => {
      const call = fresh(message, { flags: message.body.flags | flags });
      return messageAnswer.parse(await http.token({ ...call, route: Routes.webhook(application, token) }));
    },
    post: async ({ channel, replyTo, nonce, tone }, message) => {
      const reference =
        replyTo === null ? {} : { message_reference: { message_id: replyTo, fail_if_not_exists: false } };
      // Discord takes this flag with a new message only.
      const flags = message.body.flags | (tone === "quiet" ? MessageFlags.SuppressNotifications : 0);
      const call = fresh(message, { nonce, enforce_nonce: true, flags, ...reference });
      return messageAnswer.parse(await http.bot({ ...call, route: Routes.channelMessages(channel) }));
    },
    edit: async (channel, id, message, urgency) => {
      await http.bot({ ...edited(message, urgency), route: Routes.channelMessage(channel, id) });
    },
    remove: async (channel, id) => {
      await http.bot({ method: "delete", route: Routes.channelMessage(channel, id) });
    },
    after: async (channel, id) => {
      const query = new URLSearchParams({ after: id, limit: "100" });
      return messagesAnswer.parse(
        await http.bot({ method: "get", route: Routes.channelMessages(channel), query }),
      );
    },
    openDirect: async (user) => {
      const call = { method: "post", route: Routes.userChannels(), body: { recipient_id: user } } as const;
      return channelAnswer.parse(await http.bot(call)).id;
    },
  };
}
