import type { Gateway } from "./gateway.ts";
import { filledIn, type OptionValues, offeredTo } from "./offers.ts";
import { guildPayload, interactionPayload, reactionPayload, rolePayload } from "./payloads.ts";
import { INVITED_PERMISSIONS, MEMBER_PERMISSIONS, PERMISSION } from "./permissions.ts";
import { messagePayload } from "./posts.ts";
import { channelPayload } from "./routes.ts";
import { buttonsOf, modalFieldsOf } from "./seen.ts";
import type {
  ChannelState,
  GuildState,
  InteractionState,
  MessageState,
  OverwriteState,
  RoleState,
  UserState,
} from "./state.ts";
import type { World } from "./world.ts";

/** Where and by whom something is done. */
export interface Doing {
  readonly by: UserState;
  readonly in: ChannelState;
  readonly uploadLimit?: number;
  /** Only the person installed the app; the bot is not in the guild. */
  readonly userInstallOnly?: boolean;
}

/** What members may do beyond others. A server's owner needs no role for it. */
const RANKS = {
  member: 0n,
  moderator: PERMISSION.manageMessages,
  manager: PERMISSION.manageGuild,
  administrator: PERMISSION.administrator,
  owner: 0n,
} as const;
export type Rank = keyof typeof RANKS;

/** Makes places and people, and lets them act. Everything reaches the bot over the gateway. */
export function createPeople(world: World, gateway: Gateway) {
  const nonceOf = () => Buffer.from(world.nextId()).toString("base64url");

  const sent = new Map<string, unknown>();

  function begin(type: 2 | 3 | 5, doing: Doing, sourceMessageId: string | null): InteractionState {
    const id = world.nextId();
    const guild = world.guilds.get(doing.in.guildId ?? "");
    const one: InteractionState = {
      id,
      token: Buffer.from(`interaction:${id}:${nonceOf()}${"x".repeat(96)}`).toString("base64url"),
      type,
      userId: doing.by.id,
      channelId: doing.in.id,
      guildId: doing.in.guildId,
      createdAt: world.clock.now(),
      dispatchedAt: Date.now(),
      uploadLimit: doing.uploadLimit ?? guild?.uploadLimit ?? world.uploadLimit,
      userInstallOnly: doing.userInstallOnly ?? false,
      sourceMessageId,
      ack: null,
      ackAt: null,
      ackMs: null,
      originalId: null,
      modal: null,
      followUps: 0,
    };
    world.interactions.set(id, one);
    return one;
  }

  function send(one: InteractionState, data: Record<string, unknown>): InteractionState {
    // Interactions go to the shard of their guild, and need no intent.
    const d = interactionPayload(world, one, data);
    sent.set(one.id, d);
    gateway.dispatch({ t: "INTERACTION_CREATE", d, guildId: one.guildId, intents: 0 });
    return one;
  }

  function addRole(guild: GuildState, name: string, permissions: bigint): RoleState {
    const role = { id: world.nextId(), name, permissions };
    guild.roles.push(role);
    const d = { guild_id: guild.id, role: rolePayload(role, guild.roles.length - 1) };
    gateway.dispatch({ t: "GUILD_ROLE_CREATE", d, guildId: guild.id, intents: 1 });
    return role;
  }

  return {
    user(name: string): UserState {
      const user: UserState = { id: world.nextId(), name, bot: false, takesDirectMessages: true };
      world.users.set(user.id, user);
      return user;
    },
    guild(options: { readonly botInside?: boolean; readonly uploadLimit?: number } = {}): GuildState {
      const id = world.nextId();
      const botRole = { id: world.nextId(), name: "imagine", permissions: INVITED_PERMISSIONS };
      const botInside = options.botInside ?? true;
      const guild: GuildState = {
        id,
        name: "A guild",
        roles: [{ id, name: "@everyone", permissions: MEMBER_PERMISSIONS }, botRole],
        members: new Map(botInside ? [[world.bot.id, [botRole.id]]] : []),
        ownerId: null,
        botInside,
        uploadLimit: options.uploadLimit ?? world.uploadLimit,
      };
      world.guilds.set(id, guild);
      return guild;
    },
    /** Tells the bot of a guild (and of its channels) made after it connected. */
    announce(guild: GuildState): void {
      gateway.dispatch({ t: "GUILD_CREATE", d: guildPayload(world, guild), guildId: guild.id, intents: 1 });
    },
    join(guild: GuildState, user: UserState, standing: Rank = "member"): UserState {
      const permissions = RANKS[standing];
      guild.members.set(user.id, permissions === 0n ? [] : [addRole(guild, standing, permissions).id]);
      if (standing === "owner") {
        guild.ownerId = user.id;
        const { members: _m, channels: _c, threads: _t, ...d } = guildPayload(world, guild);
        gateway.dispatch({ t: "GUILD_UPDATE", d, guildId: guild.id, intents: 1 });
      }
      return user;
    },
    /** A role without permissions, and who has it. */
    role(guild: GuildState, name: string, ...holders: readonly UserState[]): RoleState {
      const role = addRole(guild, name, 0n);
      for (const { id } of holders) guild.members.set(id, [...(guild.members.get(id) ?? []), role.id]);
      return role;
    },
    channel(
      guild: GuildState,
      options: {
        overwrites?: OverwriteState[];
        thread?: ChannelState;
        category?: ChannelState;
        type?: 0 | 4 | 15;
        nsfw?: boolean;
      } = {},
    ): ChannelState {
      const channel: ChannelState = {
        id: world.nextId(),
        type: options.thread ? 11 : (options.type ?? 0),
        name: "art",
        guildId: guild.id,
        parentId: options.thread?.id ?? options.category?.id ?? null,
        nsfw: options.nsfw ?? false,
        overwrites: options.overwrites ?? [],
        recipients: [],
      };
      world.channels.set(channel.id, channel);
      const t = options.thread ? "THREAD_CREATE" : "CHANNEL_CREATE";
      gateway.dispatch({ t, d: channelPayload(world, channel), guildId: guild.id, intents: 1 });
      return channel;
    },
    /** A private conversation: with the bot, or (for user installs) with somebody else. */
    directChannel(user: UserState, other: UserState = world.bot): ChannelState {
      const channel: ChannelState = {
        id: world.nextId(),
        type: 1,
        name: "",
        guildId: null,
        parentId: null,
        nsfw: false,
        overwrites: [],
        recipients: [user.id, other.id],
      };
      world.channels.set(channel.id, channel);
      return channel;
    },
    /** `/name`, or `/name action`. @throws Error where Discord's client would not let that person */
    slash(doing: Doing, command: string, options: OptionValues): InteractionState {
      const data = filledIn(world, doing, command, options);
      return send(begin(2, doing, null), { id: world.nextId(), ...data });
    },
    /** Names of the commands that Discord's client shows that person there. */
    offered: (doing: Doing): readonly string[] => offeredTo(world, doing).map((one) => one.name),
    /** Shows a command to everybody in every server, as a server's admins may under Integrations. */
    offerToEverybody(command: string): void {
      for (const [scope, list] of world.commands)
        world.commands.set(
          scope,
          list.map((one) => (one["name"] === command ? { ...one, default_member_permissions: null } : one)),
        );
    },
    /** The message's own menu: "Apps" → `name`. */
    messageMenu(doing: Doing, name: string, message: MessageState): InteractionState {
      const resolved = { messages: { [message.id]: messagePayload(world, message) } };
      return send(begin(2, doing, null), {
        id: world.nextId(),
        name,
        type: 3,
        target_id: message.id,
        resolved,
      });
    },
    /** A message a person wrote. */
    says(doing: Doing, content: string): MessageState {
      const message: MessageState = {
        id: world.nextId(),
        channelId: doing.in.id,
        guildId: doing.in.guildId,
        authorId: doing.by.id,
        webhookId: null,
        replyTo: null,
        nonce: null,
        ephemeralFor: null,
        content,
        flags: 0,
        components: [],
        attachments: [],
        writes: [],
        pings: new Set(),
        reactions: new Map(),
        loading: false,
        deleted: false,
      };
      world.messages.set(message.id, message);
      return message;
    },
    /** Presses the button whose label holds `label`. */
    press(doing: Doing, message: MessageState, label: string): InteractionState {
      const button = buttonsOf(message).find((one) => one.label.includes(label));
      if (!button) throw new Error(`no button "${label}" on that message`);
      const one = begin(3, doing, message.id);
      return send(one, { custom_id: button.customId, component_type: 2, id: 1 });
    },
    /** Presses a button by its id, also one that is no longer shown. */
    pressId(doing: Doing, message: MessageState, customId: string): InteractionState {
      return send(begin(3, doing, message.id), { custom_id: customId, component_type: 2, id: 1 });
    },
    /** Delivers an interaction once more, as a replay after a resume may. */
    redeliver(one: InteractionState): void {
      gateway.dispatch({ t: "INTERACTION_CREATE", d: sent.get(one.id), guildId: one.guildId, intents: 0 });
    },
    /** Sends the form that answered `asked`, with some fields changed (by custom id). */
    submit(
      doing: Doing,
      asked: InteractionState,
      changed: Readonly<Record<string, string>>,
    ): InteractionState {
      const fields = modalFieldsOf(asked.modal);
      const components = fields.map((field, index) => ({
        type: 18,
        id: index + 1,
        component:
          field.type === 4
            ? {
                type: 4,
                id: 10 + index,
                custom_id: field.customId,
                value: changed[field.customId] ?? field.value,
              }
            : {
                type: 3,
                id: 10 + index,
                custom_id: field.customId,
                values: [changed[field.customId] ?? field.value],
              },
      }));
      return send(begin(5, doing, asked.sourceMessageId), {
        custom_id: asked.modal?.["custom_id"],
        components,
      });
    },
    react(
      doing: Pick<Doing, "by">,
      message: MessageState,
      name: string,
      change: "ADD" | "REMOVE" = "ADD",
    ): void {
      const intents = message.guildId === null ? 1 << 13 : 1 << 10;
      const d = reactionPayload(world, message, doing.by.id, { emoji: name, change });
      const who = message.reactions.get(name) ?? new Set<string>();
      if (change === "ADD") message.reactions.set(name, who.add(doing.by.id));
      else who.delete(doing.by.id);
      gateway.dispatch({ t: `MESSAGE_REACTION_${change}`, d, guildId: message.guildId, intents });
    },
  };
}

export type People = ReturnType<typeof createPeople>;
