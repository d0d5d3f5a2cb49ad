import { describe, expect, it } from "vitest";
import { inviteLink } from "../../../adapters/discord/limits.ts";
import type { BotError } from "../../../src/errors.ts";
import type { Gateway } from "../../support/discord/gateway.ts";
import { acknowledged, type DiscordStage, onStage } from "../../support/discord/stage.ts";
import { eventually } from "../../support/eventually.ts";
import { aView } from "../../support/views.ts";

describe("The connection to Discord", () => {
  /** Something is asked, and answered. */
  async function works(stage: DiscordStage): Promise<void> {
    const answered = stage.inbox.answer("command", (event) => event.responder.reply(aView()));
    await acknowledged(
      stage.discord.people.slash({ by: stage.member, in: stage.channel }, "imagine", { prompt: "x" }),
    );
    await answered;
  }

  it.concurrent(
    "asks for three intents and prints the invite link with its permission number",
    onStage(async (stage) => {
      await stage.start();
      expect(stage.discord.gateway.intents()).toEqual([9217]);
      const line = stage.lines.find((one) => one.message === "Connected to Discord");
      expect(line?.context).toEqual({ intents: 9217, invite: inviteLink(stage.discord.world.applicationId) });
      expect(inviteLink("1")).toContain("permissions=274878024768");
    }),
  );

  it.concurrent.each([
    ["resumes after op 7", (gateway: Gateway) => gateway.askToReconnect()],
    ["resumes after a lost connection", (gateway: Gateway) => gateway.drop()],
    ["resumes after close code 4000", (gateway: Gateway) => gateway.closeAll(4000)],
  ])("%s, and answers again", (_, trouble) =>
    onStage(async (stage) => {
      const adapter = await stage.start();
      const { stats } = stage.discord.gateway;
      trouble(stage.discord.gateway);
      await eventually(() => expect(adapter.connected()).toBe(false));
      await eventually(() => expect(adapter.connected()).toBe(true));
      expect([stats.identifies, stats.connections]).toEqual([1, 2]);
      await works(stage);
    })(),
  );

  it.concurrent(
    "answers what was asked while it reconnected, and goes on editing what was there before",
    onStage(async (stage) => {
      const adapter = await stage.start();
      const answered = stage.inbox.answer("command", (event) => event.responder.reply(aView()));
      stage.discord.gateway.drop();
      await eventually(() => expect(adapter.connected()).toBe(false));
      const one = stage.discord.people.slash({ by: stage.member, in: stage.channel }, "imagine", {
        prompt: "x",
      });
      await acknowledged(one);
      await answered;
      expect(one.ackMs).toBeLessThan(3_000);
    }),
  );

  it.concurrent(
    "answers what is asked before every server has come up",
    onStage(
      async (stage) => {
        const starting = stage.start();
        await eventually(() => expect(stage.discord.gateway.stats.identifies).toBe(1));
        await works(stage);
        await starting;
      },
      { outageGuilds: 3 },
    ),
  );

  it.concurrent(
    "leaves a zombie connection and comes back",
    onStage(
      async (stage) => {
        await stage.start();
        stage.discord.gateway.mood.ignoreHeartbeats = true;
        await eventually(() => expect(stage.discord.gateway.stats.resumes).toBe(1));
        stage.discord.gateway.mood.ignoreHeartbeats = false;
        expect(stage.discord.gateway.stats.closes).toContain(4200);
        await works(stage);
      },
      { heartbeatMs: 100 },
    ),
  );

  it.concurrent.each([
    [4004, "token"],
    [4013, "intents"],
    [4014, "intents"],
  ])("stops the start with a sentence on close code %i", (code, word) =>
    onStage(async (stage) => {
      stage.discord.gateway.mood.closeNextWith = code;
      const failure: unknown = await stage.start().catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "config", message: expect.stringContaining(word) });
      expect((failure as BotError).remedy).not.toBeNull();
    })(),
  );

  it.concurrent(
    "stops the start with a sentence when the token is wrong",
    onStage(async (stage) => {
      const failure = stage.start({ token: "wrong.token.entirely" });
      await expect(failure).rejects.toMatchObject({
        code: "config",
        remedy: expect.stringContaining("DISCORD_TOKEN"),
      });
    }),
  );

  it.concurrent(
    "takes a token and an address as people paste them",
    onStage(async (stage) => {
      await stage.start({ token: ` Bot ${stage.discord.token}\n`, apiUrl: `${stage.discord.apiUrl}/` });
      await works(stage);
    }),
  );

  it.concurrent(
    "tells when Discord ends the connection for good while the bot runs",
    onStage(async (stage) => {
      const fatal: BotError[] = [];
      const adapter = await stage.start({ onFatal: (error) => fatal.push(error) });
      stage.discord.gateway.closeAll(4004);
      await eventually(() => expect(fatal).toHaveLength(1));
      expect(fatal[0]).toMatchObject({ code: "config" });
      expect(adapter.connected()).toBe(false);
    }),
  );

  it.concurrent(
    "waits for Discord when it cannot be reached at the start",
    onStage(async (stage) => {
      stage.discord.fault({
        route: "gateway",
        what: { type: "status", status: 502, when: "before" },
        times: 4,
      });
      const starting = stage.start();
      await eventually(() =>
        expect(stage.lines.some((line) => line.message.includes("cannot be reached"))).toBe(true),
      );
      await stage.discord.clock.advance(1_000);
      await starting;
      await works(stage);
    }),
  );

  it.concurrent(
    "runs as many shards as Discord recommends, and hears every server",
    onStage(
      async (stage) => {
        const places = Array.from({ length: 4 }, () => {
          const guild = stage.discord.people.guild();
          stage.discord.people.join(guild, stage.member);
          return stage.discord.people.channel(guild);
        });
        await stage.start();
        expect(stage.discord.gateway.connections()).toBe(3);
        for (const place of places) {
          const answered = stage.inbox.answer("command", (event) => event.responder.settle());
          stage.discord.people.slash({ by: stage.member, in: place }, "imagine", { prompt: "x" });
          await answered;
        }
      },
      { shards: 3 },
    ),
  );

  it.concurrent(
    "closes its session at the stop, also in the middle of a reconnect",
    onStage(async (stage) => {
      const adapter = await stage.start();
      await adapter.stop();
      expect(stage.discord.gateway.stats.closes).toEqual([1000]);
      const again = await stage.start();
      stage.discord.gateway.drop();
      await eventually(() => expect(again.connected()).toBe(false));
      await again.stop();
      const { connections } = stage.discord.gateway.stats;
      // discord.js pauses half a second before it reconnects.
      await new Promise((resolve) => setTimeout(resolve, 700));
      expect(stage.discord.gateway.stats.connections).toBe(connections);
      expect(stage.discord.gateway.connections()).toBe(0);
    }),
  );

  it.concurrent(
    "gives up a start that is still waiting when it is stopped",
    onStage(async (stage) => {
      stage.discord.gateway.mood.rejectConnections = true;
      const adapter = stage.adapter();
      const starting = adapter.start(async () => {});
      starting.catch(() => undefined);
      await eventually(() => expect(stage.discord.requests.map((one) => one.route)).toContain("gateway"));
      await adapter.stop();
      await expect(starting).rejects.toMatchObject({ code: "misuse" });
    }),
  );

  it.concurrent(
    "begins a new session after close code 4009 and the op 9 that follows",
    onStage(async (stage) => {
      const adapter = await stage.start();
      const { gateway } = stage.discord;
      gateway.closeAll(4009);
      await eventually(() => expect(adapter.connected()).toBe(false));
      // discord.js waits five seconds between two identifies of one shard.
      await eventually(() => expect(adapter.connected()).toBe(true));
      expect(gateway.stats.identifies).toBe(2);
      await works(stage);
    }),
  );
});
