import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { playgroundMessageSchema } from "../../../adapters/playground/messages.ts";
import { openStorage } from "../../../src/storage/storage.ts";
import { createInbox } from "../../contracts/platform-world.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aDoneView, aPicture, aView, aWorkingView } from "../../support/views.ts";
import { openStream } from "./event-stream.ts";
import { createPlayground, idOf, type Playground } from "./playground-world.ts";

const keepNothing = async () => {};

describe("the playground", () => {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function open(overrides: Parameters<typeof createPlayground>[0] = {}) {
    const playground = await createPlayground(overrides);
    const inbox = createInbox();
    await playground.adapter.start(inbox.sink);
    ends.push(async () => {
      await playground.adapter.stop();
      await playground.close();
    });
    return { playground, inbox };
  }

  async function paint({ playground, inbox }: Awaited<ReturnType<typeof open>>, view = aView()) {
    const answered = inbox.answer("command", (event) => event.responder.reply(view));
    await playground.command("ben", "imagine", { type: "text", text: "a red fox" });
    const { result: ref } = await answered;
    return { ref, id: idOf(ref.messageKey ?? "") };
  }

  const say = (playground: Playground, user: string, text: string) =>
    playground.post("/api/command", { user, deliveryId: randomUUID(), text });

  describe("talking", () => {
    it("shows plain talk to everybody and hands nothing over", async () => {
      const { playground, inbox } = await open();
      await say(playground, "ben", "  good morning <b>all</b> ");
      const { messages } = await playground.state("chloe");
      expect(messages).toMatchObject([{ author: "ben", text: "good morning <b>all</b>", privacy: null }]);
      expect(inbox.unexpected).toEqual([]);
    });

    it("tells a person who only talks how to paint, in private and once", async () => {
      const { playground } = await open();
      await say(playground, "ben", "good morning");
      await say(playground, "ben", "anybody here?");
      const texts = (await playground.messages("ben")).map((shown) => [shown.audience, shown.text]);
      expect(texts).toEqual([
        ["everyone", "good morning"],
        ["ben", expect.stringContaining("/imagine")],
        ["everyone", "anybody here?"],
      ]);
    });

    it("names its commands to a person who tries another", async () => {
      const { playground, inbox } = await open();
      const response = await say(playground, "ben", "/draw a fox");
      expect(await response.json()).toEqual({ type: "refused" });
      expect(await playground.messages("ben")).toMatchObject([
        { audience: "ben", text: expect.stringContaining("/imagine") },
      ]);
      expect(await playground.messages("ada")).toEqual([]);
      expect(inbox.unexpected).toEqual([]);
    });

    it("keeps the words of a command exactly as typed", async () => {
      const { playground, inbox } = await open();
      const answered = inbox.answer("command", (event) => event.responder.settle());
      await say(playground, "ben", "/IMAGINE  a fox,\n\ttwo  lines ar:16:9");
      expect((await answered).event).toMatchObject({
        command: "imagine",
        input: { type: "text", text: "a fox,\n\ttwo  lines ar:16:9" },
      });
    });

    it("lets a person put private words away, and nobody else's", async () => {
      const { playground } = await open();
      await say(playground, "ben", "/draw a fox");
      const [words] = (await playground.state("ben")).messages;
      const dismiss = (user: string) =>
        playground.post("/api/dismiss", { user, deliveryId: randomUUID(), messageId: words?.id });
      expect((await dismiss("ada")).status).toBe(404);
      expect((await dismiss("ben")).status).toBe(200);
      expect(await playground.messages("ben")).toEqual([]);
    });
  });

  describe("answering the page", () => {
    it("says how the bot acknowledged", async () => {
      const { playground, inbox } = await open();
      const answers = ["reply", "refused", "settled"] as const;
      for (const type of answers) {
        const answered = inbox.answer("command", async ({ responder }) => {
          if (type === "reply") await responder.reply(aView());
          else if (type === "refused") await responder.refuse(aView({ kind: "refusal" }));
          else await responder.settle();
        });
        const response = await say(playground, "ben", "/imagine a fox");
        await answered;
        expect(await response.json()).toEqual({ type });
      }
    });

    it("answers when the bot was done without saying anything", async () => {
      const { playground, inbox } = await open();
      const answered = inbox.answer("command", async () => {});
      expect(await (await say(playground, "ben", "/imagine a fox")).json()).toEqual({ type: "settled" });
      await answered;
    });

    it("refuses a second use of a responder", async () => {
      const { playground, inbox } = await open();
      const answered = inbox.answer("command", async ({ responder }) => {
        await responder.settle();
        await expect(responder.reply(aView())).rejects.toMatchObject({ code: "misuse" });
      });
      await say(playground, "ben", "/imagine a fox");
      await answered;
      expect(await playground.messages("ben")).toEqual([]);
    });

    it("lets nobody wait when it stops", async () => {
      const { playground, inbox } = await open();
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const answered = inbox.answer("command", async () => {
        await playground.adapter.stop();
        await held;
      });
      expect((await say(playground, "ben", "/imagine a fox")).status).toBe(503);
      release();
      await answered;
      expect((await say(playground, "ben", "/imagine a fox")).status).toBe(503);
    });
  });

  describe("reactions", () => {
    it("shows a stray emoji, counts people once, and takes it off again", async () => {
      const stage = await open();
      const { playground } = stage;
      const { id, ref } = await paint(stage);
      const key = ref.messageKey ?? "";
      await playground.react("ben", key, "🍕");
      await playground.react("ben", key, "🍕");
      await playground.react("ada", key, "🍕");
      const reactions = async () =>
        (await playground.state("ben")).messages.find((message) => message.id === id)?.reactions;
      expect(await reactions()).toEqual([{ emoji: "🍕", users: ["ben", "ada"] }]);
      await playground.unreact("ben", key, "🍕");
      await playground.unreact("ada", key, "🍕");
      expect(await reactions()).toEqual([]);
      expect(stage.inbox.unexpected).toEqual([]);
    });

    it("keeps reactions when the reply changes", async () => {
      const stage = await open();
      const { id, ref } = await paint(stage);
      await stage.playground.react("ben", ref.messageKey ?? "", "👍");
      await stage.playground.adapter.openReply(ref, keepNothing).update(aWorkingView());
      const { messages } = await stage.playground.state("ben");
      expect(messages.find((message) => message.id === id)).toMatchObject({
        reactions: [{ emoji: "👍", users: ["ben"] }],
        view: { kind: "working" },
      });
    });
  });

  describe("following along", () => {
    it("streams the whole state first, then each change a person may see", async () => {
      const stage = await open();
      const { playground } = stage;
      const stream = await openStream(playground.url, "chloe");
      const first = await stream.next();
      expect(first).toMatchObject({
        type: "state",
        state: {
          messages: [],
          badge: { label: "Simulator" },
          commands: [{ name: "imagine" }],
          users: [
            { id: "ada", moderator: true, owner: true },
            { id: "ben", moderator: false },
            { id: "chloe", name: "Chloé", roles: ["artists"] },
            { id: "dora", moderator: true, owner: false },
          ],
        },
      });
      await say(playground, "ben", "/draw something only Ben is told about");
      const { ref, id } = await paint(stage);
      await playground.adapter.openReply(ref, keepNothing).update(aWorkingView());
      await playground.adapter.openReply(ref, keepNothing).remove();
      const changes = [await stream.next(), await stream.next(), await stream.next()];
      expect(changes).toMatchObject([
        { type: "message", message: { id, version: 1, view: { kind: "waiting" } } },
        { type: "message", message: { id, version: 2, view: { kind: "working" } } },
        { type: "removed", messageId: id },
      ]);
      stream.close();
    });

    it("sends a sign of life while nothing happens", async () => {
      const { playground } = await open();
      const stream = await openStream(playground.url, "ben");
      await stream.next();
      await expect.poll(() => playground.clock.pending()).toBe(1);
      await playground.clock.advance(15_000);
      expect(await stream.nextBlock()).toMatch(/^:/);
      stream.close();
    });

    it("ends every stream at once when it stops", async () => {
      const { playground } = await open();
      const streams = [await openStream(playground.url, "ben"), await openStream(playground.url, "ada")];
      for (const stream of streams) await stream.next();
      await playground.adapter.stop();
      for (const stream of streams) await expect(stream.next()).rejects.toThrow("ended");
      await expect(openStream(playground.url, "ben")).rejects.toThrow("503");
      expect(playground.clock.pending()).toBe(0);
    });
  });

  describe("remembering", () => {
    async function directory() {
      const path = await mkdtemp(join(tmpdir(), "playground-kept-"));
      ends.push(() => rm(path, { recursive: true, force: true }));
      return path;
    }

    it("still has its messages, reactions and pictures after a restart", async () => {
      const path = await directory();
      const openKept = () => {
        const storage = openStorage({
          url: `sqlite:${join(path, "db.sqlite")}`,
          clock: createFakeClock(),
          onUnreadable: (_key, error) => {
            throw error;
          },
        });
        const records = { messages: storage.records("playground", playgroundMessageSchema) };
        return { storage, overrides: { records, picturesDirectory: join(path, "pictures") } };
      };
      const before = openKept();
      const stage = await open(before.overrides);
      const { ref } = await paint(stage);
      await stage.playground.adapter.openReply(ref, keepNothing).update(aDoneView(await aPicture()));
      await stage.playground.react("ada", ref.messageKey ?? "", "👍");
      const shown = await stage.playground.messages("ada");
      const { messages } = await stage.playground.state("ada");
      expect(shown[0]?.images).toHaveLength(1);
      await ends.pop()?.();
      await before.storage.close();

      const after = openKept();
      const again = await open(after.overrides);
      expect(await again.playground.messages("ada")).toEqual(shown);
      expect((await again.playground.state("ada")).messages).toEqual(messages);
      await ends.pop()?.();
      await after.storage.close();
    });

    it("keeps the newest messages and forgets the pictures of the others", async () => {
      const path = await directory();
      const stage = await open({ keptMessages: 3, picturesDirectory: path });
      const { ref } = await paint(stage);
      await stage.playground.adapter.openReply(ref, keepNothing).update(aDoneView(await aPicture()));
      expect(await readdir(path)).toHaveLength(1);
      for (let line = 0; line < 30; line += 1) await say(stage.playground, "ada", `line ${line}`);
      const texts = (await stage.playground.state("ada")).messages.map((message) => message.text);
      expect(texts).toEqual(["line 27", "line 28", "line 29"]);
      expect(await readdir(path)).toEqual([]);
    });

    it("clears away on start what a crash left behind, and nothing else", async () => {
      const path = await directory();
      await writeFile(join(path, `reply-1-${"0".repeat(24)}.png`), "left behind");
      await writeFile(join(path, "somebody-elses.txt"), "keep me");
      await open({ picturesDirectory: path });
      expect(await readdir(path)).toEqual(["somebody-elses.txt"]);
    });

    it("drops the old picture when a reply shows another", async () => {
      const path = await directory();
      const stage = await open({ picturesDirectory: path });
      const { ref } = await paint(stage);
      const handle = stage.playground.adapter.openReply(ref, keepNothing);
      await handle.update(aDoneView(await aPicture()));
      const [first] = await readdir(path);
      await handle.update(aDoneView(await aPicture({}, { r: 1, g: 2, b: 3 })));
      const names = await readdir(path);
      expect(names).toHaveLength(1);
      expect(names).not.toContain(first);
      await handle.remove();
      expect(await readdir(path)).toEqual([]);
    });

    it("asks for a smaller picture when it is of a kind browsers may not show", async () => {
      const stage = await open();
      const { ref } = await paint(stage);
      const handle = stage.playground.adapter.openReply(ref, keepNothing);
      const odd = await aPicture({ contentType: "image/tiff" });
      await expect(handle.update(aDoneView(odd))).rejects.toMatchObject({ problem: "too-large" });
    });
  });
});
