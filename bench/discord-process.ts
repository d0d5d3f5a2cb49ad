// Run as a child of the benchmark: the tests' Discord, with Discord's own bucket sizes, in true time.
import { setTimeout as sleep } from "node:timers/promises";
import { startDiscordEmulator } from "../test/support/discord/emulator.ts";
import { createRunningClock } from "../test/support/discord/running-clock.ts";
import type { InteractionState, MessageState } from "../test/support/discord/state.ts";
import {
  type DiscordAsk,
  type DiscordMessage,
  type DiscordReport,
  discordAskSchema,
} from "./discord-messages.ts";

type Wish = Extract<DiscordAsk, { readonly type: "ask" }>;

const CHANNELS = 10;
const LOOK_EVERY_MS = 100;

const say = (message: DiscordMessage) => process.send?.(message);
// Uploads are read and hashed, but not kept: the machine's memory is for the bots.
const discord = await startDiscordEmulator({ clock: createRunningClock(), keepBytes: 0 });
const { people } = discord;
const guild = people.guild();
const channels = Array.from({ length: CHANNELS }, () => people.channel(guild));
const asked: { readonly prompt: string; readonly one: InteractionState }[] = [];

async function askAll({ prompts, seed, perSecond }: Wish): Promise<void> {
  const began = performance.now();
  for (const [at, prompt] of prompts.entries()) {
    const channel = channels[at % channels.length];
    if (channel === undefined) return;
    await sleep(Math.max(0, began + (at * 1000) / perSecond - performance.now()));
    const by = people.join(guild, people.user(`member ${at}`));
    asked.push({ prompt, one: people.slash({ by, in: channel }, "imagine", { prompt, seed }) });
  }
  while (pictured().size < asked.length) await sleep(LOOK_EVERY_MS);
  say({ type: "all there" });
}

const markOf = (text: string) => /sim:take\d+/.exec(text)?.[0] ?? "";
const seen = new Set<MessageState>();
const byMark = new Map<string, MessageState>();

/** Messages with their picture, by the mark in the prompt they show: a late reply may be another message. */
function pictured(): ReadonlyMap<string, MessageState> {
  for (const message of discord.world.messages.values()) {
    if (message.attachments.length === 0 || seen.has(message)) continue;
    seen.add(message);
    byMark.set(markOf(JSON.stringify([message.content, message.components])), message);
  }
  return byMark;
}

function report(): DiscordReport {
  const bad = discord.requests.filter(({ status }) => status >= 400);
  return {
    replies: asked.map(({ prompt, one }) => {
      const message = pictured().get(markOf(prompt));
      const first = message?.writes.findIndex(({ multipart }) => multipart) ?? -1;
      const [attachment] = message?.attachments ?? [];
      return {
        prompt,
        ackMs: one.ackMs,
        pictureAt: attachment === undefined ? null : (message?.writes[first]?.at ?? null),
        bytes: attachment?.bytes ?? 0,
        elsewhere: message !== undefined && message.id !== one.originalId,
        progressEdits: message?.writes.slice(0, Math.max(0, first)).length ?? 0,
      };
    }),
    tooMany: tally(discord.tooMany().map(({ route }) => route)),
    refusals: tally(
      bad.filter(({ status }) => status !== 429).map(({ route, status }) => `${route} ${status}`),
    ),
    requests: discord.requests.length,
  };
}

function tally(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}

async function connected(): Promise<void> {
  while (discord.gateway.connections() === 0) await sleep(LOOK_EVERY_MS);
  say({ type: "connected" });
}

process.on("message", (message) => {
  const ask = discordAskSchema.parse(message);
  if (ask.type === "ask") void askAll(ask);
  else say({ type: "report", report: report() });
});
process.once("disconnect", () => process.exit());
say({ type: "ready", apiUrl: discord.apiUrl, token: discord.token });
await connected();
