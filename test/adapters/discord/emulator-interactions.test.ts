import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../../support/discord/emulator.ts";
import { rawClient } from "../../support/discord/raw-client.ts";
import type { ChannelState, InteractionState, UserState } from "../../support/discord/state.ts";

const V2 = 1 << 15;
const EPHEMERAL = 1 << 6;
const hello = { type: 4, data: { content: "hello" } };

describe("The emulator's interactions, met by a wrong client", () => {
  let discord: DiscordEmulator;
  let client: ReturnType<typeof rawClient>;
  let channel: ChannelState;
  let ana: UserState;
  const slash = (more: object = {}): InteractionState =>
    discord.people.slash({ by: ana, in: channel, ...more }, "imagine", { prompt: "x" });

  beforeEach(async () => {
    discord = await startDiscordEmulator({ buckets: {} });
    client = rawClient(discord);
    const guild = discord.people.guild();
    channel = discord.people.channel(guild);
    ana = discord.people.join(guild, discord.people.user("Ana"));
  });
  afterEach(() => discord.close());

  it("refuses an acknowledgement after three seconds (10062)", async () => {
    const one = slash();
    await discord.clock.advance(3_001);
    expect(await client.callback(one, hello)).toMatchObject({ status: 404, code: 10062 });
  });

  it("refuses an unknown interaction, and a token of another one (10062)", async () => {
    const one = slash();
    expect(await client.callback({ ...one, token: "other" }, hello)).toMatchObject({ code: 10062 });
  });

  it("refuses a second acknowledgement (40060)", async () => {
    const one = slash();
    expect(await client.callback(one, hello)).toMatchObject({ status: 204 });
    expect(await client.callback(one, hello)).toMatchObject({ status: 400, code: 40060 });
  });

  it("names the message only when asked with with_response, and never as a resource when deferred", async () => {
    const answer = await client.callback(slash(), { type: 5 }, "?with_response=true");
    expect(answer.status).toBe(200);
    expect(answer.json["interaction"]).toMatchObject({ response_message_loading: true });
    expect(answer.json["resource"]).toEqual({ type: 5 });
  });

  it("lets a deferral carry no flag but ephemeral (50035)", async () => {
    expect(await client.callback(slash(), { type: 5, data: { flags: V2 } })).toMatchObject({ code: 50035 });
    expect(await client.callback(slash(), { type: 5, data: { flags: EPHEMERAL } })).toMatchObject({
      status: 204,
    });
  });

  it("refuses updates as the answer to a command (50035)", async () => {
    expect(await client.callback(slash(), { type: 6 })).toMatchObject({ code: 50035 });
    expect(await client.callback(slash(), { type: 7, data: {} })).toMatchObject({ code: 50035 });
  });

  it("knows no webhook before the acknowledgement (10015), and no token after 15 minutes (401, 50027)", async () => {
    const one = slash();
    expect(await client.webhook("GET", one, "/messages/@original")).toMatchObject({ code: 10015 });
    await client.callback(one, hello);
    expect(await client.webhook("GET", one, "/messages/%40original")).toMatchObject({ status: 200 });
    await discord.clock.advance(15 * 60_000 + 1);
    const late = await client.webhook("PATCH", one, "/messages/@original", { content: "late" });
    expect(late).toMatchObject({ status: 401, code: 50027 });
  });

  it("hides an ephemeral reply from the bot token (10008)", async () => {
    const one = slash();
    await client.callback(one, { type: 4, data: { content: "psst", flags: EPHEMERAL } });
    const path = `/channels/${channel.id}/messages/${one.originalId}`;
    expect(await client.request("PATCH", path, { content: "x" })).toMatchObject({ status: 404, code: 10008 });
  });

  it("fills the deferred message with the first follow-up, whose own flags do not count", async () => {
    const one = slash();
    await client.callback(one, { type: 5, data: { flags: EPHEMERAL } });
    await client.webhook("POST", one, "", { content: "public?" });
    expect(discord.message(one.originalId ?? "")).toMatchObject({ content: "public?", ephemeralFor: ana.id });
    await client.webhook("POST", one, "", { content: "now public" });
    expect(discord.messages(channel.id).at(-1)).toMatchObject({ content: "now public", ephemeralFor: null });
  });

  it("allows five follow-ups where only the person installed the app (40094)", async () => {
    const one = slash({ userInstallOnly: true });
    await client.callback(one, hello);
    for (let n = 0; n < 5; n += 1) await client.webhook("POST", one, "", { content: "more" });
    const sixth = await client.webhook("POST", one, "", { content: "too many" });
    expect(sixth).toMatchObject({ status: 400, code: 40094 });
  });

  it("refuses a form as the answer to a form, and one with too many fields (50035)", async () => {
    const field = (id: string) => ({
      type: 18,
      label: "L",
      component: { type: 4, style: 1, custom_id: id },
    });
    const modal = { custom_id: "f", title: "T", components: [field("a")] };
    const six = ["a", "b", "c", "d", "e", "f"].map(field);
    expect(await client.callback(slash(), { type: 9, data: { ...modal, components: six } })).toMatchObject({
      code: 50035,
    });
    expect(
      await client.callback(slash(), { type: 9, data: { ...modal, title: "t".repeat(46) } }),
    ).toMatchObject({ code: 50035 });
    const asked = slash();
    expect(await client.callback(asked, { type: 9, data: modal })).toMatchObject({ status: 204 });
    const sent = discord.people.submit({ by: ana, in: channel }, asked, { a: "x" });
    expect(await client.callback(sent, { type: 9, data: modal })).toMatchObject({ code: 50035 });
  });
});
