import { InteractionResponseType, MessageFlags, Routes } from "discord.js";
import type { Clock } from "../../src/core/clock.ts";
import type { Responder } from "../../src/core/events.ts";
import type { ReplyRef } from "../../src/core/model.ts";
import { ReplyError } from "../../src/errors.ts";
import { type InteractionAddress, movedTo } from "./address.ts";
import type { DiscordHttp } from "./http.ts";
import { ACK_DEADLINE_MS, PATIENCE_MS } from "./limits.ts";
import type { Messages } from "./messages.ts";
import { renderForm } from "./modal.ts";
import { callbackAnswer } from "./payload.ts";
import { type RenderedMessage, renderView } from "./render.ts";
import { CODE, codeOf, replyErrorOf } from "./trouble.ts";

export interface ResponderParts {
  readonly http: DiscordHttp;
  readonly messages: Messages;
  readonly clock: Clock;
}

/** Where the interaction came from, which decides what may answer it. */
export type Origin =
  /** A command, or a form that no button opened. */
  | "command"
  /** A button on a reply, or a form it opened. */
  | "component"
  /** The button of a private question of ours. */
  | "question";

/** What became of an acknowledgement on our own account. */
type Deferral = "deferred" | "not-ours";

interface Acknowledgement {
  /** Id of the message it made, where Discord told. */
  readonly message: string | null;
  /** Whether it was certainly this one that Discord took. */
  readonly isSure: boolean;
}

/** Tries of one acknowledgement; it is idempotent, since a second one is refused. */
const TRIES = 3;
const RETRY_MS = 150;

/** A responder, and the watch over its deadline. Its methods may be handed around without it. */
export interface DiscordResponder extends Responder {
  /** Waits for the core, and acknowledges when it takes too long. Never rejects; ends with the acknowledgement. */
  watch(): Promise<void>;
  /** Ends the watch without an acknowledgement. */
  abandon(): void;
}

/**
 * The one acknowledgement of an interaction. When the core is slow it is given privately, before the three seconds
 * are over, and a public reply follows.
 */
export function createResponder(
  { http, messages, clock }: ResponderParts,
  ref: ReplyRef,
  address: InteractionAddress,
  origin: Origin,
): DiscordResponder {
  const answered = new AbortController();
  const receivedAt = clock.elapsed();
  /** The acknowledgement we gave on our own account; null: none yet. */
  let deferral: Promise<Deferral> | null = null;
  /** Set when a public answer was tried: only a private word may follow. */
  let isReplied = false;

  /** Stops the watch; true when it had acknowledged already. */
  async function isDeferred(): Promise<boolean> {
    answered.abort();
    return deferral !== null && (await deferral) === "deferred";
  }

  async function defer(): Promise<Deferral> {
    try {
      if (origin === "command") {
        const type = InteractionResponseType.DeferredChannelMessageWithSource;
        const { isSure } = await acknowledge(type, { flags: MessageFlags.Ephemeral });
        if (!isSure && !(await isOriginalPrivate())) return "not-ours";
      } else await acknowledge(InteractionResponseType.DeferredMessageUpdate, undefined);
      return "deferred";
    } catch {
      // Over already, or answered before: a repeated delivery must not touch what the first one said.
      return "not-ours";
    }
  }

  /** Whether the interaction was answered with a private line, as our own acknowledgement does. */
  const isOriginalPrivate = async (): Promise<boolean> =>
    ((await messages.read(address, null)).flags & MessageFlags.Ephemeral) !== 0;

  /** Takes away what our own acknowledgement left: a private "thinking" line, or the question. */
  async function tidy(): Promise<void> {
    if (origin === "component") return;
    await messages.removeByToken(address, null).catch((error: unknown) => {
      if (codeOf(error) !== CODE.unknownMessage) throw error;
    });
  }

  /** The public reply after a private acknowledgement. */
  async function follow(message: RenderedMessage): Promise<ReplyRef> {
    // While the private line waits, a first follow-up would fill it instead (receiving-and-responding#followup-messages).
    await tidy();
    const posted = await messages.followUp(address, message, 0);
    return movedTo(ref, { ...address, message: posted.id });
  }

  async function fillPrivately(message: RenderedMessage): Promise<void> {
    if (origin === "component") await messages.followUp(address, message, MessageFlags.Ephemeral);
    else await messages.editByToken(address, null, message, "result");
  }

  /**
   * Sends the acknowledgement, again where an answer was lost. When the second try is refused, the first one may have
   * arrived, or an earlier delivery of the same event has answered: then it is not sure to be ours. @throws the last error
   */
  async function acknowledge(type: InteractionResponseType, data: unknown): Promise<Acknowledgement> {
    for (let tries = 1; ; tries += 1) {
      try {
        const answer = await http.callback({
          method: "post",
          route: Routes.interactionCallback(address.interaction, address.token),
          query: new URLSearchParams({ with_response: "true" }),
          body: data === undefined ? { type } : { type, data },
        });
        const message = callbackAnswer.safeParse(answer).data?.interaction.response_message_id ?? null;
        return { message, isSure: true };
      } catch (error) {
        const code = codeOf(error);
        if (code === CODE.acknowledged && tries > 1) return { message: null, isSure: false };
        const isOver = clock.elapsed() - receivedAt >= ACK_DEADLINE_MS;
        if (code !== null || tries >= TRIES || isOver) throw error;
        if (tries > 1) await clock.sleep(RETRY_MS);
      }
    }
  }

  return {
    abandon: () => answered.abort(),

    async watch() {
      try {
        await clock.sleep(PATIENCE_MS, answered.signal);
      } catch {
        return;
      }
      deferral = defer();
      await deferral;
    },

    async reply(view) {
      isReplied = true;
      const message = renderView(view, clock.now());
      try {
        if (await isDeferred()) return await follow(message);
        const type = InteractionResponseType.ChannelMessageWithSource;
        const made = await acknowledge(type, bodyOf(message, 0));
        const id = made.message ?? (await messages.read(address, null)).id;
        return movedTo(ref, { ...address, message: id });
      } catch (error) {
        // Too late, or answered by a try of ours that was thought lost: `create` finds out what stands.
        const code = codeOf(error);
        if (code === CODE.unknownInteraction || code === CODE.acknowledged)
          throw new ReplyError("unavailable", "It is open whether the interaction was answered.", {
            context: { code },
          });
        throw replyErrorOf(error);
      }
    },

    async refuse(view) {
      const message = renderView(view, clock.now());
      try {
        // A file may need longer than the acknowledgement has, so it follows it.
        const hasFiles = message.uploads.length > 0;
        if ((await isDeferred()) || (hasFiles && (await defer()) === "deferred"))
          return await fillPrivately(message);
        const isQuestion = origin === "question";
        const type = isQuestion
          ? InteractionResponseType.UpdateMessage
          : InteractionResponseType.ChannelMessageWithSource;
        await acknowledge(type, bodyOf(message, isQuestion ? 0 : MessageFlags.Ephemeral)).catch(
          async (error: unknown) => {
            // A public answer went out before this word and was acknowledged after all.
            if (!isReplied || codeOf(error) !== CODE.acknowledged) throw error;
            await messages.followUp(address, message, MessageFlags.Ephemeral);
          },
        );
      } catch (error) {
        throw replyErrorOf(error);
      }
    },

    async form(form) {
      try {
        if (await isDeferred()) {
          await tidy();
          throw new ReplyError("expired", "A form must be the first answer, and there is one already.");
        }
        await acknowledge(InteractionResponseType.Modal, renderForm(form));
      } catch (error) {
        throw replyErrorOf(error);
      }
    },

    async settle() {
      try {
        if (!(await isDeferred()) && (await defer()) === "not-ours") return;
        await tidy();
      } catch (error) {
        throw replyErrorOf(error);
      }
    },
  };
}

function bodyOf({ body }: RenderedMessage, flags: number): object {
  const { attachments: _none, ...rest } = body;
  return { ...rest, flags: body.flags | flags };
}
