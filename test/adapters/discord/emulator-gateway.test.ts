import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type DiscordEmulator, startDiscordEmulator } from "../../support/discord/emulator.ts";

interface Frame {
  readonly op: number;
  readonly t: string | null;
  readonly s: number | null;
  readonly d: Record<string, unknown>;
}

const properties = { os: "linux", browser: "x", device: "x" };

describe("The emulator's gateway, met by a wrong client", () => {
  let discord: DiscordEmulator;

  beforeEach(async () => {
    discord = await startDiscordEmulator();
    discord.people.guild();
  });
  afterEach(() => discord.close());

  /** Sends frames after HELLO and resolves with the close code. */
  function closedFor(...frames: unknown[]): Promise<number> {
    const socket = new WebSocket(discord.apiUrl.replace("http", "ws").replace("/api", ""));
    socket.once("message", () => {
      for (const frame of frames) socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
    });
    return new Promise((resolve) => socket.on("close", resolve));
  }

  /** Collects frames until one fits. */
  function listen(hello: unknown, until: (frame: Frame) => boolean): Promise<readonly Frame[]> {
    const socket = new WebSocket(discord.apiUrl.replace("http", "ws").replace("/api", ""));
    const seen: Frame[] = [];
    return new Promise((resolve) => {
      socket.on("message", (raw) => {
        const frame: Frame = JSON.parse(raw.toString());
        seen.push(frame);
        if (frame.op === 10) socket.send(JSON.stringify(hello));
        if (!until(frame)) return;
        socket.terminate();
        resolve(seen);
      });
    });
  }

  const identify = (more: object = {}) => ({
    op: 2,
    d: { token: discord.token, intents: 1, properties, shard: [0, 1], ...more },
  });

  it("closes for what Discord closes for", async () => {
    expect(await closedFor(identify({ token: "wrong" }))).toBe(4004);
    expect(await closedFor(identify({ intents: 2 ** 30 }))).toBe(4013);
    expect(await closedFor(identify({ intents: 1 << 15 }))).toBe(4014);
    expect(await closedFor(identify({ shard: [1, 1] }))).toBe(4010);
    expect(await closedFor(identify(), identify())).toBe(4005);
    expect(await closedFor({ op: 3, d: {} })).toBe(4003);
    expect(await closedFor("no json")).toBe(4002);
    expect(await closedFor({ op: 1, d: "x".repeat(5000) })).toBe(4002);
  });

  it("wants as many shards as it recommends", async () => {
    await discord.close();
    discord = await startDiscordEmulator({ shards: 2 });
    expect(await closedFor(identify())).toBe(4011);
  });

  it("refuses to resume a session it does not know (op 9)", async () => {
    const wish = { op: 6, d: { token: discord.token, session_id: "none", seq: 1 } };
    const frames = await listen(wish, (frame) => frame.op === 9);
    expect(frames.at(-1)).toMatchObject({ op: 9, d: false });
  });

  it("replays what a dropped client missed", async () => {
    const first = await listen(identify(), (frame) => frame.t === "GUILD_CREATE");
    const ready = first.find((frame) => frame.t === "READY");
    await new Promise((resolve) => setTimeout(resolve, 20));
    const [guild] = [...discord.world.guilds.values()];
    if (guild === undefined) return expect.unreachable();
    discord.people.announce(guild);
    const wish = { token: discord.token, session_id: ready?.d["session_id"], seq: first.at(-1)?.s };
    const frames = await listen({ op: 6, d: wish }, (frame) => frame.t === "RESUMED");
    expect(frames.map((frame) => frame.t)).toEqual([null, "GUILD_CREATE", "RESUMED"]);
  });
});
