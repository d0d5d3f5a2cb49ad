import { describe, expect, it, vi } from "vitest";
import { anAction, aView, aWorkingView } from "../support/views.ts";
import { itWhere } from "./it-where.ts";
import { replyCases } from "./platform-replies.ts";
import { type Stage, useStage } from "./platform-stage.ts";
import type { PlatformDescriptor } from "./platform-world.ts";

export type {
  PlatformDescriptor,
  PlatformDifferences,
  PlatformWorld,
  ShownForm,
  ShownMessage,
} from "./platform-world.ts";

/** What every platform adapter guarantees. The descriptor's parts are explained in platform-world.ts. */
export function platformAdapterContract(name: string, descriptor: PlatformDescriptor): void {
  describe(`${name} as a platform adapter`, () => {
    const stage = useStage(descriptor);
    eventCases(stage);
    replyCases(stage);

    describe("starting and stopping", () => {
      it("is connected between start and stop, and stop may be called twice", async () => {
        const { adapter } = stage.world;
        expect(adapter.connected()).toBe(true);
        await adapter.stop();
        expect(adapter.connected()).toBe(false);
        await adapter.stop();
      });

      it("leaves nothing open", async () => {
        await stage.replied(aView());
        await stage.world.adapter.stop();
        await stage.world.close();
        await vi.waitFor(() => expect(openHandles()).toEqual([]), { timeout: 20_000, interval: 20 });
      });
    });
  });
}

/** Servers and sockets that would keep the process alive. */
function openHandles(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => /^(TCP|TLS|UDP)/.test(kind));
}

function eventCases(stage: Stage): void {
  const { differences } = stage;

  describe("handing over what people do", () => {
    it("hands a command over with its words, its delivery id and who asked", async () => {
      const { event } = await stage.replied(aView());
      expect(event.command).toBe("imagine");
      expect(event.input).toEqual(stage.typed("a red fox"));
      expect(event.deliveryId).not.toBe("");
      expect(event.requester).toMatchObject({
        platform: stage.world.adapter.name,
        user: stage.world.users.member,
      });
      expect(event.requester.name).not.toBe("");
      expect(event.obstacle).toBeNull();
      expect(event.parentId).toBeNull();
    });

    it("gives each command a delivery id of its own", async () => {
      const first = await stage.replied(aView());
      const second = await stage.replied(aView());
      expect(first.event.deliveryId).not.toBe(second.event.deliveryId);
      expect(first.key).not.toBe(second.key);
    });

    it("knows a moderator from a member", async () => {
      expect((await stage.replied(aView(), stage.world.users.member)).event.standing.moderator).toBe(false);
      expect((await stage.replied(aView(), stage.world.users.moderator)).event.standing.moderator).toBe(true);
    });

    it("gives addresses that survive JSON", async () => {
      const { event, ref } = await stage.replied(aView());
      expect(JSON.parse(JSON.stringify(event.replyTo))).toEqual(event.replyTo);
      expect(JSON.parse(JSON.stringify(ref))).toEqual(ref);
      expect(event.replyTo.messageKey).toBeNull();
      expect(ref.platform).toBe(stage.world.adapter.name);
      expect(ref.scope).not.toBe("");
    });

    it("hands a press over with its intent and job", async () => {
      const { key } = await stage.replied(
        aWorkingView({ actions: [anAction({ intent: "reroll", jobId: "job-7" })] }),
      );
      const pressed = stage.inbox.answer("action", (event) => event.responder.settle());
      await stage.world.press(stage.world.users.other, key, "reroll");
      const { event } = await pressed;
      expect(event).toMatchObject({ type: "action", intent: "reroll", jobId: "job-7" });
      expect(event.requester.user).toBe(stage.world.users.other);
      expect(event.deliveryId).not.toBe("");
      expect((await stage.messages()).map((shown) => shown.messageKey)).toEqual([key]);
    });

    it("hands a press on a confirmed button over once", async () => {
      const { key } = await stage.replied(
        aWorkingView({ actions: [anAction({ intent: "delete", confirm: "Sure?" })] }),
      );
      const pressed = stage.inbox.answer("action", (event) => event.responder.settle());
      await stage.world.press(stage.world.users.member, key, "delete");
      expect((await pressed).event.intent).toBe("delete");
      expect(stage.inbox.unexpected).toEqual([]);
    });

    it("hands a reaction over with its intent and the message it is on", async () => {
      const { key } = await stage.replied(aView());
      const reacted = stage.inbox.answer("reaction", async () => {});
      await stage.world.react(stage.world.users.other, key, "🎲");
      const { event } = await reacted;
      expect(event).toMatchObject({ change: "added", intent: "reroll", messageKey: key });
      expect(event.requester.user).toBe(stage.world.users.other);
      expect(event.emoji).not.toBe("");
    });

    itWhere(differences.reactionRemovals === "delivered")("hands a removed reaction over", async () => {
      const { key } = await stage.replied(aView());
      const added = stage.inbox.answer("reaction", async () => {});
      await stage.world.react(stage.world.users.other, key, "🎲");
      const removed = stage.inbox.answer("reaction", async () => {});
      await stage.world.unreact(stage.world.users.other, key, "🎲");
      const [first, second] = [(await added).event, (await removed).event];
      expect(second).toMatchObject({ change: "removed", intent: "reroll", messageKey: key });
      expect(second.emoji).toBe(first.emoji);
    });

    it("keeps a stray emoji to itself", async () => {
      const { key } = await stage.replied(aView());
      const reacted = stage.inbox.answer("reaction", async () => {});
      await stage.world.react(stage.world.users.other, key, "🍕");
      await stage.world.react(stage.world.users.other, key, "🎲");
      expect((await reacted).event.intent).toBe("reroll");
      expect(stage.inbox.unexpected).toEqual([]);
      expect(await stage.messages()).toHaveLength(1);
    });

    itWhere(differences.ownReactions === "delivered")("ignores the bot's own reactions", async () => {
      const { key } = await stage.replied(aView());
      const reacted = stage.inbox.answer("reaction", async () => {});
      await stage.world.reactAsBot(key, "🎲");
      await stage.world.react(stage.world.users.other, key, "🎲");
      expect((await reacted).event.requester.user).toBe(stage.world.users.other);
      expect(stage.inbox.unexpected).toEqual([]);
    });

    itWhere(differences.redelivery === "same-id")("repeats a delivery under the same id", async () => {
      const { event } = await stage.replied(aView());
      const again = stage.inbox.answer("command", async (repeat) => repeat.responder.settle());
      await stage.world.redeliver();
      const repeat = (await again).event;
      expect(repeat.deliveryId).toBe(event.deliveryId);
      expect(repeat.input).toEqual(event.input);
    });
  });
}
