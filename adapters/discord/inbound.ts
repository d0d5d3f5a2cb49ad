import { ApplicationCommandOptionType, PermissionFlagsBits } from "discord.js";
import type { CommandDefinition } from "../../src/core/command.ts";
import { intentOfEmoji } from "../../src/core/emoji.ts";
import type { ActionEvent, CommandEvent, CommandInput, ReactionEvent } from "../../src/core/events.ts";
import type { JobId, Place, Requester, Standing } from "../../src/core/model.ts";
import {
  type ChannelAddress,
  directAddressOf,
  type InteractionAddress,
  messageKeyOf,
  newNonce,
  PLATFORM,
  refOf,
  timeOf,
} from "./address.ts";
import { readCustomId } from "./custom-id.ts";
import { DEFAULT_UPLOAD_BYTES } from "./limits.ts";
import { readAnswers } from "./modal.ts";
import { AGE_RESTRICTED_ONLY, isThreadType, obstacleOf } from "./obstacle.ts";
import type {
  ChannelPayload,
  InteractionPayload,
  MemberPayload,
  OptionPayload,
  PressPayload,
  ReactionPayload,
  SlashPayload,
  SubmitPayload,
  UserPayload,
} from "./payload.ts";
import type { Places } from "./places.ts";
import { createResponder, type DiscordResponder, type Origin, type ResponderParts } from "./responder.ts";
import type { Whisper } from "./whisper.ts";

export interface InboundParts extends ResponderParts {
  readonly commands: readonly CommandDefinition[];
  readonly places: Places;
  readonly whisper: Whisper;
  readonly channels: "any" | "age-restricted";
  readonly applicationId: () => string;
  readonly botId: () => string;
}

/** Name of the message menu's entry, and of the command it runs with the message's text. */
export const MENU = { name: "Imagine this", command: "imagine", option: "prompt" } as const;

/** What was chosen of a command. */
type Chosen = Omit<Extract<CommandInput, { type: "options" }>, "type">;

/** An event that waited longer than this for a reconnect is never replayed. */
const PLAUSIBLE_AGE_MS = 5 * 60_000;

/** An event for the core, with the responder that watches its deadline. */
export interface Arrival<E> {
  readonly event: E;
  readonly responder: DiscordResponder;
}

/** Discord's payloads as the core's events. */
export function createInbound(parts: InboundParts) {
  const { places, clock } = parts;

  function baseOf(payload: InteractionPayload, origin: Origin) {
    const address = addressOf(payload);
    const ref = refOf(address, payload.application_id);
    const place = placeOf(address.guild, address.channel, payload.channel);
    return {
      responder: createResponder(parts, ref, address, origin),
      base: {
        deliveryId: payload.id,
        requester: requesterOf(payload),
        place,
        standing: standingOf(address.guild, payload.member, BigInt(payload.member?.permissions ?? 0)),
        replyTo: ref,
        direct: refOf(directAddressOf(requesterOf(payload).user), payload.application_id),
        obstacle: obstacleFor(payload, address, place),
      },
    };
  }

  function addressOf(payload: InteractionPayload): InteractionAddress {
    const owners = payload.authorizing_integration_owners;
    // Key 0: installed in this server, or the bot's own private messages (context 1). Without the field: a server's bot.
    const isReached = owners === undefined || "0" in owners || payload.context === 1;
    return {
      kind: "interaction",
      guild: payload.guild_id ?? null,
      message: null,
      maxBytes: payload.attachment_size_limit ?? DEFAULT_UPLOAD_BYTES,
      nonce: newNonce(),
      channel: payload.channel_id,
      application: payload.application_id,
      interaction: payload.id,
      token: payload.token,
      since: bornAt(payload.id),
      source: payload.type === 2 ? null : (payload.message?.id ?? null),
      reach: isReached ? "bot" : "token",
    };
  }

  /** `seen`: the channel as the event describes it, where it does. */
  function placeOf(guild: string | null, id: string, seen?: ChannelPayload): Place {
    if (guild === null) return { channel: id, kind: "direct", ageRestricted: null };
    const parent = isThreadType(seen?.type) ? seen?.parent_id : null;
    const channel = parent ?? places.roomOf(guild, id);
    const mark = channel === id ? seen?.nsfw : null;
    return { channel, kind: "channel", ageRestricted: mark ?? places.isAgeRestricted(guild, channel) };
  }

  /** Discord's own time of the interaction, unless the two clocks are so far apart that it says nothing. */
  function bornAt(id: string): number {
    const now = clock.now();
    const age = now - timeOf(id);
    return age > 0 && age < PLAUSIBLE_AGE_MS ? now - age : now;
  }

  function obstacleFor(
    payload: InteractionPayload,
    address: InteractionAddress,
    place: Place,
  ): string | null {
    if (isBarred(place)) return AGE_RESTRICTED_ONLY;
    // Private conversations have no permissions to lack.
    if (payload.app_permissions === undefined || address.guild === null) return null;
    return obstacleOf({
      permissions: BigInt(payload.app_permissions),
      standing: address.reach === "bot" ? "guild" : "elsewhere",
      isThread: isThreadType(payload.channel?.type),
    });
  }

  const isBarred = ({ kind, ageRestricted }: Place): boolean =>
    parts.channels === "age-restricted" && kind === "channel" && ageRestricted !== true;

  function command(
    payload: SlashPayload | SubmitPayload,
    origin: Origin,
    name: string,
    input: Chosen,
    parentId: JobId | null,
  ): Arrival<CommandEvent> {
    const { base, responder } = baseOf(payload, origin);
    return {
      responder,
      event: {
        ...base,
        type: "command",
        command: name,
        input: { type: "options", ...input },
        parentId,
        responder,
      },
    };
  }

  return {
    /** A slash command, or the message menu's entry. */
    slash(payload: SlashPayload): Arrival<CommandEvent> {
      const { name, type, options = [], target_id: target = "", resolved } = payload.data;
      if (type === 3) {
        const content = resolved?.messages?.[target]?.content ?? "";
        const input = { action: null, options: { [MENU.option]: content } };
        return command(payload, "command", MENU.command, input, null);
      }
      const [first] = options;
      const input =
        first?.type === ApplicationCommandOptionType.Subcommand
          ? { action: first.name, options: optionsOf(first.options ?? []) }
          : { action: null, options: optionsOf(options) };
      return command(payload, "command", name, input, null);
    },

    /** A form's answers; null for a form that is not ours. */
    submit(payload: SubmitPayload): Arrival<CommandEvent> | null {
      const id = readCustomId(payload.data.custom_id);
      if (id?.type !== "form") return null;
      const answers = Object.fromEntries(
        payload.data.components
          .flat()
          .map(({ custom_id, value, values }) => [custom_id, value ?? values?.[0] ?? ""]),
      );
      const definition = parts.commands.find((one) => one.name === id.command);
      const origin = payload.message === undefined ? "command" : "component";
      const input = { action: null, options: readAnswers(answers, definition) };
      return command(payload, origin, id.command, input, id.parentId);
    },

    /** A button that acts at once, or the answer to a question. */
    press(
      payload: PressPayload,
      origin: "component" | "question",
      pressed: Pick<ActionEvent, "intent" | "jobId">,
    ): Arrival<ActionEvent> {
      const { base, responder } = baseOf(payload, origin);
      return { responder, event: { ...base, ...pressed, type: "action", responder } };
    },

    /** Null for an emoji, or a presser, that means nothing to us. */
    reaction(payload: ReactionPayload, change: ReactionEvent["change"]): ReactionEvent | null {
      const { name, id } = payload.emoji;
      // A server's own emoji may have any name.
      const meaning = id || !name ? null : intentOfEmoji(name);
      const applicationId = parts.applicationId();
      if (meaning === null || payload.user_id === parts.botId() || payload.member?.user?.bot) return null;
      const guild = payload.guild_id ?? null;
      const channel = payload.channel_id;
      const bits =
        guild && payload.member
          ? places.memberPermissions(guild, channel, payload.user_id, payload.member)
          : null;
      const own = guild === null ? null : places.ownPermissions(guild, channel);
      const isThread = guild !== null && places.isThread(guild, channel);
      const place = placeOf(guild, channel);
      const replyTo: ChannelAddress = {
        kind: "channel",
        guild,
        channel,
        message: null,
        maxBytes: places.uploadBytes(guild),
        nonce: newNonce(),
        replyTo: payload.message_id,
        tone: "ordinary",
      };
      return {
        type: "reaction",
        change,
        intent: meaning.intent,
        emoji: meaning.emoji,
        messageKey: messageKeyOf(guild, channel, payload.message_id),
        // Reactions have no id of their own; the core tells a repeat by message, person and emoji.
        deliveryId: `${payload.message_id}/${payload.user_id}/${meaning.emoji}/${newNonce()}`,
        requester: {
          platform: PLATFORM,
          workspace: guild,
          user: payload.user_id,
          name: payload.member?.nick ?? nameOf(payload.member?.user) ?? payload.user_id,
        },
        place,
        standing: standingOf(guild, payload.member, bits ?? 0n),
        replyTo: refOf(replyTo, applicationId),
        obstacle: isBarred(place)
          ? AGE_RESTRICTED_ONLY
          : own === null
            ? null
            : obstacleOf({ permissions: own, standing: "guild", isThread }),
        direct: refOf(directAddressOf(payload.user_id), applicationId),
        whisper: (view) => parts.whisper(payload.user_id, view),
      };
    },
  };
}

function requesterOf({ guild_id, member, user }: InteractionPayload): Requester {
  const person = member?.user ?? user;
  return {
    platform: PLATFORM,
    workspace: guild_id ?? null,
    user: person?.id ?? "",
    name: member?.nick ?? nameOf(person) ?? "",
  };
}

function nameOf(user: UserPayload | undefined): string | null {
  return user === undefined ? null : (user.global_name ?? user.username);
}

function standingOf(guild: string | null, member: MemberPayload | undefined, permissions: bigint): Standing {
  const has = (bit: bigint) => (permissions & (bit | PermissionFlagsBits.Administrator)) !== 0n;
  return {
    // Everybody in a server has its @everyone, whose id is the server's and which Discord lists nowhere.
    roles: guild === null ? [] : [guild, ...(member?.roles ?? [])],
    moderator: has(PermissionFlagsBits.ManageMessages) || has(PermissionFlagsBits.ManageGuild),
    owner: has(PermissionFlagsBits.ManageGuild),
  };
}

/** Chosen people, roles and channels come as their ids. */
function optionsOf(options: readonly OptionPayload[]): Readonly<Record<string, string | number | boolean>> {
  return Object.fromEntries(
    options.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])),
  );
}
