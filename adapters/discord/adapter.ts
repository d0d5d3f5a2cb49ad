import { InteractionResponseType, MessageFlags, Routes } from "discord.js";
import type { Clock } from "../../src/core/clock.ts";
import type { CommandDefinition } from "../../src/core/command.ts";
import type { InboundEvent, InboundSink } from "../../src/core/events.ts";
import type { PlatformAdapter } from "../../src/core/ports.ts";
import type { Telemetry } from "../../src/core/telemetry.ts";
import { BotError } from "../../src/errors.ts";
import { messageLink, newNonce, PLATFORM, refOf } from "./address.ts";
import { syncCommands } from "./commands.ts";
import { type Connection, createConnection } from "./connection.ts";
import { readCustomId } from "./custom-id.ts";
import { asPasted, createDiscordHttp } from "./http.ts";
import { type Arrival, createInbound } from "./inbound.ts";
import { INTENTS, inviteLink, LIMITS } from "./limits.ts";
import type { DiscordLog } from "./log.ts";
import { createMessages } from "./messages.ts";
import {
  flattenNodes,
  type InteractionPayload,
  interactionPayload,
  type PressPayload,
  reactionPayload,
} from "./payload.ts";
import { createPlaces } from "./places.ts";
import type { Localizations } from "./registration.ts";
import { renderQuestion } from "./render.ts";
import { createReplyHandle } from "./reply.ts";
import type { DiscordResponder } from "./responder.ts";
import { createTransport, type DiscordTimeouts, TIMEOUTS } from "./transport.ts";
import { codeOf, replyErrorOf } from "./trouble.ts";
import { createWhisper } from "./whisper.ts";

export interface DiscordAdapterOptions {
  readonly token: string;
  /** REST base without version. */
  readonly apiUrl: string;
  /** Registers the commands in this server only; null: everywhere. */
  readonly guildId: string | null;
  readonly commands: readonly CommandDefinition[];
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly log: DiscordLog;
  /** Where in servers pictures are made: `age-restricted` keeps them to channels marked so. @default "any" */
  readonly channels?: "any" | "age-restricted";
  /** Commands' words in other languages. @default none */
  readonly localizations?: Localizations;
  /** @default TIMEOUTS */
  readonly timeouts?: DiscordTimeouts;
  /** Discord closed the connection for good while the bot ran (a reset token, say): time to stop. */
  readonly onFatal?: (error: BotError) => void;
}

/** Pauses between tries to register the commands, ms; the last one repeats. */
const SYNC_PAUSES_MS = [2_000, 10_000, 60_000] as const;
/** Longest wait at the stop for answers that are on their way, ms. */
const FAREWELL_MS = 2_000;

/** Discord over discord.js: its gateway and its REST client, with our own reading of the events. */
export function createDiscordAdapter(options: DiscordAdapterOptions): PlatformAdapter {
  const { clock, telemetry, log } = options;
  const { token, apiUrl } = asPasted(options);
  const { timeouts = TIMEOUTS } = options;
  const transport = createTransport(timeouts);
  const http = createDiscordHttp({
    token,
    apiUrl,
    transport,
    timeouts,
    warn: (context, message) => log("warn", context, message),
  });
  const places = createPlaces(() => connection?.client() ?? null);
  const parts = { http, messages: createMessages(http), clock };
  const stopping = new AbortController();
  const tasks = new Set<Promise<void>>();
  const watched = new Set<DiscordResponder>();
  let sink: InboundSink | null = null;
  let connection: Connection | null = null;
  let isRunning = false;
  const applicationId = () => connection?.self()?.application.id ?? "";
  const inbound = createInbound({
    ...parts,
    commands: options.commands,
    places,
    whisper: createWhisper(parts, applicationId),
    channels: options.channels ?? "any",
    applicationId,
    botId: () => connection?.self()?.user.id ?? "",
  });

  /** Keeps hold of work until it ends; its failure is told, never thrown. */
  function own(where: string, work: Promise<void>): void {
    const task = work
      .catch((error: unknown) => telemetry({ type: "fault", where, jobId: null, error }))
      .finally(() => tasks.delete(task));
    tasks.add(task);
  }

  function hand<E extends InboundEvent>(arrival: Arrival<E>): void {
    const { responder } = arrival;
    watched.add(responder);
    own(
      "acknowledgement",
      responder.watch().finally(() => watched.delete(responder)),
    );
    if (sink !== null) own("sink", sink(arrival.event));
  }

  function onInteraction(payload: unknown): void {
    if (stopping.signal.aborted) return;
    const parsed = interactionPayload.safeParse(payload);
    if (parsed.success) dispatch(parsed.data);
    else unreadable("interaction");
  }

  function dispatch(payload: InteractionPayload): void {
    switch (payload.type) {
      case 2:
        hand(inbound.slash(payload));
        break;
      case 3:
        onPress(payload);
        break;
      case 5: {
        const arrival = inbound.submit(payload);
        if (arrival !== null) hand(arrival);
      }
    }
  }

  function onPress(payload: PressPayload): void {
    const id = readCustomId(payload.data.custom_id);
    switch (id?.type) {
      case "do":
        hand(inbound.press(payload, "component", { intent: id.intent, jobId: id.jobId }));
        break;
      case "sure":
        hand(inbound.press(payload, "question", { intent: id.intent, jobId: id.jobId }));
        break;
      case "ask":
        own("question", ask(payload, id));
        break;
      default:
        // A button of another time: the press ends without a word instead of failing visibly.
        own("stray button", answer(payload, { type: InteractionResponseType.DeferredMessageUpdate }));
    }
  }

  /** The question before an action, for the presser's eyes only. */
  function ask(
    payload: PressPayload,
    id: Extract<ReturnType<typeof readCustomId>, { type: "ask" }>,
  ): Promise<void> {
    const button = flattenNodes(payload.message.components).find(
      (one) => one.custom_id === payload.data.custom_id,
    );
    const { attachments: _none, ...body } = renderQuestion(id.question, {
      intent: id.intent,
      jobId: id.jobId,
      label: button?.label ?? "OK",
      emoji: button?.emoji?.name ?? null,
    });
    return answer(payload, {
      type: InteractionResponseType.ChannelMessageWithSource,
      data: { ...body, flags: body.flags | MessageFlags.Ephemeral },
    });
  }

  async function answer({ id, token }: PressPayload, body: object): Promise<void> {
    await http
      .callback({ method: "post", route: Routes.interactionCallback(id, token), body })
      .catch((error: unknown) => {
        throw replyErrorOf(error);
      });
  }

  function onReaction(payload: unknown, change: "added" | "removed"): void {
    if (stopping.signal.aborted) return;
    const parsed = reactionPayload.safeParse(payload);
    if (!parsed.success) unreadable("reaction");
    const event = parsed.success ? inbound.reaction(parsed.data, change) : null;
    if (event !== null && sink !== null) own("sink", sink(event));
  }

  function unreadable(kind: string): void {
    log("warn", { kind }, "Discord sent an event this bot cannot read");
  }

  /** Registers the commands; trouble on the way is waited out while the bot already answers. */
  async function register(): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        const outcome = await syncCommands(http, applicationId(), {
          commands: options.commands,
          localizations: options.localizations ?? {},
          channels: options.channels ?? "any",
          guildId: options.guildId,
        });
        log("info", { outcome, guildId: options.guildId }, "Commands registered");
        return;
      } catch (error) {
        if (error instanceof BotError) throw error;
        // Discord will not take them later either; what is registered from before goes on working.
        if (codeOf(error) !== null) {
          telemetry({ type: "fault", where: "commands", jobId: null, error: replyErrorOf(error) });
          return;
        }
        log("warn", { tries }, "The commands could not be registered yet; trying again");
        await clock.sleep(SYNC_PAUSES_MS[Math.min(tries, SYNC_PAUSES_MS.length - 1)] ?? 0, stopping.signal);
      }
    }
  }

  async function stop(): Promise<void> {
    if (stopping.signal.aborted) return;
    stopping.abort("stop");
    for (const responder of watched) responder.abandon();
    const farewell = new AbortController();
    await Promise.race([
      Promise.allSettled(tasks),
      clock.sleep(FAREWELL_MS, farewell.signal).catch(() => undefined),
    ]);
    farewell.abort();
    await connection?.close();
    http.close();
    await transport.close();
  }

  return {
    name: PLATFORM,
    limits: LIMITS,
    async start(into) {
      if (sink !== null) throw new BotError("The Discord adapter was started before.", { code: "misuse" });
      sink = into;
      connection = createConnection({
        token,
        apiUrl,
        transport,
        clock,
        log,
        onInteraction,
        onReaction,
        onFatal: (error) => {
          // Before that, the start itself fails with it.
          if (!isRunning) return;
          log("error", { ...error.context, remedy: error.remedy }, error.message);
          options.onFatal?.(error);
        },
      });
      try {
        await connection.open();
        isRunning = true;
        log("info", { intents: INTENTS, invite: inviteLink(applicationId()) }, "Connected to Discord");
        await register();
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
    connected: () => connection?.connected() ?? false,
    isId: (_kind, text) => /^\d{17,20}$/.test(text),
    channelRef: (guild, channel) =>
      refOf(
        {
          kind: "channel",
          guild,
          channel,
          message: null,
          maxBytes: places.uploadBytes(guild),
          nonce: newNonce(),
          replyTo: null,
          tone: "quiet",
        },
        applicationId(),
      ),
    linkTo: messageLink,
    openReply: (ref, keep) => createReplyHandle(parts, ref, keep),
  };
}
