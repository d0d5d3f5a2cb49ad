import { vi } from "vitest";
import { startDiscordEmulator } from "../support/discord/emulator.ts";
import { createRunningClock } from "../support/discord/running-clock.ts";
import { readable, textOf } from "../support/discord/seen.ts";
import type { InteractionState, MessageState } from "../support/discord/state.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { nothingThere, PROMPT, type SeenReply, type Stage } from "./stage.ts";

/** An acknowledgement with a late answer is sent once more, and had arrived: a busy machine is no fault of the bot's. */
const ALREADY_ACKNOWLEDGED = 40060;

/** The emulator of Discord, its REST side behind a checkpoint. */
export async function createDiscordStage(): Promise<Stage> {
  const discord = await startDiscordEmulator({ clock: createRunningClock() });
  const checkpoint = await openCheckpoint(new URL(discord.apiUrl).origin);
  const { people } = discord;
  const guild = people.guild();
  const channel = people.channel(guild);
  const ana = people.join(guild, people.user("Ana"));
  const doing = { by: ana, in: channel };
  let last: InteractionState | null = null;

  const messages = (): readonly MessageState[] =>
    discord
      .messages(channel.id)
      .filter((one) => one.ephemeralFor === null && !one.loading && one.authorId === discord.world.bot.id);
  const nth = (index: number): MessageState => messages().at(index) ?? nothingThere("Discord");

  return {
    name: "discord",
    environment: {
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl.replace(new URL(discord.apiUrl).origin, checkpoint.url),
    },
    outside: {
      checkpoint,
      calls: {
        post: /^POST \S*\/interactions\/\S+\/callback/,
        upload: /^PATCH \S*\/messages\/\S+ multipart/,
        showPicture: /^PATCH \S*\/messages\/\S+ multipart/,
      },
    },
    async enter(product) {
      const health = `${(await product.ready).replace(/\/$/, "")}/healthz`;
      await vi.waitFor(
        async () => {
          const { status } = await fetch(health);
          if (status !== 200) throw new Error("The product is not connected so far.");
        },
        { timeout: 60_000, interval: 20 },
      );
    },
    imagine(prompt = PROMPT) {
      last = people.slash(doing, "imagine", { prompt });
    },
    reroll() {
      last = people.press(doing, nth(0), "Reroll");
    },
    cancel() {
      last = people.press(doing, nth(-1), "Cancel");
    },
    redeliver() {
      if (last !== null) people.redeliver(last);
    },
    replies: async () =>
      messages().map(
        (message): SeenReply => ({
          id: message.id,
          text: readable(textOf(message)),
          pictures: message.attachments.map((one) => one.sha256),
        }),
      ),
    privately: () =>
      discord
        .messages(channel.id)
        .filter((one) => one.ephemeralFor !== null && !one.loading)
        .map((one) => readable(textOf(one))),
    complaints() {
      const wrong = discord.requests.filter(
        ({ status, code }) => (status === 400 && code !== ALREADY_ACKNOWLEDGED) || status === 429,
      );
      return wrong.map(({ route, status, code }) => `Discord answered ${status} (${code}) to ${route}.`);
    },
    async close() {
      await checkpoint.close();
      await discord.close();
    },
  };
}
