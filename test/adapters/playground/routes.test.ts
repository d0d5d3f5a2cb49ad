import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createInbox } from "../../contracts/platform-world.ts";
import { aDoneView, aPicture, aView } from "../../support/views.ts";
import { createPlayground, idOf, type Playground } from "./playground-world.ts";

describe("the playground's routes", () => {
  let playground: Playground;
  let inbox: ReturnType<typeof createInbox>;
  beforeEach(async () => {
    playground = await createPlayground();
    inbox = createInbox();
    await playground.adapter.start(inbox.sink);
  });
  afterEach(async () => {
    await playground.adapter.stop();
    await playground.close();
  });

  const deed = { user: "ben", deliveryId: randomUUID() };
  const get = (path: string) => fetch(`${playground.url}${path}`, { headers: { connection: "close" } });

  it("serves the page under a policy that runs nothing inline", async () => {
    const page = await get("/");
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain("unsafe");
    expect(policy).toContain("frame-ancestors 'none'");
    const html = await page.text();
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|\son[a-z]+=|\sstyle=|<style/);
  });

  it("serves the style sheets and no sources", async () => {
    expect((await get("/base.css")).headers.get("content-type")).toContain("text/css");
    for (const path of ["/main.ts", "/tsconfig.json", "/../adapter.ts", "/%2e%2e/adapter.ts"]) {
      expect((await get(path)).status, path).toBe(404);
    }
  });

  it("takes JSON only", async () => {
    const post = (headers: Record<string, string>, body: string) =>
      fetch(`${playground.url}/api/command`, {
        method: "POST",
        headers: { ...headers, connection: "close" },
        body,
      });
    const body = JSON.stringify({ ...deed, text: "hello" });
    expect((await post({ "content-type": "text/plain" }, body)).status).toBe(415);
    expect((await post({ "content-type": "application/x-www-form-urlencoded" }, "user=ben")).status).toBe(
      415,
    );
    expect((await post({ "content-type": "application/json" }, "{")).status).toBe(400);
    expect(await playground.messages("ben")).toEqual([]);
  });

  it.each([
    ["/api/command", { ...deed, text: "  " }],
    ["/api/command", { ...deed, text: "x".repeat(12_001) }],
    ["/api/command", { user: "ben", deliveryId: "again", text: "hello" }],
    ["/api/action", { ...deed, messageId: "reply-1", intent: "explode", jobId: "job-1" }],
    ["/api/reaction", { ...deed, messageId: "reply-1", emoji: "<b>", change: "added" }],
    ["/api/reaction", { ...deed, messageId: "reply-1", emoji: "🎲", change: "doubled" }],
    ["/api/form", { ...deed, command: "imagine", parentId: null, messageId: null, options: { prompt: 7 } }],
  ])("refuses a body that makes no sense: %s", async (path, body) => {
    const response = await playground.post(path, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.any(String) });
    expect(inbox.unexpected).toEqual([]);
  });

  it("refuses a body that is too large", async () => {
    const response = await playground.post("/api/command", { ...deed, text: "x".repeat(200_000) });
    expect(response.status).toBe(413);
  });

  it("knows nobody but its own people", async () => {
    expect((await playground.post("/api/command", { ...deed, user: "mallory", text: "hi" })).status).toBe(
      404,
    );
    expect((await get("/api/state?user=mallory")).status).toBe(404);
    expect((await get("/api/events?user=mallory")).status).toBe(404);
    expect((await get("/api/state")).status).toBe(400);
  });

  it("lets nobody act on a message they cannot see", async () => {
    await playground.post("/api/command", { ...deed, text: "/draw a fox" });
    const [words] = (await playground.state("ben")).messages;
    const target = { user: "ada", deliveryId: randomUUID(), messageId: words?.id };
    const press = await playground.post("/api/action", { ...target, intent: "reroll", jobId: "job-1" });
    expect(press.status).toBe(404);
    const reaction = await playground.post("/api/reaction", { ...target, emoji: "🎲", change: "added" });
    expect(reaction.status).toBe(404);
    expect(inbox.unexpected).toEqual([]);
  });

  it("says nothing of an exception, and stays up", async () => {
    const answered = inbox.answer("command", async (event) => {
      const missing = await aPicture({ path: "nowhere/at-all.png" });
      await expect(event.responder.reply(aDoneView(missing))).rejects.toMatchObject({
        problem: "unavailable",
      });
    });
    const response = await playground.post("/api/command", { ...deed, text: "/imagine a fox" });
    await answered;
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/nowhere|ENOENT/);
  });

  it("serves pictures as what they are, for good, and nothing beside them", async () => {
    const answered = inbox.answer("command", (event) => event.responder.reply(aView()));
    await playground.command("ben", "imagine", { type: "text", text: "a fox" });
    const { result: ref } = await answered;
    await playground.adapter.openReply(ref, async () => {}).update(aDoneView(await aPicture()));
    const message = (await playground.state("ben")).messages.find(
      ({ id }) => id === idOf(ref.messageKey ?? ""),
    );
    const name = message?.view?.images[0]?.name ?? "";
    const picture = await get(`/pictures/${name}`);
    expect(picture.headers.get("content-type")).toBe("image/png");
    expect(picture.headers.get("cache-control")).toContain("immutable");
    expect(picture.headers.get("x-content-type-options")).toBe("nosniff");
    for (const other of [`${name}.part`, "..%2fdb.sqlite", name.replace(".png", ".svg")]) {
      expect((await get(`/pictures/${other}`)).status, other).toBe(404);
    }
  });
});
