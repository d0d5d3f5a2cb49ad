import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { FastifyPluginAsync } from "fastify";
import type { Clock } from "../../src/core/clock.ts";
import type { CommandDefinition } from "../../src/core/command.ts";
import type { PlatformAdapter, Records } from "../../src/core/ports.ts";
import type { Telemetry } from "../../src/core/telemetry.ts";
import { BotError } from "../../src/errors.ts";
import { createInbound, DeedRefused, type Intake, requireUser } from "./inbound.ts";
import { KEPT_MESSAGES, PLAYGROUND_LIMITS } from "./limits.ts";
import { isVisible, MODERATORS, type PlaygroundMessage, toWire } from "./messages.ts";
import type { WireBadge, WireState } from "./page/wire.ts";
import { addressRef, createReplies, filesOf, PLAYGROUND } from "./replies.ts";
import { createRoom } from "./room.ts";
import { createRoutes } from "./routes.ts";
import { createShelf } from "./shelf.ts";
import { createStreams } from "./streams.ts";
import { PLAYGROUND_USERS } from "./users.ts";
import { commandsFor, wireCommand } from "./wire-commands.ts";

export interface PlaygroundOptions {
  readonly records: {
    /** The chat, by message id; checked with `playgroundMessageSchema` where it is opened. */
    readonly messages: Records<PlaygroundMessage>;
  };
  /** A folder of the playground's own for the pictures and documents it shows; made when missing. */
  readonly picturesDirectory: string;
  /** What the composer completes and what counts as a command. */
  readonly commands: readonly CommandDefinition[];
  /** What paints, for the header. */
  readonly badge: WireBadge;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly log?: (level: "info" | "warn" | "error", context: object, message: string) => void;
  /** @default the compiled page beside this module */
  readonly pageDirectory?: string;
  /** Messages kept. @default 500 */
  readonly keptMessages?: number;
}

export interface PlaygroundAdapter extends PlatformAdapter {
  /** The chat page and what it talks to, to be mounted by the web server. Answers 503 unless started. */
  readonly plugin: FastifyPluginAsync;
}

/** A small chat as a platform of its own: people, a channel, commands, buttons and reactions, in the browser. */
export function createPlaygroundAdapter(options: PlaygroundOptions): PlaygroundAdapter {
  const { clock, commands, telemetry } = options;
  const log = options.log ?? (() => {});
  const shelf = createShelf(options.picturesDirectory);
  const room = createRoom({
    records: options.records.messages,
    clock,
    kept: options.keptMessages ?? KEPT_MESSAGES,
    onRemoved: (message) => shelf.discard(filesOf(message.view)),
  });
  const replies = createReplies(room, shelf);
  let intake: (Intake & { readonly stop: () => void }) | null = null;

  const onFault = (error: unknown) => telemetry({ type: "fault", where: PLAYGROUND, jobId: null, error });

  const stateFor = async (user: string): Promise<WireState> => {
    requireUser(user);
    const messages = await room.list();
    return {
      now: clock.now(),
      badge: options.badge,
      users: PLAYGROUND_USERS,
      commands: commandsFor(user, commands).map(wireCommand),
      messages: messages.filter((message) => isVisible(message, user)).map(toWire),
    };
  };

  const streams = createStreams({ room, clock, stateFor, onFault });
  const inbound = createInbound({
    room,
    replies,
    commands,
    intake: () => intake,
  });

  return {
    name: PLAYGROUND,
    limits: PLAYGROUND_LIMITS,
    connected: () => intake !== null,
    isId: (kind, text) =>
      kind === "user" ? PLAYGROUND_USERS.some((user) => user.id === text) : /^[\w-]+$/.test(text),
    channelRef: (_workspace, _channel) =>
      // There is one room only: whatever the log's channel is called, moderators read it there among themselves.
      addressRef({
        messageId: `note-${randomUUID()}`,
        audience: MODERATORS,
        privacy: "log",
        cause: null,
        replyTo: null,
      }),
    // The page opens at its newest message only.
    linkTo: () => null,
    openReply: replies.open,
    start: async (sink) => {
      if (intake !== null) throw new BotError("The playground was started twice", { code: "misuse" });
      await room.trim();
      await shelf.sweep(new Set((await room.list()).flatMap(({ view }) => filesOf(view))));
      const stopping = new AbortController();
      intake = { sink, signal: stopping.signal, stop: () => stopping.abort() };
      log("info", { users: PLAYGROUND_USERS.length }, "The playground is open");
    },
    stop: async () => {
      intake?.stop();
      intake = null;
      streams.closeAll();
    },
    plugin: createRoutes({
      inbound,
      streams,
      stateFor,
      shelfDirectory: options.picturesDirectory,
      pageDirectory: options.pageDirectory ?? fileURLToPath(new URL("./page/", import.meta.url)),
      admit: (user) => {
        requireUser(user);
        if (intake === null) throw new DeedRefused(503, "The bot is not running at the moment.");
      },
      onFault,
    }),
  };
}
