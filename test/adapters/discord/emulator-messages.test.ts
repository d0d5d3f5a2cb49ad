import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../../support/discord/emulator.ts";
import { PERMISSION } from "../../support/discord/permissions.ts";
import { multipart, rawClient } from "../../support/discord/raw-client.ts";
import { picturesOf } from "../../support/discord/seen.ts";
import type { ChannelState, GuildState } from "../../support/discord/state.ts";

const V2 = 1 << 15;
const text = (content: string) => ({ type: 10, content });
const row = (...buttons: object[]) => ({ type: 1, components: buttons });
const button = (custom_id: string) => ({ type: 2, style: 1, label: "B", custom_id });
const gallery = (url: string, description?: string) => ({
  type: 12,
  items: [{ media: { url }, ...(description === undefined ? {} : { description }) }],
});
const v2 = (...components: object[]) => ({ flags: V2, components });
const png = (bytes = 10) => [{ name: "a.png", bytes }];

describe("The emulator's messages, met by a wrong client", () => {
  let discord: DiscordEmulator;
  let client: ReturnType<typeof rawClient>;
  let guild: GuildState;
  let channel: ChannelState;

  beforeEach(async () => {
    discord = await startDiscordEmulator({ buckets: {} });
    client = rawClient(discord);
    guild = discord.people.guild();
    channel = discord.people.channel(guild);
  });
  afterEach(() => discord.close());

  it.each<[string, object]>([
    ["content beside components V2", { ...v2(text("a")), content: "b" }],
    ["embeds beside components V2", { ...v2(text("a")), embeds: [{ title: "x" }] }],
    ["texts of more than 4000 characters in all", v2(text("a".repeat(2001)), text("b".repeat(2000)))],
    ["more than 40 components", v2(...Array.from({ length: 41 }, () => text("a")))],
    ["an empty text", v2(text(""))],
    ["a custom id used twice", v2(row(button("x"), button("x")))],
    ["a custom id of 101 characters", v2(row(button("x".repeat(101))))],
    ["six buttons in a row", v2(row(...["a", "b", "c", "d", "e", "f"].map(button)))],
    ["a link button with a custom id", v2(row({ ...button("x"), style: 5, url: "https://x.test" }))],
    ["a button without label and emoji", v2(row({ type: 2, style: 1, custom_id: "x" }))],
    ["a picture that was not sent", v2(gallery("attachment://a.png"))],
    ["a file that was not sent", v2({ type: 13, file: { url: "attachment://a.txt" } })],
    ["a file from elsewhere", v2({ type: 13, file: { url: "https://x.test/a.txt" } })],
    [
      "a spoiler that is neither true nor false",
      v2({ type: 12, items: [{ media: { url: "https://x.test/a.png" }, spoiler: "yes" }] }),
    ],
    ["alt text over 1024 characters", v2(gallery("https://x.test/a.png", "d".repeat(1025)))],
    ["a container in a container", v2({ type: 17, components: [{ type: 17, components: [text("a")] }] })],
    ["content over 2000 characters", { content: "a".repeat(2001) }],
    ["a nonce over 25 characters", { content: "a", nonce: "n".repeat(26) }],
    ["users both parsed and listed", { content: "a", allowed_mentions: { parse: ["users"], users: ["1"] } }],
    ["the ephemeral flag from a bot", { content: "a", flags: 64 }],
    ["attachments that name no file", { content: "a", attachments: [{ id: "0", filename: "a.png" }] }],
  ])("refuses %s (50035)", async (_, body) => {
    expect(await client.post(channel.id, body)).toMatchObject({ status: 400, code: 50035 });
    expect(discord.messages(channel.id)).toEqual([]);
  });

  it("refuses an empty message (50006)", async () => {
    expect(await client.post(channel.id, {})).toMatchObject({ code: 50006 });
  });

  it("takes a picture whose id matches its file, and hashes it", async () => {
    const body = {
      ...v2(gallery("attachment://a.png", "alt")),
      attachments: [{ id: 0, description: "alt" }],
    };
    expect(await client.post(channel.id, multipart(body, png()))).toMatchObject({ status: 200 });
    const [message] = discord.messages(channel.id);
    expect(message?.attachments[0]).toMatchObject({ filename: "a.png", bytes: 10, description: "alt" });
    expect(message?.attachments[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("keeps a hidden picture hidden, and finds a file by a plain name only", async () => {
    const item = { media: { url: "attachment://a.png" }, spoiler: true };
    const hidden = multipart(v2({ type: 12, items: [item] }), png());
    expect(await client.post(channel.id, hidden)).toMatchObject({ status: 200 });
    expect(picturesOf(discord.messages(channel.id)[0] ?? expect.unreachable())[0]?.hidden).toBe(true);
    const named = (name: string) =>
      multipart(v2({ type: 13, file: { url: `attachment://${name}` } }), [{ name, bytes: 3 }]);
    expect(await client.post(channel.id, named("a.txt"))).toMatchObject({ status: 200 });
    expect(await client.post(channel.id, named("a b.txt"))).toMatchObject({ code: 50035 });
  });

  it("refuses a message in a forum (50008)", async () => {
    const forum = discord.people.channel(guild, { type: 15 });
    expect(await client.post(forum.id, { content: "a" })).toMatchObject({ status: 400, code: 50008 });
  });

  it("refuses a file over the server's limit (413, 40005)", async () => {
    const big = multipart({ content: "a" }, png(10 * 1024 * 1024 + 1));
    expect(await client.post(channel.id, big)).toMatchObject({ status: 413, code: 40005 });
  });

  it("never takes the components V2 flag back", async () => {
    await client.post(channel.id, v2(text("a")));
    const [message] = discord.messages(channel.id);
    const path = `/channels/${channel.id}/messages/${message?.id}`;
    expect(await client.request("PATCH", path, { flags: 0, content: "b" })).toMatchObject({ code: 50035 });
  });

  it("drops pictures an edit does not name, and appends new ones", async () => {
    await client.post(channel.id, multipart({ content: "a" }, png()));
    const [message] = discord.messages(channel.id);
    const path = `/channels/${channel.id}/messages/${message?.id}`;
    await client.request("PATCH", path, multipart({ content: "b" }, [{ name: "b.png", bytes: 5 }]));
    expect(message?.attachments.map((one) => one.filename)).toEqual(["a.png", "b.png"]);
    await client.request("PATCH", path, { attachments: [] });
    expect(message?.attachments).toEqual([]);
  });

  it("pings everybody a bot names unless it is told not to", async () => {
    await client.post(channel.id, { content: "@everyone <@123>" });
    await client.post(channel.id, { content: "@everyone <@123>", allowed_mentions: { parse: [] } });
    expect(discord.messages(channel.id).map((one) => [...one.pings])).toEqual([["123", "everyone"], []]);
  });

  it("makes one message of two posts with the same enforced nonce", async () => {
    const body = { content: "a", nonce: "n1", enforce_nonce: true };
    const first = await client.post(channel.id, body);
    const second = await client.post(channel.id, body);
    expect(second.json["id"]).toBe(first.json["id"]);
  });

  it("refuses where the bot may not see (50001), write or attach (50013)", async () => {
    const closed = (deny: bigint) =>
      discord.people.channel(guild, { overwrites: [{ id: discord.world.bot.id, type: 1, allow: 0n, deny }] });
    const post = (place: ChannelState, body: unknown) => client.post(place.id, body);
    expect(await post(closed(PERMISSION.viewChannel), { content: "a" })).toMatchObject({ code: 50001 });
    expect(await post(closed(PERMISSION.sendMessages), { content: "a" })).toMatchObject({ code: 50013 });
    const noFiles = closed(PERMISSION.attachFiles);
    expect(await post(noFiles, multipart({ content: "a" }, png()))).toMatchObject({ code: 50013 });
    expect(await post(noFiles, { content: "a" })).toMatchObject({ status: 200 });
  });

  it("asks for the threads' own permission in a thread (50013)", async () => {
    const deny = { id: discord.world.bot.id, type: 1, allow: 0n, deny: PERMISSION.sendInThreads } as const;
    const parent = discord.people.channel(guild, { overwrites: [deny] });
    const thread = discord.people.channel(guild, { thread: parent });
    expect(await client.post(parent.id, { content: "a" })).toMatchObject({ status: 200 });
    expect(await client.post(thread.id, { content: "a" })).toMatchObject({ code: 50013 });
  });

  it("refuses a private message to somebody who takes none (50007)", async () => {
    const ana = discord.people.user("Ana");
    const opened = await client.request("POST", "/users/@me/channels", { recipient_id: ana.id });
    ana.takesDirectMessages = false;
    expect(await client.post(String(opened.json["id"]), { content: "a" })).toMatchObject({ code: 50007 });
  });

  it("refuses an unknown emoji (10014) and a stranger's message (50005)", async () => {
    const ana = discord.people.user("Ana");
    const message = discord.people.says({ by: ana, in: channel }, "hi");
    const path = `/channels/${channel.id}/messages/${message.id}`;
    expect(await client.request("PUT", `${path}/reactions/dice/@me`)).toMatchObject({ code: 10014 });
    expect(await client.request("PUT", `${path}/reactions/${encodeURIComponent("🎲")}/@me`)).toMatchObject({
      status: 204,
    });
    expect(await client.request("PATCH", path, { content: "mine" })).toMatchObject({ code: 50005 });
  });

  it("refuses a wrong token (401), a wrong User-Agent (40333) and short ids (404)", async () => {
    const wrong = { authorization: "Bot nonsense" };
    expect(await client.request("GET", "/users/@me", undefined, wrong)).toMatchObject({ status: 401 });
    const agent = { "user-agent": "curl/8" };
    expect(await client.request("GET", "/users/@me", undefined, agent)).toMatchObject({ code: 40333 });
    expect(await client.request("GET", "/channels/123")).toMatchObject({ status: 404, code: 0 });
  });
});

describe("The emulator's rate limits, met by a hasty client", () => {
  it("answers 429 with Discord's headers once a bucket is empty, apart for each channel", async () => {
    const discord = await startDiscordEmulator();
    const client = rawClient(discord);
    const guild = discord.people.guild();
    const [one, two] = [discord.people.channel(guild), discord.people.channel(guild)];
    const first = await client.post(one.id, { content: "a" });
    expect(first.headers.get("x-ratelimit-remaining")).toBe("4");
    for (let n = 0; n < 4; n += 1) await client.post(one.id, { content: "a" });
    const sixth = await client.post(one.id, { content: "a" });
    expect(sixth).toMatchObject({ status: 429, json: { global: false } });
    expect(Number(sixth.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(sixth.headers.get("x-ratelimit-scope")).toBe("user");
    expect((await client.post(two.id, { content: "a" })).status).toBe(200);
    expect(discord.tooMany()).toHaveLength(1);
    await discord.close();
  });

  it("counts 50 requests a second for the bot, but not those with an interaction's token", async () => {
    const discord = await startDiscordEmulator({ buckets: {} });
    const client = rawClient(discord);
    const answers = await Promise.all(Array.from({ length: 60 }, () => client.request("GET", "/users/@me")));
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(1);
    expect(refused[0]?.headers.get("x-ratelimit-global")).toBe("true");
    const tokens = await Promise.all(
      Array.from({ length: 60 }, () => client.webhook("GET", { token: "unknown" }, "/messages/@original")),
    );
    expect(tokens.filter((answer) => answer.status === 429)).toEqual([]);
    await discord.close();
  });
});
