import { expect, vi } from "vitest";
import { createDiscordAdapter, type DiscordAdapterOptions } from "../../../adapters/discord/adapter.ts";
import { commands } from "../../../commands/index.ts";
import type { Happening } from "../../../src/core/telemetry.ts";
import { createInbox, type Inbox } from "../../contracts/platform-world.ts";
import { type DiscordEmulator, type EmulatorOptions, startDiscordEmulator } from "./emulator.ts";
import type { ChannelState, GuildState, InteractionState, UserState } from "./state.ts";

/** A guild with three people, an emulator and an adapter on it; the clock stands still unless moved. */
export interface DiscordStage {
  readonly discord: DiscordEmulator;
  readonly guild: GuildState;
  readonly channel: ChannelState;
  readonly member: UserState;
  readonly other: UserState;
  readonly moderator: UserState;
  readonly inbox: Inbox;
  readonly happenings: Happening[];
  readonly lines: { readonly level: string; readonly context: object; readonly message: string }[];
  /** Another adapter on the same Discord. */
  adapter(options?: Partial<DiscordAdapterOptions>): ReturnType<typeof createDiscordAdapter>;
  /** Starts an adapter that answers from the inbox; stopped with the stage. */
  start(options?: Partial<DiscordAdapterOptions>): Promise<ReturnType<typeof createDiscordAdapter>>;
  close(): Promise<void>;
}

export async function createDiscordStage(options: EmulatorOptions = {}): Promise<DiscordStage> {
  const discord = await startDiscordEmulator(options);
  const { people } = discord;
  const guild = people.guild();
  const channel = people.channel(guild);
  const happenings: Happening[] = [];
  const lines: DiscordStage["lines"] = [];
  const inbox = createInbox();
  const started: ReturnType<typeof createDiscordAdapter>[] = [];
  const adapter = (more: Partial<DiscordAdapterOptions> = {}) =>
    createDiscordAdapter({
      token: discord.token,
      apiUrl: discord.apiUrl,
      guildId: null,
      commands,
      clock: discord.clock,
      telemetry: (happening) => happenings.push(happening),
      log: (level, context, message) => lines.push({ level, context, message }),
      ...more,
    });
  return {
    discord,
    guild,
    channel,
    member: people.join(guild, people.user("Ana")),
    other: people.join(guild, people.user("Ben")),
    moderator: people.join(guild, people.user("Mo"), "moderator"),
    inbox,
    happenings,
    lines,
    adapter,
    async start(more = {}) {
      const made = adapter(more);
      started.push(made);
      await made.start(inbox.sink);
      return made;
    },
    async close() {
      for (const one of started) await one.stop();
      await discord.close();
      expectNoMentionsAllowed(discord);
    },
  };
}

/** A test on a stage of its own, for tests that run side by side. */
export function onStage(
  run: (stage: DiscordStage) => Promise<void>,
  options: EmulatorOptions = {},
): () => Promise<void> {
  return async () => {
    const stage = await createDiscordStage(options);
    try {
      await run(stage);
    } finally {
      await stage.close();
    }
  };
}

/** Every post and every edit of ours forbids every mention: checked after each test. */
export function expectNoMentionsAllowed(discord: DiscordEmulator): void {
  const writes = [...discord.world.messages.values()].flatMap((message) => message.writes);
  for (const write of writes) expect(write.allowedMentions).toEqual({ parse: [], replied_user: false });
}

/** Waits until an interaction has its acknowledgement. */
export async function acknowledged(one: InteractionState): Promise<InteractionState> {
  await vi.waitFor(
    () => {
      if (one.ack === null) throw new Error("not acknowledged yet");
    },
    { timeout: 20_000, interval: 5 },
  );
  return one;
}
