import { z } from "zod";
import { checkModal } from "./modal-rules.ts";
import type { RequestBody } from "./multipart.ts";
import { edit, messagePayload, post, postLoading } from "./posts.ts";
import { invalidForm, refusals } from "./refusal.ts";
import {
  ACK_DEADLINE_MS,
  type ChannelState,
  EPHEMERAL,
  type InteractionState,
  type MessageState,
  TOKEN_LIFE_MS,
} from "./state.ts";
import type { World } from "./world.ts";

const callbackShape = z.looseObject({ type: z.int(), data: z.record(z.string(), z.unknown()).optional() });
/** Source: interactions/receiving-and-responding: what may answer what. */
const ANSWERS: Readonly<Record<InteractionState["type"], readonly number[]>> = {
  2: [4, 5, 9],
  3: [4, 5, 6, 7, 9],
  5: [4, 5],
};

/** Takes the one acknowledgement of an interaction. @throws Refusal */
export function acknowledge(
  world: World,
  id: string,
  token: string,
  body: RequestBody,
): Record<string, unknown> {
  const one = world.interactions.get(id);
  if (!one || one.token !== token) throw refusals.unknownInteraction();
  if (one.ack !== null) throw refusals.acknowledged();
  if (world.clock.now() - one.createdAt > ACK_DEADLINE_MS) throw refusals.unknownInteraction();
  const parsed = callbackShape.safeParse(body.json);
  if (!parsed.success) throw invalidForm(["type"], "BASE_TYPE_REQUIRED", "This field is required");
  const { type, data = {} } = parsed.data;
  // A modal that was opened by a button may update that button's message.
  const fromComponent = one.type === 5 && one.sourceMessageId !== null ? [6, 7] : [];
  if (![...ANSWERS[one.type], ...fromComponent].includes(type)) {
    throw invalidForm(["type"], "INTERACTION_RESPONSE_TYPE", "Not a valid answer to this interaction");
  }
  const message = act(world, one, type, { ...body, json: data });
  one.ack = type;
  one.ackAt = world.clock.now();
  one.ackMs = Date.now() - one.dispatchedAt;
  one.originalId = message?.id ?? null;
  return {
    interaction: {
      id: one.id,
      type: one.type,
      ...(message === null
        ? {}
        : {
            response_message_id: message.id,
            response_message_loading: message.loading,
            response_message_ephemeral: message.ephemeralFor !== null,
          }),
    },
    resource: {
      type,
      ...(message !== null && (type === 4 || type === 7) ? { message: messagePayload(world, message) } : {}),
    },
  };
}

function act(world: World, one: InteractionState, type: number, body: RequestBody): MessageState | null {
  switch (type) {
    case 4:
      return post(world, { ...placeOf(world, one, body), body, via: "callback" });
    case 5: {
      const flags = Number(body.json["flags"] ?? 0);
      if ((flags & ~EPHEMERAL) !== 0)
        throw invalidForm(["data", "flags"], "BAD_FLAGS", "Only EPHEMERAL may be deferred");
      return postLoading(world, { ...placeOf(world, one, body), via: "callback" });
    }
    case 6:
      return source(world, one);
    case 7: {
      const message = source(world, one);
      edit(world, message, body, { via: "callback", uploadLimit: one.uploadLimit });
      return message;
    }
    default:
      one.modal = checkModal(body.json);
      return null;
  }
}

function source(world: World, one: InteractionState): MessageState {
  const message = world.messages.get(one.sourceMessageId ?? "");
  if (!message) throw refusals.unknownMessage();
  return message;
}

function placeOf(world: World, one: InteractionState, body: RequestBody) {
  const hidden = (Number(body.json["flags"] ?? 0) & EPHEMERAL) !== 0;
  return {
    channel: channelOf(world, one),
    uploadLimit: one.uploadLimit,
    ephemeralFor: hidden ? one.userId : null,
    replyTo: null,
    webhookId: world.applicationId,
  };
}

function channelOf(world: World, one: InteractionState): ChannelState {
  const channel = world.channels.get(one.channelId);
  if (!channel) throw refusals.unknownChannel();
  return channel;
}

/** Finds a live interaction by its token. @throws Refusal 10015 (unknown, or not acknowledged yet) · 50027 (expired) */
export function byToken(world: World, applicationId: string, token: string): InteractionState {
  const id = Buffer.from(token, "base64url").toString("utf8").split(":")[1] ?? "";
  const one = world.interactions.get(id);
  if (!one || one.token !== token || applicationId !== world.applicationId) throw refusals.unknownWebhook();
  if (world.clock.now() - one.createdAt > TOKEN_LIFE_MS) throw refusals.invalidToken();
  if (one.ack === null) throw refusals.unknownWebhook();
  return one;
}

/** The message a token route names. @throws Refusal 10008 */
export function tokenMessage(world: World, one: InteractionState, id: string): MessageState {
  const wanted = id === "@original" ? one.originalId : id;
  const message = world.messages.get(wanted ?? "");
  const mine = message?.id === one.originalId || message?.webhookId === world.applicationId;
  if (!message || message.deleted || !mine) throw refusals.unknownMessage();
  return message;
}

/** A follow-up; the first one after a deferral fills the waiting message instead. @throws Refusal */
export function followUp(world: World, one: InteractionState, body: RequestBody): MessageState {
  const original = world.messages.get(one.originalId ?? "");
  if (original?.loading && !original.deleted) {
    edit(world, original, body, { via: "webhook", uploadLimit: one.uploadLimit });
    return original;
  }
  // Five when only the person installed the app. Source: receiving-and-responding#followup-messages.
  if (one.userInstallOnly && one.followUps >= 5) throw refusals.followUps();
  const message = post(world, {
    ...placeOf(world, one, body),
    body,
    via: "webhook",
    replyTo: one.originalId,
  });
  one.followUps += 1;
  return message;
}
