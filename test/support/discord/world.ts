import type { Clock } from "../../../src/core/clock.ts";
import type { StoredCommand } from "./command-rules.ts";
import type { ChannelState, GuildState, InteractionState, MessageState, UserState } from "./state.ts";

/** Everything the emulated Discord knows. Tests read it; only the emulator writes it. */
export interface World {
  readonly clock: Clock;
  readonly token: string;
  readonly applicationId: string;
  readonly bot: UserState;
  readonly users: Map<string, UserState>;
  readonly guilds: Map<string, GuildState>;
  readonly channels: Map<string, ChannelState>;
  readonly messages: Map<string, MessageState>;
  readonly interactions: Map<string, InteractionState>;
  /** Registered commands by guild id, "global" for those everywhere. */
  readonly commands: Map<string, readonly StoredCommand[]>;
  /** How often commands were overwritten. */
  readonly overwrites: string[];
  /** Largest attachment, bytes, where no interaction says otherwise. */
  readonly uploadLimit: number;
  /** What the owner set in the Developer Portal. */
  readonly portal: { interactionsEndpointUrl: string | null; requiresCodeGrant: boolean };
  nextId(): string;
}

/** Discord's first millisecond, the zero of its ids. Source: reference#snowflakes. */
export const DISCORD_EPOCH = 1_420_070_400_000;

/** Ids in order of time, all different; 19 digits today. */
export function createSnowflakes(clock: Clock): () => string {
  let last = 0n;
  return () => {
    const fresh = BigInt(clock.now() - DISCORD_EPOCH) << 22n;
    last = fresh > last ? fresh : last + 1n;
    return last.toString();
  };
}

export interface WorldOptions {
  readonly clock: Clock;
  readonly uploadLimit?: number;
}

export function createWorld(options: WorldOptions): World {
  const nextId = createSnowflakes(options.clock);
  const applicationId = nextId();
  const bot: UserState = {
    id: nextId(),
    name: "imagine",
    bot: true,
    takesDirectMessages: true,
  };
  return {
    clock: options.clock,
    token: `${Buffer.from(bot.id).toString("base64url")}.Gemul8.${"t".repeat(38)}`,
    applicationId,
    bot,
    users: new Map([[bot.id, bot]]),
    guilds: new Map(),
    channels: new Map(),
    messages: new Map(),
    interactions: new Map(),
    commands: new Map(),
    overwrites: [],
    uploadLimit: options.uploadLimit ?? 10 * 1024 * 1024,
    portal: { interactionsEndpointUrl: null, requiresCodeGrant: false },
    nextId,
  };
}
