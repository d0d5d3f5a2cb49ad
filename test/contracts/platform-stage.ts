import { afterEach, beforeEach, expect, vi } from "vitest";
import type { CommandEvent, CommandInput } from "../../src/core/events.ts";
import type { ReplyRef } from "../../src/core/model.ts";
import type { View } from "../../src/core/view.ts";
import { aView } from "../support/views.ts";
import {
  createInbox,
  type Inbox,
  type PlatformDescriptor,
  type PlatformDifferences,
  type PlatformWorld,
  type ShownMessage,
} from "./platform-world.ts";

/** A fresh, started platform for each test, with the steps most cases begin with. */
export interface Stage {
  readonly differences: PlatformDifferences;
  readonly world: PlatformWorld;
  readonly inbox: Inbox;
  /** A prompt as this platform's people type it. */
  typed(prompt: string): CommandInput;
  /** Somebody (the member) asks for a picture and gets this public reply. */
  replied(view: View, user?: string): Promise<{ event: CommandEvent; ref: ReplyRef; key: string }>;
  /** The address of a public reply where nothing is posted yet: the one a reaction would get. */
  openAddress(): Promise<ReplyRef>;
  /** What somebody (not the member) sees now. */
  messages(viewer?: string): Promise<readonly ShownMessage[]>;
  message(key: string, viewer?: string): Promise<ShownMessage>;
}

/** Sets a stage up before each test of the enclosing `describe`, and takes it down after. */
export function useStage(descriptor: PlatformDescriptor): Stage {
  let world: PlatformWorld | null = null;
  let inbox = createInbox();
  const here = () => world ?? expect.unreachable("the stage is set up in beforeEach");

  beforeEach(async () => {
    world = await descriptor.create();
    inbox = createInbox();
    await world.adapter.start(inbox.sink);
  });

  afterEach(async () => {
    await here().adapter.stop();
    await here().close();
  });

  const stage: Stage = {
    differences: descriptor.differences,
    get world() {
      return here();
    },
    get inbox() {
      return inbox;
    },
    typed: (prompt) =>
      descriptor.differences.commandInput === "text"
        ? { type: "text", text: prompt }
        : { type: "options", action: null, options: { prompt } },
    replied: async (view, user = here().users.member) => {
      const answered = inbox.answer("command", (event) => event.responder.reply(view));
      await here().command(user, "imagine", stage.typed("a red fox"));
      const { event, result: ref } = await answered;
      return { event, ref, key: keyOf(ref) };
    },
    openAddress: async () => {
      const { key } = await stage.replied(aView({ title: ["The first"] }));
      const reacted = inbox.answer("reaction", async () => {});
      await here().react(here().users.member, key, "🎲");
      return (await reacted).event.replyTo;
    },
    messages: (viewer = here().users.other) => here().messages(viewer),
    message: async (key, viewer) => {
      const found = (await stage.messages(viewer)).find((shown) => shown.messageKey === key);
      expect(found, `a message ${key}`).toBeDefined();
      return found ?? expect.unreachable();
    },
  };
  return stage;
}

/** The message key a posted reply must have. */
export function keyOf(ref: ReplyRef): string {
  expect(ref.messageKey).not.toBeNull();
  return ref.messageKey ?? expect.unreachable();
}

/** Waits for something another process or a stream will show. */
export function eventually(check: () => Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 20_000, interval: 10 });
}
