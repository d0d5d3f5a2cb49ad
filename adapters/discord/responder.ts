import { InteractionResponseType, MessageFlags, Routes } from "discord.js";
import type { Clock } from "../../src/core/clock.ts";
import type { Responder } from "../../src/core/events.ts";
import type { ReplyRef } from "../../src/core/model.ts";
import type { View } from "../../src/core/view.ts";
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

/** Tries of one acknowledgement; it is idempotent, since a second one is refused. */
const TRIES = 3;
const RETRY_MS = 150;

/**
 * The one acknowledgement of an interaction. When the core is slow it is given privately, before the three seconds
 * are over, and a public reply follows.
 */
export class DiscordResponder implements Responder {
  readonly #parts: ResponderParts;
  readonly #ref: ReplyRef;
  readonly #address: InteractionAddress;
  readonly #origin: Origin;
  readonly #waiting = new AbortController();
  /** Our own clock when it came: Discord's may differ by seconds. */
  readonly #receivedAt: number;
  /** The acknowledgement we gave on our own account; null: none yet. */
  #deferral: Promise<"deferred" | "failed"> | null = null;
  /** Set when a public answer was tried: only a private word may follow. */
  #replied = false;

  constructor(parts: ResponderParts, ref: ReplyRef, address: InteractionAddress, origin: Origin) {
    this.#parts = parts;
    this.#ref = ref;
    this.#address = address;
    this.#origin = origin;
    this.#receivedAt = parts.clock.now();
  }

  /** Waits for the core, and acknowledges when it takes too long. Never rejects; ends with the acknowledgement. */
  async watch(stopped: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    try {
      await clock.sleep(PATIENCE_MS, AbortSignal.any([stopped, this.#waiting.signal]));
    } catch {
      return;
    }
    this.#deferral = this.#defer();
    await this.#deferral;
  }

  async reply(view: View): Promise<ReplyRef> {
    this.#replied = true;
    const message = renderView(view, this.#parts.clock.now());
    if (await this.#isDeferred()) return this.#follow(message);
    try {
      const id = await this.#acknowledge(
        InteractionResponseType.ChannelMessageWithSource,
        bodyOf(message, 0),
      );
      return this.#standing(id ?? (await this.#original()));
    } catch (error) {
      // Too late, or unknown to Discord: whether and where it can be said is found out by `create`.
      if (codeOf(error) === CODE.unknownInteraction)
        throw new ReplyError("unavailable", "The interaction was over before it could be answered.");
      throw replyErrorOf(error);
    }
  }

  async refuse(view: View): Promise<void> {
    const { clock, messages } = this.#parts;
    const message = renderView(view, clock.now());
    try {
      if (await this.#isDeferred()) return await this.#fillPrivately(message);
      const isQuestion = this.#origin === "question";
      const type = isQuestion
        ? InteractionResponseType.UpdateMessage
        : InteractionResponseType.ChannelMessageWithSource;
      await this.#acknowledge(type, bodyOf(message, isQuestion ? 0 : MessageFlags.Ephemeral));
    } catch (error) {
      // A public answer went out before this word and was acknowledged after all.
      if (this.#replied && codeOf(error) === CODE.acknowledged) {
        await messages.followUp(this.#address, message, MessageFlags.Ephemeral).catch(rethrow);
        return;
      }
      throw replyErrorOf(error);
    }
  }

  async form(form: Parameters<Responder["form"]>[0]): Promise<void> {
    if (await this.#isDeferred()) {
      await this.#tidy();
      throw new ReplyError("expired", "A form must be the first answer, and there is one already.");
    }
    try {
      await this.#acknowledge(InteractionResponseType.Modal, renderForm(form));
    } catch (error) {
      throw replyErrorOf(error);
    }
  }

  async settle(): Promise<void> {
    try {
      if (!(await this.#isDeferred())) {
        if ((await this.#defer()) === "failed") return;
      }
      await this.#tidy();
    } catch (error) {
      throw replyErrorOf(error);
    }
  }

  /** Stops the watch; true when it had acknowledged already. */
  async #isDeferred(): Promise<boolean> {
    this.#waiting.abort();
    return this.#deferral !== null && (await this.#deferral) === "deferred";
  }

  async #defer(): Promise<"deferred" | "failed"> {
    try {
      if (this.#origin === "command")
        await this.#acknowledge(InteractionResponseType.DeferredChannelMessageWithSource, {
          flags: MessageFlags.Ephemeral,
        });
      else await this.#acknowledge(InteractionResponseType.DeferredMessageUpdate, undefined);
      return "deferred";
    } catch (error) {
      return codeOf(error) === CODE.acknowledged ? "deferred" : "failed";
    }
  }

  /** Takes away what our own acknowledgement left: a private "thinking" line, or the question. */
  async #tidy(): Promise<void> {
    if (this.#origin === "component") return;
    await this.#parts.messages.removeByToken(this.#address, null).catch((error: unknown) => {
      if (codeOf(error) !== CODE.unknownMessage) throw error;
    });
  }

  /** The public reply after a private acknowledgement. */
  async #follow(message: RenderedMessage): Promise<ReplyRef> {
    try {
      // While the private line waits, a first follow-up would fill it instead (receiving-and-responding#followup-messages).
      await this.#tidy();
      const posted = await this.#parts.messages.followUp(this.#address, message, 0);
      return this.#standing(posted.id);
    } catch (error) {
      throw replyErrorOf(error);
    }
  }

  async #fillPrivately(message: RenderedMessage): Promise<void> {
    const { messages } = this.#parts;
    if (this.#origin === "component") await messages.followUp(this.#address, message, MessageFlags.Ephemeral);
    else await messages.editByToken(this.#address, null, message, "result");
  }

  async #original(): Promise<string> {
    return (await this.#parts.messages.read(this.#address, null)).id;
  }

  #standing(message: string): ReplyRef {
    return movedTo(this.#ref, { ...this.#address, message });
  }

  /**
   * Sends the acknowledgement, again where an answer was lost. Resolves with the id of the message it made; null
   * when an earlier try had arrived. @throws the last error
   */
  async #acknowledge(type: InteractionResponseType, data: unknown): Promise<string | null> {
    const { http, clock } = this.#parts;
    const { interaction, token } = this.#address;
    for (let tries = 1; ; tries += 1) {
      try {
        const answer = await http.callback({
          method: "post",
          route: Routes.interactionCallback(interaction, token),
          query: new URLSearchParams({ with_response: "true" }),
          body: data === undefined ? { type } : { type, data },
        });
        return callbackAnswer.safeParse(answer).data?.interaction.response_message_id ?? null;
      } catch (error) {
        const code = codeOf(error);
        // Ours arrived after all, and only its answer was lost.
        if (code === CODE.acknowledged && tries > 1) return null;
        const isOver = clock.now() - this.#receivedAt >= ACK_DEADLINE_MS;
        if (code !== null || tries >= TRIES || isOver) throw error;
        if (tries > 1) await clock.sleep(RETRY_MS);
      }
    }
  }
}

function bodyOf({ body }: RenderedMessage, flags: number): object {
  const { attachments: _none, ...rest } = body;
  return { ...rest, flags: body.flags | flags };
}

function rethrow(error: unknown): never {
  throw replyErrorOf(error);
}
