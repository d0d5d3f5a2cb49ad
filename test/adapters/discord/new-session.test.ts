import { expect, it, vi } from "vitest";
import { acknowledged, createDiscordStage } from "../../support/discord/stage.ts";
import { aView } from "../../support/views.ts";

// In a file of its own: discord.js waits five seconds between two identifies of one shard.
it("begins a new session after close code 4009 and the op 9 that follows, and answers again", async () => {
  const stage = await createDiscordStage();
  const adapter = await stage.start();
  const { gateway, people } = stage.discord;
  gateway.closeAll(4009);
  await vi.waitFor(() => expect(adapter.connected()).toBe(false), { timeout: 2_000, interval: 10 });
  await vi.waitFor(() => expect(adapter.connected()).toBe(true), { timeout: 12_000, interval: 20 });
  expect(gateway.stats.identifies).toBe(2);
  const answered = stage.inbox.answer("command", (event) => event.responder.reply(aView()));
  await acknowledged(people.slash({ by: stage.member, in: stage.channel }, "imagine", { prompt: "x" }));
  await answered;
  await stage.close();
});
