import { createHash } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { buttonsOf, modalFieldsOf, picturesOf, textOf } from "../../support/discord/seen.ts";
import { acknowledged } from "../../support/discord/stage.ts";
import type { MessageState, UserState } from "../../support/discord/state.ts";
import { startWhole, type WholeOptions } from "../../support/discord/whole.ts";

/** The bot at work in a channel where Ana and Ben are, each test with its own. */
async function openScene(options: WholeOptions) {
  const whole = await startWhole(options);
  const { discord, simulator } = whole;
  const { people } = discord;
  const guild = people.guild();
  const channel = people.channel(guild);
  const ana = people.join(guild, people.user("Ana"));
  const ben = people.join(guild, people.user("Ben"));
  people.announce(guild);
  const replies = (place = channel) =>
    discord.messages(place.id).filter((one) => one.webhookId ?? one.replyTo);
  const pictures = () => discord.messages().filter((one) => one.attachments.length > 0);
  return {
    whole,
    discord,
    simulator,
    people,
    guild,
    channel,
    ana,
    ben,
    replies,
    /** That many replies with a picture there; shown first, stored as done right after. */
    done: (count: number, place = channel) =>
      until(() => {
        const painted = replies(place).filter((one) => one.attachments.length > 0);
        const stored = whole.happenings.filter((one) => one.type === "job-finished").length;
        return painted.length === count && stored >= pictures().length && painted;
      }),
    imagine: (place = channel) =>
      people.slash({ by: ana, in: place }, "imagine", { prompt: "a fox", ar: "16:9", seed: 7 }),
  };
}
type Scene = Awaited<ReturnType<typeof openScene>>;

const inScene =
  (run: (scene: Scene) => Promise<void>, options: Partial<WholeOptions> = {}) =>
  async () => {
    const scene = await openScene({ concurrency: 4, durationMs: [300, 500], ...options });
    try {
      await run(scene);
    } finally {
      await scene.whole.close();
    }
  };

const until = <T>(look: () => T | undefined | false): Promise<T> =>
  vi.waitFor(
    () => {
      const found = look();
      if (found === undefined || found === false) throw new Error("not yet");
      return found;
    },
    { timeout: 60_000, interval: 20 },
  );
const last = (list: readonly MessageState[]) => list.at(-1) ?? expect.unreachable();

describe("The whole bot on Discord", () => {
  it.concurrent(
    "ends in one message with the picture byte for byte, its facts, its alt text and its buttons",
    inScene(async ({ whole, discord, simulator, channel, done, imagine }) => {
      const one = await acknowledged(imagine());
      const [reply] = await done(1);
      if (reply === undefined) return expect.unreachable();
      expect(reply.id).toBe(one.originalId);
      expect(discord.messages(channel.id)).toHaveLength(1);
      const [request] = simulator.requests();
      const painted = await whole.picture(request?.id ?? "");
      const sha256 = createHash("sha256").update(painted).digest("hex");
      expect(reply.attachments[0]?.sha256).toBe(sha256);
      expect(picturesOf(reply)[0]?.alt).toBe("a fox");
      expect(textOf(reply)).toMatch(/16:9[\s\S]*7[\s\S]*\/imagine prompt:a fox/);
      expect(buttonsOf(reply).map((button) => button.label)).toEqual(
        expect.arrayContaining(["🎲 Reroll", "✏️ Edit", "✉️ Send to me", "🗑️ Delete"]),
      );
    }),
  );

  it.concurrent(
    "draws again by 🎲 from another member, in private messages, and after a restart",
    inScene(async ({ whole, simulator, people, ana, ben, done, imagine }) => {
      imagine();
      const [first] = await done(1);
      people.react({ by: ben }, first ?? expect.unreachable(), "🎲");
      const second = last(await done(2));
      expect(second).toMatchObject({ replyTo: first?.id });
      expect(textOf(second)).toContain(`<@${ben.id}>`);
      await whole.restart();
      people.react({ by: ana }, second, "🎲");
      expect(last(await done(3))).toMatchObject({ replyTo: second.id });
      const direct = people.directChannel(ana);
      imagine(direct);
      const [mine] = await done(1, direct);
      await whole.restart();
      people.react({ by: ana }, mine ?? expect.unreachable(), "🎲");
      await done(2, direct);
      const inputs = simulator.requests().map((one) => JSON.stringify(one.input));
      expect(inputs).toHaveLength(5);
      expect(new Set(inputs).size).toBe(4); // two were asked for with the same seed
    }),
  );

  it.concurrent(
    "finishes twenty jobs at once without one 429 against Discord's own bucket sizes",
    inScene(
      async ({ discord, simulator, people, guild, channel, done }) => {
        for (let n = 0; n < 20; n += 1) {
          const by = people.join(guild, people.user(`member ${n}`));
          people.slash({ by, in: channel }, "imagine", { prompt: `fox number ${n}` });
        }
        await done(20);
        expect(discord.tooMany()).toEqual([]);
        expect(simulator.violations()).toEqual([]);
      },
      { concurrency: 20, durationMs: [500, 2500] },
    ),
  );

  it.concurrent(
    "goes from Edit by a form to a new picture",
    inScene(async ({ people, channel, ben, done, imagine }) => {
      imagine();
      const [first] = await done(1);
      if (first === undefined) return expect.unreachable();
      const asked = await acknowledged(people.press({ by: ben, in: channel }, first, "Edit"));
      expect(asked.ack).toBe(9);
      expect(modalFieldsOf(asked.modal).map((field) => [field.customId, field.value])).toEqual([
        ["prompt", "a fox"],
        ["no", ""],
        ["ar", "16:9"],
        ["seed", "7"],
      ]);
      people.submit({ by: ben, in: channel }, asked, { prompt: "a blue fox" });
      expect(textOf(last(await done(2)))).toContain("a blue fox");
    }),
  );

  it.concurrent(
    "deletes for the requester after a question, and for nobody else",
    inScene(async ({ discord, people, channel, ana, ben, replies, done, imagine }) => {
      imagine();
      const [first] = await done(1);
      if (first === undefined) return expect.unreachable();
      const answer = async (by: UserState) => {
        const asked = await acknowledged(people.press({ by, in: channel }, first, "Delete"));
        const question = discord.message(asked.originalId ?? "");
        await acknowledged(people.press({ by, in: channel }, question, "Delete"));
      };
      await answer(ben);
      expect(first.deleted).toBe(false);
      await answer(ana);
      await until(() => first.deleted);
      // What Ben was told stays, for his eyes only.
      await until(() => replies().length === 1);
    }),
  );

  it.concurrent(
    "sends a picture privately by button and by ✉️",
    inScene(async ({ discord, people, channel, ana, ben, replies, done, imagine }) => {
      imagine();
      const [first] = await done(1);
      if (first === undefined) return expect.unreachable();
      people.react({ by: ben }, first, "✉️");
      const copy = await until(() => discord.messages().find((one) => one.channelId !== channel.id));
      await until(() => copy.attachments.length > 0);
      expect(copy.attachments[0]?.sha256).toBe(first.attachments[0]?.sha256);
      people.press({ by: ana, in: channel }, first, "Send to me");
      const copies = () => discord.messages().filter((one) => one.channelId !== channel.id);
      await until(() => copies().filter((one) => one.attachments.length > 0).length === 2);
      await until(() => replies().find((one) => one.ephemeralFor === ana.id && !one.loading));
    }),
  );

  it.concurrent(
    "ends a job that outlives its token in the same message",
    inScene(async ({ discord, simulator, done, imagine }) => {
      const one = await acknowledged(imagine());
      // Discord's clock runs ahead of the bot's: the token dies under it.
      await discord.clock.advance(16 * 60_000);
      const [reply] = await done(1);
      expect(reply?.id).toBe(one.originalId);
      expect(reply?.writes.at(-1)?.via).toBe("bot");
      expect(simulator.submits()).toBe(1);
    }),
  );

  it.concurrent.each([
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
  ] as const)("ends with one picture and one submit in spite of %s", (_, fault) =>
    inScene(async ({ discord, simulator, replies, done, imagine }) => {
      discord.fault(fault);
      imagine();
      const [reply] = await done(1);
      await until(() => textOf(reply ?? expect.unreachable()).includes("Done"));
      expect(replies()).toHaveLength(1);
      expect(reply?.attachments).toHaveLength(1);
      expect(simulator.submits()).toBe(1);
    })(),
  );

  it.concurrent(
    "finishes while the gateway is gone",
    inScene(async ({ discord, simulator, done, imagine }) => {
      await acknowledged(imagine());
      discord.gateway.drop();
      await done(1);
      expect(simulator.submits()).toBe(1);
    }),
  );

  it.concurrent(
    "finishes after a restart in the middle, in the same message, without a second submit",
    inScene(async ({ whole, simulator, done, imagine }) => {
      const one = await acknowledged(imagine());
      await until(() => simulator.submits() === 1);
      await whole.restart();
      const [reply] = await done(1);
      expect(reply?.id).toBe(one.originalId);
      expect(simulator.submits()).toBe(1);
    }),
  );

  it.concurrent(
    "refuses privately, before anything is paid for, where files may not be attached",
    inScene(async ({ discord, simulator, people, guild, ana, imagine }) => {
      const noFiles = people.channel(guild, {
        overwrites: [{ id: discord.world.bot.id, type: 1, allow: 0n, deny: 1n << 15n }],
      });
      await acknowledged(imagine(noFiles));
      const [word] = discord.messages(noFiles.id);
      expect(word).toMatchObject({ ephemeralFor: ana.id });
      expect(textOf(word ?? expect.unreachable())).toContain("Attach Files");
      expect(simulator.submits()).toBe(0);
    }),
  );

  it.concurrent(
    "refuses a prompt of more than 2,000 characters with the count",
    inScene(async ({ people, channel, ana, replies }) => {
      const by = { by: ana, in: channel };
      const one = people.says(by, `${"x".repeat(2000)}yz`);
      await acknowledged(people.messageMenu(by, "Imagine this", one));
      expect(textOf(last(replies()))).toMatch(/2,?002/);
    }),
  );
});
