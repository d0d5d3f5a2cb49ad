import { describe, expect, it } from "vitest";
import type { ReplyRef } from "../../src/core/model.ts";
import { ReplyError } from "../../src/errors.ts";
import { aDoneView, anAction, aPicture, aView, aWorkingView, fileSha256 } from "../support/views.ts";
import { itWhere } from "./it-where.ts";
import { eventually, keyOf, type Stage } from "./platform-stage.ts";

const DANGEROUS =
  "hey @everyone @here <!channel> <!here> **bold** _it_ *s* ~no~ `code` </script><b>x</b> &amp; <@123> <https://x.test|y> # h";

const keepNothing = async () => {};

/** The part of the platform contract about answering, keeping a reply up to date and showing prompts. */
export function replyCases(stage: Stage): void {
  const { differences } = stage;

  describe("answering", () => {
    it("replies in public with the whole view", async () => {
      const { key } = await stage.replied(aWorkingView());
      const shown = await stage.message(key);
      expect(shown.audience).toBe("everyone");
      for (const words of ["Painting", "a red fox in fresh snow", "16:9", "42", "sampling step 12 of 30"])
        expect(shown.text).toContain(words);
      expect(shown.buttons).toEqual([{ intent: "cancel", label: expect.stringContaining("Cancel") }]);
    });

    it("links to its replies where they have an address, and never to a key of somebody else's", async () => {
      const { key } = await stage.replied(aView());
      const link = stage.world.adapter.linkTo(key);
      const expected = differences.messageLinks === "some" ? /^https:\/\/[^/]+\/\S+\d+$/ : /^none$/;
      expect(link ?? "none").toMatch(expected);
      expect(stage.world.adapter.linkTo("elsewhere/1/2/3")).toBeNull();
    });

    it("refuses in private and leaves nothing public", async () => {
      const refused = stage.inbox.answer("command", (event) =>
        event.responder.refuse(aView({ kind: "refusal", jobId: null, prompt: null, title: ["Not today"] })),
      );
      await stage.world.command(stage.world.users.member, "imagine", stage.typed("a red fox"));
      await refused;
      const seen = await stage.messages(stage.world.users.member);
      expect(seen).toHaveLength(1);
      expect(seen[0]).toMatchObject({
        text: expect.stringContaining("Not today"),
        audience: stage.world.users.member,
      });
      expect(await stage.messages(stage.world.users.other)).toEqual([]);
    });

    it("refuses a press in private and leaves the reply as it was", async () => {
      const { key } = await stage.replied(aWorkingView());
      const before = await stage.message(key);
      const refused = stage.inbox.answer("action", (event) =>
        event.responder.refuse(aView({ kind: "refusal", jobId: null, prompt: null, title: ["Not yours"] })),
      );
      await stage.world.press(stage.world.users.other, key, "cancel");
      await refused;
      expect(await stage.message(key)).toEqual(before);
      expect((await stage.messages(stage.world.users.other)).map((shown) => shown.text).join("\n")).toContain(
        "Not yours",
      );
      expect(await stage.messages(stage.world.users.moderator)).toHaveLength(1);
    });

    it("replies to a press with a new public message", async () => {
      const { key } = await stage.replied(aWorkingView({ actions: [anAction({ intent: "reroll" })] }));
      const pressed = stage.inbox.answer("action", (event) =>
        event.responder.reply(aView({ jobId: "job-2", title: ["The second"] })),
      );
      await stage.world.press(stage.world.users.other, key, "reroll");
      const second = keyOf((await pressed).result);
      expect(second).not.toBe(key);
      expect((await stage.message(second)).text).toContain("The second");
    });

    it("asks with a form and hands the answers over as a command", async () => {
      const { key } = await stage.replied(
        aWorkingView({ actions: [anAction({ intent: "edit", label: "Edit" })] }),
      );
      const asked = stage.inbox.answer("action", (event) =>
        event.responder.form({
          title: "Paint again",
          submit: "Paint",
          command: "imagine",
          parentId: "job-1",
          fields: [
            {
              option: "prompt",
              label: "Prompt",
              value: "a red fox",
              required: true,
              multiline: true,
              choices: [],
              maxLength: 2000,
            },
            {
              option: "ar",
              label: "Ratio",
              value: "1:1",
              required: false,
              multiline: false,
              choices: [
                { label: "Square", value: "1:1" },
                { label: "Wide", value: "16:9" },
              ],
              maxLength: null,
            },
          ],
        }),
      );
      await stage.world.press(stage.world.users.member, key, "edit");
      await asked;
      await eventually(async () =>
        expect(await stage.world.openForm(stage.world.users.member)).not.toBeNull(),
      );
      const form = await stage.world.openForm(stage.world.users.member);
      expect(form?.title).toBe("Paint again");
      expect(form?.fields.map((field) => [field.option, field.value])).toEqual([
        ["prompt", "a red fox"],
        ["ar", "1:1"],
      ]);
      const answered = stage.inbox.answer("command", (event) =>
        event.responder.reply(aView({ jobId: "job-2" })),
      );
      await stage.world.answerForm(stage.world.users.member, {
        prompt: "a blue fox\nin two lines",
        ar: "16:9",
      });
      const { event } = await answered;
      expect(event).toMatchObject({
        command: "imagine",
        parentId: "job-1",
        input: { type: "options", action: null, options: { prompt: "a blue fox\nin two lines", ar: "16:9" } },
      });
      expect(event.requester.user).toBe(stage.world.users.member);
    });

    it("whispers to the one who reacted and to nobody else", async () => {
      const { key } = await stage.replied(aView());
      const reacted = stage.inbox.answer("reaction", (event) =>
        event.whisper(aView({ kind: "notice", jobId: null, prompt: null, title: ["Only for you"] })),
      );
      await stage.world.react(stage.world.users.other, key, "🎲");
      await reacted;
      const seen = (await stage.messages(stage.world.users.other)).filter((shown) =>
        shown.text.includes("Only for you"),
      );
      if (differences.whisper === "shown") expect(seen).toHaveLength(1);
      for (const shown of seen) expect(shown.audience).toBe(stage.world.users.other);
      expect(await stage.messages(stage.world.users.member)).toHaveLength(1);
    });
  });

  describe("keeping a reply up to date", () => {
    it("posts one message when create is called twice", async () => {
      const handle = stage.world.worker().openReply(await stage.openAddress(), keepNothing);
      const first = await handle.create(aView());
      const second = await handle.create(aView());
      expect(keyOf(second)).toBe(keyOf(first));
      expect(await stage.messages()).toHaveLength(2);
    });

    itWhere(differences.lostCreate === "finds")("finds a message whose address was never kept", async () => {
      const address = await stage.openAddress();
      const first = await stage.world.worker().openReply(address, keepNothing).create(aView());
      const second = await stage.world.worker().openReply(address, keepNothing).create(aView());
      expect(keyOf(second)).toBe(keyOf(first));
      expect(await stage.messages()).toHaveLength(2);
    });

    it("updates from an adapter that never started, by an address that went through JSON", async () => {
      const { ref, key } = await stage.replied(aView());
      const address: ReplyRef = JSON.parse(JSON.stringify(ref));
      await stage.world
        .worker()
        .openReply(address, keepNothing)
        .update(aView({ title: ["Changed elsewhere"] }));
      expect((await stage.message(key)).text).toContain("Changed elsewhere");
    });

    it("replaces the whole view, and repeating that is harmless", async () => {
      const { ref, key } = await stage.replied(aWorkingView());
      const handle = stage.world.worker().openReply(ref, keepNothing);
      const final = aView({
        kind: "failed",
        title: ["It did not work"],
        actions: [anAction({ intent: "retry", label: "Try again" })],
      });
      await handle.update(final);
      const once = await stage.message(key);
      await handle.update(final);
      expect(await stage.message(key)).toEqual(once);
      expect(once.text).toContain("It did not work");
      expect(once.text).not.toContain("sampling step");
      expect(once.buttons.map((button) => button.intent)).toEqual(["retry"]);
      expect(await stage.messages()).toHaveLength(1);
    });

    it("shows the picture byte for byte, with the prompt as alt text", async () => {
      const { ref, key } = await stage.replied(aWorkingView());
      const picture = await aPicture();
      await stage.world.worker().openReply(ref, keepNothing).update(aDoneView(picture));
      const shown = await stage.message(key);
      expect(shown.images).toEqual([{ sha256: await fileSha256(picture.path), alt: picture.alt }]);
      expect(shown.buttons.map((button) => button.intent)).toEqual([
        "reroll",
        "edit",
        "send-to-me",
        "delete",
      ]);
    });

    it("shows one picture when the update with it is repeated", async () => {
      const { ref, key } = await stage.replied(aWorkingView());
      const picture = await aPicture();
      const handle = stage.world.worker().openReply(ref, keepNothing);
      await handle.update(aDoneView(picture));
      await handle.update(aDoneView(picture));
      expect((await stage.message(key)).images).toHaveLength(1);
    });

    it("takes the picture away when the next view has none", async () => {
      const { ref, key } = await stage.replied(aWorkingView());
      const handle = stage.world.worker().openReply(ref, keepNothing);
      await handle.update(aDoneView(await aPicture()));
      await handle.update(aView({ title: ["Gone again"] }));
      expect((await stage.message(key)).images).toEqual([]);
    });

    it("takes a reply away, twice without harm, and then calls it gone", async () => {
      const { ref, key } = await stage.replied(aView());
      const handle = stage.world.worker().openReply(ref, keepNothing);
      await handle.remove();
      await handle.remove();
      expect((await stage.messages()).filter((shown) => shown.messageKey === key)).toEqual([]);
      const failure: unknown = await handle.update(aView()).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ReplyError);
      expect(failure).toMatchObject({ problem: "gone" });
    });

    it("waits until a changed address is kept before it goes on", async () => {
      const kept: ReplyRef[] = [];
      const order: string[] = [];
      const handle = stage.world.worker().openReply(await stage.openAddress(), async (ref) => {
        order.push("keeping");
        // Gives an adapter that does not wait every chance to run ahead.
        await stage.messages();
        kept.push(ref);
        order.push("kept");
      });
      const created = await handle.create(aView());
      order.push("created");
      expect(order.at(-1)).toBe("created");
      expect(order.at(-2)).toBe("kept");
      expect(kept.at(-1)).toEqual(created);
      expect(handle.ref).toEqual(created);
    });

    it("shows no picture before the address that holds it is kept", async () => {
      const { ref, key } = await stage.replied(aWorkingView());
      const seenWhileKeeping: number[] = [];
      const handle = stage.world.worker().openReply(ref, async () => {
        seenWhileKeeping.push((await stage.message(key)).images.length);
      });
      await handle.update(aDoneView(await aPicture()));
      expect(seenWhileKeeping.filter((count) => count > 0)).toEqual([]);
      expect((await stage.message(key)).images).toHaveLength(1);
    });

    it("opens a private conversation from a direct address", async () => {
      const { key } = await stage.replied(
        aView({ actions: [anAction({ intent: "send-to-me", label: "Send to me" })] }),
      );
      const pressed = stage.inbox.answer("action", async (event) => {
        await event.responder.settle();
        return event.direct;
      });
      await stage.world.press(stage.world.users.other, key, "send-to-me");
      const direct: ReplyRef = JSON.parse(JSON.stringify((await pressed).result));
      const picture = await aPicture();
      await stage.world
        .worker()
        .openReply(direct, keepNothing)
        .create(aDoneView(picture, { title: ["Sent to you"] }));
      const mine = (await stage.messages(stage.world.users.other)).filter((shown) =>
        shown.text.includes("Sent to you"),
      );
      expect(mine).toHaveLength(1);
      expect(mine[0]).toMatchObject({ audience: stage.world.users.other, images: [{ alt: picture.alt }] });
      const theirs = await stage.messages(stage.world.users.member);
      expect(theirs.filter((shown) => shown.text.includes("Sent to you"))).toEqual([]);
    });
  });

  describe("showing a prompt", () => {
    it("shows markup and mentions as they were typed, and notifies nobody", async () => {
      const { ref, key } = await stage.replied(aView({ prompt: DANGEROUS }));
      expect((await stage.message(key)).text).toContain(DANGEROUS);
      const alt = { alt: DANGEROUS };
      await stage.world
        .worker()
        .openReply(ref, keepNothing)
        .update(aDoneView(await aPicture(alt), { prompt: DANGEROUS }));
      const done = await stage.message(key);
      expect(done.text).toContain(DANGEROUS);
      expect(done.images[0]?.alt).toBe(DANGEROUS);
      expect(done.pings).toEqual([]);
    });

    it("shows a prompt of 2,000 characters whole", async () => {
      const prompt = `${"ten chars ".repeat(199)}the last!!`;
      const { ref, key } = await stage.replied(aView({ prompt }));
      expect((await stage.message(key)).text).toContain(prompt);
      const picture = await aPicture({ alt: prompt });
      await stage.world.worker().openReply(ref, keepNothing).update(aDoneView(picture, { prompt }));
      const done = await stage.message(key);
      expect(done.text).toContain(prompt);
      const alt = done.images[0]?.alt ?? "";
      expect(alt.length).toBeLessThanOrEqual(differences.altTextLimit);
      expect(alt.slice(0, 500)).toBe(prompt.slice(0, 500));
    });
  });
}
