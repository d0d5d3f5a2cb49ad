import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { playgroundMessageSchema } from "../../../adapters/playground/messages.ts";
import { commands } from "../../../commands/index.ts";
import { wordsView } from "../../../src/core/view.ts";
import { createInbox, type Inbox } from "../../contracts/platform-world.ts";
import { aDoneView, aPicture } from "../../support/views.ts";
import { createPlayground, type Playground } from "./playground-world.ts";

const keepNothing = async () => {};
const EVERYBODY = ["ada", "ben", "chloe", "dora"];

describe("what not everybody sees in the playground", () => {
  let picturesDirectory: string;
  let playground: Playground;
  let inbox: Inbox;
  beforeEach(async () => {
    picturesDirectory = await mkdtemp(join(tmpdir(), "playground-shelf-"));
    playground = await createPlayground({ commands, picturesDirectory });
    inbox = createInbox();
    await playground.adapter.start(inbox.sink);
  });
  afterEach(async () => {
    await playground.adapter.stop();
    await playground.close();
    await rm(picturesDirectory, { recursive: true, force: true });
  });

  const say = (user: string, text: string) =>
    playground.post("/api/command", { user, deliveryId: randomUUID(), text });

  describe("commands for moderators", () => {
    it("are told of to owners and moderators only", async () => {
      const known = async (user: string) => (await playground.state(user)).commands.map(({ name }) => name);
      expect(await known("ada")).toEqual(["imagine", "images", "images-admin"]);
      expect(await known("dora")).toEqual(["imagine", "images", "images-admin"]);
      expect(await known("ben")).toEqual(["imagine", "images"]);
      await say("ben", "/draw a fox");
      expect((await playground.messages("ben"))[0]?.text).not.toContain("images-admin");
    });

    it("are handed over whoever sends them", async () => {
      const answered = inbox.answer("command", (event) =>
        event.responder.refuse(wordsView("refusal", ["That is for moderators."])),
      );
      const response = await say("ben", "/images-admin status");
      expect((await answered).event).toMatchObject({
        command: "images-admin",
        standing: { moderator: false, owner: false },
      });
      expect(await response.json()).toEqual({ type: "refused" });
      expect(await playground.messages("ada")).toEqual([]);
    });

    it("name people by their ids when they arrive", async () => {
      const answered = inbox.answer("command", (event) => event.responder.settle());
      await say("ada", "/images-admin  Block @Chloé  spamming");
      expect((await answered).event).toMatchObject({
        command: "images-admin",
        input: { type: "text", text: "Block @chloe  spamming" },
      });
    });

    it("go nowhere when they name nobody who is there", async () => {
      const response = await say("ada", "/images-admin block @bob");
      expect(await response.json()).toEqual({ type: "refused" });
      expect(inbox.unexpected).toEqual([]);
      expect(await playground.messages("ada")).toMatchObject([
        { audience: "ada", text: expect.stringContaining("@chloe") },
      ]);
    });

    it("say with what was used which action it was", async () => {
      const answered = inbox.answer("command", (event) => event.responder.refuse(wordsView("notice", ["."])));
      await say("ben", "/images usage");
      await answered;
      const [message] = (await playground.state("ben")).messages;
      expect(message?.cause).toEqual({ user: "ben", did: "used /images usage" });
    });
  });

  describe("the moderators' log", () => {
    const note = (channel: string, title: string) =>
      playground.adapter
        .openReply(playground.adapter.channelRef(null, channel), keepNothing)
        .create(wordsView("notice", [title]));

    it("is read by every moderator, whatever its channel is called, and by nobody else", async () => {
      await note("log", "Ben asked for a picture");
      await note("ada", "Chloé was refused");
      const readers = await Promise.all(
        EVERYBODY.map(async (user) => [user, (await playground.messages(user)).length]),
      );
      expect(readers).toEqual([
        ["ada", 2],
        ["ben", 0],
        ["chloe", 0],
        ["dora", 2],
      ]);
      const [first] = (await playground.state("dora")).messages;
      expect(first).toMatchObject({ privacy: "log", cause: null, author: null });
    });

    it("keeps channels and roles that a note names", async () => {
      const title = [
        "in ",
        { type: "channel", id: "playground" },
        " for ",
        { type: "role", id: "artists" },
      ] as const;
      await playground.adapter
        .openReply(playground.adapter.channelRef(null, "log"), keepNothing)
        .create(wordsView("notice", title));
      const [first] = (await playground.state("dora")).messages;
      expect(first?.view?.title).toEqual(title);
    });

    it("cannot be put away", async () => {
      await note("log", "Ben asked for a picture");
      const [first] = (await playground.state("ada")).messages;
      const dismiss = { user: "ada", deliveryId: randomUUID(), messageId: first?.id };
      expect((await playground.post("/api/dismiss", dismiss)).status).toBe(409);
    });
  });

  describe("documents", () => {
    async function exported(text: string, fileName = "export.json") {
      const answered = inbox.answer("command", async (event) => {
        const view = {
          ...wordsView("notice", ["What is stored about you"]),
          documents: [{ fileName, contentType: "text/html", text }],
        };
        const ref = await playground.adapter.openReply(event.direct, keepNothing).create(view);
        await event.responder.settle();
        return ref;
      });
      await say("ben", "/images export");
      const { result: ref } = await answered;
      const [message] = (await playground.state("ben")).messages;
      const [document] = message?.view?.documents ?? [];
      const fetchAs = (user: string) =>
        fetch(`${playground.url}/documents/${message?.id}/${document?.name}?user=${user}`, {
          headers: { connection: "close" },
        });
      return { ref, document, fetchAs };
    }

    it("are downloaded whole by the one they are for, and by nobody else", async () => {
      const text = JSON.stringify({ prompt: "Größe 🦊" });
      const { document, fetchAs } = await exported(text);
      expect(document).toMatchObject({ fileName: "export.json", bytes: Buffer.byteLength(text) });
      const response = await fetchAs("ben");
      expect(response.status).toBe(200);
      expect(await response.text()).toBe(text);
      for (const other of ["ada", "chloe", "dora"]) expect((await fetchAs(other)).status, other).toBe(404);
      expect((await fetchAs("mallory")).status).toBe(404);
    });

    it("are never shown as a page, whatever is in them", async () => {
      const { document, fetchAs } = await exported("<script>alert(1)</script>", 'a "b"/\r\nx: y.html');
      const { headers } = await fetchAs("ben");
      expect(headers.get("content-disposition")).toBe('attachment; filename="a-b-x-y.html"');
      expect(headers.get("content-type")).toBe("application/octet-stream");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cache-control")).toBe("no-store");
      const asPicture = await fetch(`${playground.url}/pictures/${document?.name}`, {
        headers: { connection: "close" },
      });
      expect(asPicture.status).toBe(404);
    });

    it("go with their message, and after a crash", async () => {
      const { ref } = await exported("{}");
      expect(await readdir(picturesDirectory)).toHaveLength(1);
      await playground.adapter.openReply(ref, keepNothing).remove();
      expect(await readdir(picturesDirectory)).toEqual([]);
      await writeFile(join(picturesDirectory, `direct-1-${"0".repeat(24)}.document`), "left behind");
      await playground.adapter.stop();
      await playground.adapter.start(inbox.sink);
      expect(await readdir(picturesDirectory)).toEqual([]);
    });

    it("are refused when they are too large to keep", async () => {
      const answered = inbox.answer("command", async (event) => {
        const view = {
          ...wordsView("notice", ["All of it"]),
          documents: [
            { fileName: "all.json", contentType: "application/json", text: "x".repeat(9 * 1024 * 1024) },
          ],
        };
        const handle = playground.adapter.openReply(event.direct, keepNothing);
        await expect(handle.create(view)).rejects.toMatchObject({ problem: "too-large" });
        await event.responder.settle();
      });
      await say("ben", "/images export");
      await answered;
      expect(await playground.messages("ben")).toEqual([]);
    });
  });

  it("reads records from before pictures could be hidden and documents sent", async () => {
    const answered = inbox.answer("command", async (event) =>
      event.responder.reply(aDoneView(await aPicture({ spoiler: true }))),
    );
    await say("ben", "/imagine a fox");
    await answered;
    const [message] = (await playground.state("ben")).messages;
    expect(message?.view?.images).toMatchObject([{ spoiler: true }]);
    const { documents: _documents, images, ...view } = message?.view ?? expect.unreachable();
    const before = {
      ...message,
      audience: null,
      view: { ...view, images: images.map(({ spoiler: _spoiler, ...image }) => image) },
    };
    expect(playgroundMessageSchema.parse(before).view).toMatchObject({
      documents: [],
      images: [{ spoiler: false }],
    });
  });
});
