import type { CommandEvent, InboundEvent } from "../../../src/core/events.ts";
import type { ReplyRef } from "../../../src/core/model.ts";
import type { View } from "../../../src/core/view.ts";
import { createInbox, type Inbox } from "../../contracts/platform-world.ts";
import { aView } from "../views.ts";
import type { SlackMessage } from "./state.ts";
import { ADA, CHANNEL, type SlackStage } from "./world.ts";

/** A stage whose adapter is started, with an inbox that answers. */
export interface OpenStage {
  readonly stage: SlackStage;
  readonly inbox: Inbox;
  /** Somebody types /imagine and gets this view as the reply. */
  replied(
    view?: View,
    text?: string,
  ): Promise<{ readonly event: CommandEvent; readonly ref: ReplyRef; readonly message: SlackMessage }>;
  /** Messages that are there now, oldest first. */
  messages(): readonly SlackMessage[];
}

export async function openStage(stage: SlackStage): Promise<OpenStage> {
  const inbox = createInbox();
  await stage.adapter.start(inbox.sink);
  const messages = () => stage.emulator.state.messages.filter((message) => !message.deleted);
  return {
    stage,
    inbox,
    messages,
    async replied(view = aView(), text = "a red fox") {
      const answered = inbox.answer("command", (event) => event.responder.reply(view));
      await stage.people.slash(ADA, CHANNEL, "imagine", text);
      const { event, result: ref } = await answered;
      const ts = ref.messageKey?.split("/").at(-1) ?? "";
      const message = stage.emulator.state.message(CHANNEL, ts);
      if (message === null) throw new Error("The reply is not there.");
      return { event, ref, message };
    },
  };
}

export const keepNothing = async (): Promise<void> => undefined;

/** What a promise was rejected with. */
export function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => new Error("It was not rejected."),
    (error: unknown) => error,
  );
}

/** Narrows an event for a test that knows its type. */
export function isType<T extends InboundEvent["type"]>(
  event: InboundEvent,
  type: T,
): event is Extract<InboundEvent, { type: T }> {
  return event.type === type;
}
