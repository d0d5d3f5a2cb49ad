import { vi } from "vitest";
import { blocksRecord, settingsRecord } from "../../src/core/policy/records.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { leadTo } from "../support/product.ts";
import { type Bot, bootBot } from "./bot.ts";
import { createDiscordPlace, type DiscordPlace } from "./discord-place.ts";
import type { Person, Place, PlatformName, Seen, Typed } from "./place.ts";
import { createPlaygroundPlace } from "./playground-place.ts";
import { createSlackPlace } from "./slack-place.ts";

/** Far longer than anything takes here; only there so that a failure says what was seen instead. */
const PATIENCE = { timeout: 60_000, interval: 10 };

/** The whole bot on three platforms, and what people do there one after the other. */
export interface Town {
  readonly bot: Bot;
  readonly places: Readonly<Record<PlatformName, Place>> & { readonly discord: DiscordPlace };
  /** Resolves when the bot has dealt with what is done. */
  dealtWith(deed: () => Promise<void> | void): Promise<void>;
  /** Has somebody type a command, and resolves with what they alone were told. */
  answer(place: Place, person: Person, typed: Typed): Promise<string>;
  /** Has the requester ask, and resolves with the reply once it shows this. */
  reply(place: Place, prompt: string, shows: "picture" | "cancel"): Promise<Seen>;
  /** All that people's deeds change, as it is stored: settings, blocks, which jobs there are and what was asked of them. */
  records(): Promise<string>;
  close(): Promise<void>;
}

/** Resolves once it holds. */
export const until = (holds: () => Promise<boolean> | boolean, what: string): Promise<void> =>
  vi.waitFor(async () => {
    if (!(await holds())) throw new Error(`Not so far: ${what}.`);
  }, PATIENCE);

/** The replies that show a prompt. */
export const repliesTo = (place: Place, prompt: string): readonly Seen[] =>
  place.seen().filter(({ text }) => text.includes(prompt));

/** What somebody alone was told, oldest first. */
export const toldTo = (place: Place, person: Person): readonly string[] =>
  place.told().flatMap((one) => (one.person === person ? [one.text] : []));

/** `variables` may name people by the ids that the platforms know them by. */
export async function openTown(
  variables: (places: Town["places"]) => Readonly<Record<string, string>> = () => ({}),
): Promise<Town> {
  const places = {
    discord: await createDiscordPlace(),
    slack: await createSlackPlace(),
    playground: createPlaygroundPlace(),
  };
  const all = Object.values(places);
  const simulator = createSimulator({
    concurrency: 1000,
    durationMs: [1, 5],
    pixelScale: 0.02,
    paint: "on-download",
  });
  const { url } = await simulator.start();
  const bot = await bootBot({
    environment: {
      ...leadTo(url),
      ...Object.assign({}, ...all.map(({ environment }) => environment)),
      LIMIT_WAITING: "off",
      LIMIT_WAITING_HERE: "off",
      FAL_CONCURRENCY: "1000",
      JOB_DEADLINE_SECONDS: "86400",
      ...variables(places),
    },
  });
  for (const place of all) await place.enter(bot.url);
  const workspaces = bot.storage.records("workspaces", settingsRecord);
  const blocks = bot.storage.records("blocks", blocksRecord);

  async function dealtWith(deed: () => Promise<void> | void): Promise<void> {
    const handled = bot.handled();
    await deed();
    await handled;
  }

  return {
    bot,
    places,
    dealtWith,
    async answer(place, person, typed) {
      const before = toldTo(place, person).length;
      await dealtWith(() => place.type(person, typed));
      await until(() => toldTo(place, person).length > before, "an answer");
      return toldTo(place, person).slice(before).join("\n");
    },
    async reply(place, prompt, shows) {
      await dealtWith(() => place.type("requester", { command: "imagine", values: { prompt } }));
      const [job] = await bot.storage.jobs.history(null, 1);
      await until(async () => {
        const state = (await bot.storage.jobs.get(job?.id ?? ""))?.state;
        const isThere = repliesTo(place, prompt).length === 1;
        return isThere && state === (shows === "picture" ? "done" : "running");
      }, `a reply that shows a ${shows}`);
      const [message] = repliesTo(place, prompt);
      if (message === undefined) throw new Error("There is no reply.");
      return message;
    },
    async records() {
      const jobs = await bot.storage.jobs.history(null, 10_000);
      const asked = jobs.map(({ id, cancel, removedAt }) => [id, cancel?.by.user, removedAt]);
      return JSON.stringify([await workspaces.all(), await blocks.all(), asked]);
    },
    close: async () => {
      for (const place of all) await place.close();
      await bot.stop();
      await simulator.stop();
    },
  };
}
