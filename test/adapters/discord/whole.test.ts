import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { buttonsOf, modalFieldsOf, picturesOf, textOf } from "../../support/discord/seen.ts";
import { acknowledged } from "../../support/discord/stage.ts";
import type { ChannelState, GuildState, MessageState, UserState } from "../../support/discord/state.ts";
import { startWhole, type Whole } from "../../support/discord/whole.ts";

describe("The whole bot on Discord", () => {
  let whole: Whole;
  let guild: GuildState;
  let channel: ChannelState;
  let ana: UserState;
  let ben: UserState;

  beforeEach(async () => {
    whole = await startWhole({ concurrency: 4, durationMs: [300, 500] });
    const { people } = whole.discord;
    guild = people.guild();
    channel = people.channel(guild);
    ana = people.join(guild, people.user("Ana"));
    ben = people.join(guild, people.user("Ben"));
    people.announce(guild);
  });
  afterEach(() => whole.close());

  const until = <T>(look: () => T | undefined | false, timeout = 10_000): Promise<T> =>
    vi.waitFor(
      () => {
        const found = look();
        if (found === undefined || found === false) throw new Error("not yet");
        return found;
      },
      { timeout, interval: 20 },
    );
  const replies = (place = channel) =>
    whole.discord.messages(place.id).filter((one) => one.webhookId ?? one.replyTo);
  const done = (count: number, place = channel, timeout = 10_000) =>
    until(() => {
      const painted = replies(place).filter((one) => one.attachments.length > 0);
      // Shown first, stored as done right after.
      const stored = whole.happenings.filter((one) => one.type === "job-finished").length;
      const shown = whole.discord.messages().filter((one) => one.attachments.length > 0).length;
      return painted.length === count && stored >= shown && painted;
    }, timeout);
  const imagine = (place = channel, more: object = {}) =>
    whole.discord.people.slash({ by: ana, in: place, ...more }, "imagine", {
      prompt: "a fox",
      ar: "16:9",
      seed: 7,
    });
  const last = (list: readonly MessageState[]) => list.at(-1) ?? expect.unreachable();
  const seeds = () => whole.simulator.requests().map((one) => one.input);

  it("ends in one message with the picture byte for byte, its facts, its alt text and its buttons", async () => {
    const one = await acknowledged(imagine());
    const [reply] = await done(1);
    if (reply === undefined) return expect.unreachable();
    expect(reply.id).toBe(one.originalId);
    expect(whole.discord.messages(channel.id)).toHaveLength(1);
    const [request] = whole.simulator.requests();
    const painted = await whole.picture(request?.id ?? "");
    const sha256 = createHash("sha256").update(painted).digest("hex");
    expect(reply.attachments[0]?.sha256).toBe(sha256);
    expect(picturesOf(reply)[0]?.alt).toBe("a fox");
    expect(textOf(reply)).toMatch(/16:9[\s\S]*7[\s\S]*\/imagine prompt:a fox/);
    expect(buttonsOf(reply).map((button) => button.label)).toEqual(
      expect.arrayContaining(["🎲 Reroll", "✏️ Edit", "✉️ Send to me", "🗑️ Delete"]),
    );
  });

  it("draws again by 🎲 from another member, in private messages, and after a restart", async () => {
    imagine();
    const [first] = await done(1);
    whole.discord.people.react({ by: ben }, first ?? expect.unreachable(), "🎲");
    const second = last(await done(2));
    expect(second).toMatchObject({ replyTo: first?.id });
    expect(textOf(second)).toContain(`<@${ben.id}>`);
    await whole.restart();
    whole.discord.people.react({ by: ana }, second, "🎲");
    expect(last(await done(3))).toMatchObject({ replyTo: second.id });
    const direct = whole.discord.people.directChannel(ana);
    imagine(direct);
    const [mine] = await done(1, direct);
    await whole.restart();
    whole.discord.people.react({ by: ana }, mine ?? expect.unreachable(), "🎲");
    await done(2, direct);
    expect(new Set(seeds().map((input) => JSON.stringify(input))).size).toBe(4);
  });

  it("finishes twenty jobs at once without one 429 against Discord's own bucket sizes", async () => {
    await whole.close();
    whole = await startWhole({ concurrency: 20, durationMs: [500, 2500] });
    const { people } = whole.discord;
    const here = people.guild();
    const place = people.channel(here);
    people.announce(here);
    for (let n = 0; n < 20; n += 1) {
      const by = people.join(here, people.user(`member ${n}`));
      people.slash({ by, in: place }, "imagine", { prompt: `fox number ${n}` });
    }
    await done(20, place, 18_000);
    expect(whole.discord.tooMany()).toEqual([]);
    expect(whole.simulator.violations()).toEqual([]);
  });

  it("goes from Edit by a form to a new picture", async () => {
    imagine();
    const [first] = await done(1);
    if (first === undefined) return expect.unreachable();
    const asked = await acknowledged(whole.discord.people.press({ by: ben, in: channel }, first, "Edit"));
    expect(asked.ack).toBe(9);
    expect(modalFieldsOf(asked.modal).map((field) => [field.customId, field.value])).toEqual([
      ["prompt", "a fox"],
      ["no", ""],
      ["ar", "16:9"],
      ["seed", "7"],
    ]);
    whole.discord.people.submit({ by: ben, in: channel }, asked, { prompt: "a blue fox" });
    expect(textOf(last(await done(2)))).toContain("a blue fox");
  });

  it("deletes for the requester after a question, and for nobody else", async () => {
    imagine();
    const [first] = await done(1);
    if (first === undefined) return expect.unreachable();
    const answer = async (by: UserState) => {
      const asked = await acknowledged(whole.discord.people.press({ by, in: channel }, first, "Delete"));
      const question = whole.discord.message(asked.originalId ?? "");
      await acknowledged(whole.discord.people.press({ by, in: channel }, question, "Delete"));
    };
    await answer(ben);
    expect(first.deleted).toBe(false);
    await answer(ana);
    await until(() => first.deleted);
    expect(replies()).toHaveLength(1); // what Ben was told, for his eyes only
  });

  it("sends a picture privately by button and by ✉️", async () => {
    imagine();
    const [first] = await done(1);
    if (first === undefined) return expect.unreachable();
    whole.discord.people.react({ by: ben }, first, "✉️");
    const copy = await until(() => whole.discord.messages().find((one) => one.channelId !== channel.id));
    await until(() => copy.attachments.length > 0);
    expect(copy.attachments[0]?.sha256).toBe(first.attachments[0]?.sha256);
  });

  it("ends a job that outlives its token in the same message", async () => {
    const one = await acknowledged(imagine());
    // Discord's clock runs ahead of the bot's: the token dies under it.
    await whole.discord.clock.advance(16 * 60_000);
    const [reply] = await done(1);
    expect(reply?.id).toBe(one.originalId);
    expect(reply?.writes.at(-1)?.via).toBe("bot");
    expect(whole.simulator.submits()).toBe(1);
  });

  it.each([
    ["a lost acknowledgement", { route: "callback", what: { type: "reset", when: "after" }, times: 1 }],
    [
      "faults on every edit",
      { route: "webhook.edit", what: { type: "status", status: 502, when: "before" }, times: 2 },
    ],
    [
      "a lost answer to the last edit",
      { route: "webhook.edit", what: { type: "reset", when: "after" }, times: 2 },
    ],
    [
      "a shared limit",
      { route: "webhook.edit", what: { type: "rate-limit", scope: "shared", retryAfterMs: 300 }, times: 2 },
    ],
  ] as const)("ends with one picture and one submit in spite of %s", async (_, fault) => {
    whole.discord.fault(fault);
    imagine();
    const [reply] = await done(1);
    await until(() => textOf(reply ?? expect.unreachable()).includes("Done"));
    expect(replies()).toHaveLength(1);
    expect(reply?.attachments).toHaveLength(1);
    expect(whole.simulator.submits()).toBe(1);
  });

  it("finishes while the gateway is gone", async () => {
    await acknowledged(imagine());
    whole.discord.gateway.drop();
    await done(1);
    expect(whole.simulator.submits()).toBe(1);
  });

  it("finishes after a restart in the middle, in the same message, without a second submit", async () => {
    const one = await acknowledged(imagine());
    await until(() => whole.simulator.submits() === 1);
    await whole.restart();
    const [reply] = await done(1);
    expect(reply?.id).toBe(one.originalId);
    expect(whole.simulator.submits()).toBe(1);
  });

  it("refuses privately, before anything is paid for, where files may not be attached", async () => {
    const { people, world } = whole.discord;
    const noFiles = people.channel(guild, {
      overwrites: [{ id: world.bot.id, type: 1, allow: 0n, deny: 1n << 15n }],
    });
    await acknowledged(imagine(noFiles));
    const [word] = whole.discord.messages(noFiles.id);
    expect(word).toMatchObject({ ephemeralFor: ana.id });
    expect(textOf(word ?? expect.unreachable())).toContain("Attach Files");
    expect(whole.simulator.submits()).toBe(0);
  });

  it("refuses a prompt of more than 2,000 characters with the count", async () => {
    const by = { by: ana, in: channel };
    const one = whole.discord.people.says(by, `${"x".repeat(2000)}yz`);
    await acknowledged(whole.discord.people.messageMenu(by, "Imagine this", one));
    expect(textOf(last(replies()))).toMatch(/2,?002/);
  });
});
