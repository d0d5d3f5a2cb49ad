import {
  Client,
  Events,
  GatewayDispatchEvents,
  Options,
  SimpleShardingStrategy,
  Status,
  WebSocketShardStatus,
} from "discord.js";
import { z } from "zod";
import type { Clock } from "../../src/core/clock.ts";
import { BotError } from "../../src/errors.ts";
import { INTENTS } from "./limits.ts";
import type { DiscordLog } from "./log.ts";
import type { Transport } from "./transport.ts";

export interface ConnectionOptions {
  readonly token: string;
  readonly apiUrl: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: DiscordLog;
  readonly onInteraction: (payload: unknown) => void;
  readonly onReaction: (payload: unknown, change: "added" | "removed") => void;
  /** Discord closed the connection for good. */
  readonly onFatal: (error: BotError) => void;
}

/** The gateway, in as many shards as Discord recommends, all in this process. */
export interface Connection {
  /** Resolves once every shard is ready. @throws BotError `config` when that can never be. */
  open(): Promise<void>;
  /** Waits for every socket to be closed. A closed connection is not opened again. */
  close(): Promise<void>;
  connected(): boolean;
  /** The client of the moment, for its caches. */
  client(): Client | null;
  /** Who the bot is; null before the first READY. */
  self(): Self | null;
}

/** Old applications' bots have another id than the application. */
const readyPayload = z.object({
  application: z.object({ id: z.string() }),
  user: z.object({ id: z.string() }),
});
export type Self = z.infer<typeof readyPayload>;

/** discord.js holds back its ready event this long for servers in an outage (its default is 15 s). */
const OUTAGE_PATIENCE_MS = 1_000;
/** Pauses between tries to reach Discord at the start, ms; the last one repeats. */
const PAUSES_MS = [1_000, 2_000, 5_000, 15_000, 30_000] as const;
const HANDSHAKE_MS = 1_000;

/** Close codes after which Discord wants no reconnect. Source: topics/opcodes-and-status-codes#gateway. */
const FATAL: Readonly<Record<number, readonly [what: string, remedy: string]>> = {
  4004: [
    "Discord refuses the bot's token.",
    "Make a fresh one in the Developer Portal (Bot, Reset Token) and set DISCORD_TOKEN to it.",
  ],
  4010: [
    "Discord refuses the bot's shard number.",
    "Restart the bot, so that it asks for the number of shards again.",
  ],
  4011: [
    "The bot is in too many servers for this many shards.",
    "Restart the bot, so that it asks for the number of shards again.",
  ],
  4012: ["Discord no longer speaks this version of its gateway.", "Update the bot."],
  4013: ["Discord does not know the intents the bot asks for.", "Update the bot."],
  4014: [
    "Discord does not allow the bot the intents it asks for.",
    "Look at Bot, Privileged Gateway Intents in the Developer Portal; this bot needs none of them, so is the token the right application's?",
  ],
};

export function createConnection(options: ConnectionOptions): Connection {
  const { clock, log } = options;
  const closing = new AbortController();
  let client: Client | null = null;
  let strategy: SimpleShardingStrategy | null = null;
  let self: Self | null = null;
  let isFatal = false;
  const stopped = new Promise<never>((_, reject) => {
    closing.signal.addEventListener("abort", () => reject(stoppedEarly()), { once: true });
  });
  // Nobody waits for it once the connection stands.
  stopped.catch(() => undefined);

  function build(): Client {
    const nothing = { maxSize: 0 };
    const made = new Client({
      intents: INTENTS,
      shards: "auto",
      waitGuildTimeout: OUTAGE_PATIENCE_MS,
      allowedMentions: { parse: [] },
      rest: { api: options.apiUrl, makeRequest: options.transport.makeRequest },
      // Servers, channels and roles are kept for permissions; people and messages are not ours to keep.
      makeCache: Options.cacheWithLimits({
        ...Options.DefaultMakeCacheSettings,
        AutoModerationRuleManager: 0,
        GuildEmojiManager: 0,
        GuildInviteManager: 0,
        GuildScheduledEventManager: 0,
        GuildStickerManager: 0,
        MessageManager: 0,
        PresenceManager: 0,
        ReactionManager: 0,
        ReactionUserManager: 0,
        StageInstanceManager: 0,
        ThreadMemberManager: 0,
        VoiceStateManager: 0,
        GuildMemberManager: { ...nothing, keepOverLimit: (member) => member.id === member.client.user.id },
        UserManager: { ...nothing, keepOverLimit: (user) => user.id === user.client.user.id },
      }),
      ws: {
        buildStrategy: (manager) => {
          const recall = manager.options.retrieveSessionInfo.bind(manager.options);
          // discord.js goes on with a reconnect that was pausing when it was told to stop: there it finds no end.
          manager.options.retrieveSessionInfo = (shard) =>
            closing.signal.aborted ? new Promise<never>(() => undefined) : recall(shard);
          strategy = new SimpleShardingStrategy(manager);
          return strategy;
        },
      },
    });
    listen(made);
    return made;
  }

  function listen(made: Client): void {
    // The raw events come at once; discord.js's own wait until every server is there, and lose reactions in
    // private messages it has not cached.
    made.ws.on(GatewayDispatchEvents.InteractionCreate, (payload: unknown) => options.onInteraction(payload));
    made.ws.on(GatewayDispatchEvents.MessageReactionAdd, (payload: unknown) =>
      options.onReaction(payload, "added"),
    );
    made.ws.on(GatewayDispatchEvents.MessageReactionRemove, (payload: unknown) =>
      options.onReaction(payload, "removed"),
    );
    made.ws.on(GatewayDispatchEvents.Ready, (payload: unknown) => {
      self = readyPayload.safeParse(payload).data ?? self;
    });
    made.on(Events.Error, (error) => log("warn", { why: error.name }, "discord.js reports an error"));
    made.on(Events.ShardError, (error, shard) =>
      log("warn", { shard, why: error.name }, "The gateway had an error"),
    );
    made.on(Events.ShardReconnecting, (shard) => {
      // discord.js says so of every close, our own goodbye too.
      if (!closing.signal.aborted) log("info", { shard }, "Reconnecting to Discord");
    });
    made.on(Events.ShardResume, (shard, replayed) => log("info", { shard, replayed }, "Back at Discord"));
    made.on(Events.ShardDisconnect, ({ code }) => {
      isFatal = true;
      options.onFatal(fatalError(code));
    });
  }

  async function tryOnce(): Promise<void> {
    const made = build();
    client = made;
    const fatal = new Promise<never>((_, reject) => {
      made.once(Events.ShardDisconnect, ({ code }) => reject(fatalError(code)));
    });
    const ready = new Promise<void>((resolve) => made.once(Events.ClientReady, () => resolve()));
    const login = made.login(options.token).then(() => ready);
    // Whichever comes second has nobody to tell.
    for (const one of [login, fatal]) one.catch(() => undefined);
    await Promise.race([login, fatal, stopped]);
  }

  async function open(): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await tryOnce();
      } catch (error) {
        if (error instanceof BotError) throw error;
        if (isTokenRefused(error)) throw fatalError(4004);
        log(
          "warn",
          { why: error instanceof Error ? error.name : "unknown" },
          "Discord cannot be reached; trying again",
        );
        await clock.sleep(PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)] ?? 0, closing.signal).catch(() => {
          throw stoppedEarly();
        });
      }
    }
  }

  async function close(): Promise<void> {
    closing.abort();
    const last = client;
    if (last === null) return;
    // discord.js would forget a socket that is still shaking hands, and leave it open.
    const shaking = async () =>
      [...((await strategy?.fetchStatus())?.values() ?? [])].includes(WebSocketShardStatus.Connecting);
    const until = Date.now() + HANDSHAKE_MS;
    while (!isFatal && Date.now() < until && (await shaking())) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await last.destroy();
  }

  return {
    open,
    close,
    connected: () =>
      client !== null &&
      !isFatal &&
      !closing.signal.aborted &&
      client.isReady() &&
      client.ws.shards.every((shard) => shard.status === Status.Ready),
    client: () => client,
    self: () => self,
  };
}

/** What a close code means that Discord wants no reconnect after; 4004 is a refused token. */
export function fatalError(closeCode: number): BotError {
  const [what, remedy] = FATAL[closeCode] ?? ["Discord closed the connection for good.", "Restart the bot."];
  return new BotError(what, { code: "config", context: { closeCode }, remedy });
}

function stoppedEarly(): BotError {
  return new BotError("The bot was stopped before it was connected to Discord.", { code: "misuse" });
}

function isTokenRefused(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "TokenInvalid";
}
