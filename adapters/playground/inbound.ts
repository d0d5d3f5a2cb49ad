import type { CommandDefinition } from "../../src/core/command.ts";
import { intentOfEmoji } from "../../src/core/emoji.ts";
import type { CommandInput, InboundEvent, InboundSink, Responder } from "../../src/core/events.ts";
import type { Intent, ReplyRef, Requester } from "../../src/core/model.ts";
import { nobodyNamed, paintingHint, unknownCommand } from "./hints.ts";
import { MAX_EMOJI_KINDS } from "./limits.ts";
import { withIds } from "./mentions.ts";
import { isVisible, type PlaygroundMessage } from "./messages.ts";
import type { WireAnswer, WireDeed, WireUser } from "./page/wire.ts";
import { type Address, addressRef, messageKeyOf, PLAYGROUND, type Replies } from "./replies.ts";
import { deferred, openResponder, SETTLED } from "./responder.ts";
import type { Room } from "./room.ts";
import { PLAYGROUND_USERS } from "./users.ts";
import { commandsFor } from "./wire-commands.ts";

/** What people did on the page, already checked, becomes events for the core. Each resolves with the answer. */
export interface Inbound {
  /** A typed line: a command, or just talk. */
  say(deed: WireDeed & { readonly text: string }): Promise<WireAnswer>;
  form(
    deed: WireDeed & {
      readonly command: string;
      readonly parentId: string | null;
      readonly messageId: string | null;
      readonly options: Readonly<Record<string, string>>;
    },
  ): Promise<WireAnswer>;
  press(
    deed: WireDeed & { readonly messageId: string; readonly intent: Intent; readonly jobId: string },
  ): Promise<WireAnswer>;
  react(
    deed: WireDeed & {
      readonly messageId: string;
      readonly emoji: string;
      readonly change: "added" | "removed";
    },
  ): Promise<WireAnswer>;
  /** Puts the bot's private words away. */
  dismiss(deed: WireDeed & { readonly messageId: string }): Promise<WireAnswer>;
}

/** Why a request cannot be carried out, with the HTTP status that says so. */
export class DeedRefused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "DeedRefused";
    this.status = status;
  }
}

export interface InboundOptions {
  readonly room: Room;
  readonly replies: Replies;
  readonly commands: readonly CommandDefinition[];
  /** Where events go now; null while nothing is taken in. */
  readonly intake: () => Intake | null;
}

export interface Intake {
  readonly sink: InboundSink;
  /** Aborted when the adapter stops: nobody waits for an answer any longer. */
  readonly signal: AbortSignal;
}

export function createInbound(options: InboundOptions): Inbound {
  const { room, replies, commands } = options;

  const messageFor = async (user: WireUser, id: string): Promise<PlaygroundMessage> => {
    const message = await room.get(id);
    if (message === null || !isVisible(message, user.id)) {
      throw new DeedRefused(404, "That message is no longer there.");
    }
    return message;
  };

  const about = (user: WireUser, deed: WireDeed, did: string | null, replyTo: string | null) => {
    const cause = did === null ? null : { user: user.id, did };
    const requester: Requester = {
      platform: PLAYGROUND,
      workspace: PLAYGROUND,
      user: user.id,
      name: user.name,
    };
    const address = (prefix: string, rest: Partial<Address>): ReplyRef =>
      addressRef({
        messageId: `${prefix}-${deed.deliveryId}`,
        audience: null,
        privacy: null,
        cause,
        replyTo,
        ...rest,
      });
    return {
      base: {
        deliveryId: deed.deliveryId,
        requester,
        place: { channel: PLAYGROUND, kind: "channel", ageRestricted: null } as const,
        standing: { roles: user.roles, moderator: user.moderator, owner: user.owner },
        replyTo: address("reply", {}),
        direct: address("direct", { audience: user.id, privacy: "direct" }),
        obstacle: null,
      },
      words: address("words", { audience: user.id, privacy: "words" }),
    };
  };

  /** Hands an event over and waits until its responder was used, or the sink was done without. */
  const ask = async (
    { base, words }: ReturnType<typeof about>,
    eventWith: (responder: Responder) => InboundEvent,
  ): Promise<WireAnswer> => {
    const intake = options.intake() ?? refuseClosed();
    const { responder, answer } = openResponder(replies, base.replyTo, words);
    const stopped = deferred<never>();
    const onStop = () => stopped.reject(new DeedRefused(503, "The bot is restarting. Try again shortly."));
    intake.signal.addEventListener("abort", onStop, { once: true });
    try {
      const dealt = intake.sink(eventWith(responder)).then(() => SETTLED);
      return await Promise.race([answer, dealt, stopped.promise]);
    } finally {
      intake.signal.removeEventListener("abort", onStop);
    }
  };

  const chat = async (user: WireUser, { deliveryId, text }: WireDeed & { readonly text: string }) => {
    const before = await room.list();
    const line = {
      id: `line-${deliveryId}`,
      author: user.id,
      cause: null,
      replyTo: null,
      audience: null,
      privacy: null,
      text,
      view: null,
      reactions: [],
    };
    const isFirst = !before.some((message) => message.author === user.id);
    if ((await room.post(line)) && isFirst) {
      await replies.post(about(user, { user: user.id, deliveryId }, null, null).words, paintingHint());
    }
    return SETTLED;
  };

  return {
    say: async (deed) => {
      const user = requireUser(deed.user);
      const text = deed.text.trim();
      if (!text.startsWith("/")) return chat(user, { ...deed, text });
      const [, name = "", rest = ""] = /^\/(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
      const command = commands.find((known) => known.name === name.toLowerCase());
      if (command === undefined) {
        const known = unknownCommand(commandsFor(user.id, commands));
        await replies.post(about(user, deed, `tried /${name}`, null).words, known);
        return { type: "refused" };
      }
      const [, first = "", words = ""] = /^(\S*)([\s\S]*)$/.exec(rest) ?? [];
      const action = command.actions.find((one) => one.name === first.toLowerCase());
      const did = ["used", `/${command.name}`, ...(action === undefined ? [] : [action.name])].join(" ");
      const told = about(user, deed, did, null);
      const resolved = action === undefined ? words : withIds(words, action);
      if (resolved === null) {
        await replies.post(told.words, nobodyNamed());
        return { type: "refused" };
      }
      const input: CommandInput = { type: "text", text: first + resolved };
      return ask(told, (responder) => ({
        type: "command",
        ...told.base,
        command: command.name,
        input,
        parentId: null,
        responder,
      }));
    },

    form: async ({ command, parentId, messageId, options: answers, ...deed }) => {
      const told = about(requireUser(deed.user), deed, `used /${command}`, messageId);
      return ask(told, (responder) => ({
        type: "command",
        ...told.base,
        command,
        input: { type: "options", action: null, options: answers },
        parentId,
        responder,
      }));
    },

    press: async ({ messageId, intent, jobId, ...deed }) => {
      const user = requireUser(deed.user);
      const message = await messageFor(user, messageId);
      const label = message.view?.actions.find((action) => action.intent === intent)?.label ?? intent;
      const told = about(user, deed, `pressed ${label}`, messageId);
      return ask(told, (responder) => ({
        type: "action",
        ...told.base,
        intent,
        jobId,
        responder,
      }));
    },

    react: async ({ messageId, emoji, change, ...deed }) => {
      const user = requireUser(deed.user);
      const intake = options.intake() ?? refuseClosed();
      const message = await messageFor(user, messageId);
      if (!(await changeReaction(room, message.id, user.id, emoji, change))) return SETTLED;
      const meaning = intentOfEmoji(emoji);
      if (meaning === null || message.view?.jobId == null) return SETTLED;
      const told = about(user, deed, `reacted with ${emoji}`, messageId);
      // Nobody waits for a reaction's outcome; the sink never rejects.
      void intake.sink({
        type: "reaction",
        ...told.base,
        change,
        intent: meaning.intent,
        emoji: meaning.emoji,
        messageKey: messageKeyOf(messageId),
        whisper: async (view) => {
          await replies.post(told.words, view);
        },
      });
      return SETTLED;
    },

    dismiss: async ({ user, messageId }) => {
      const message = await messageFor(requireUser(user), messageId);
      if (message.privacy !== "words") throw new DeedRefused(409, "Only private words can be dismissed.");
      await room.remove(messageId);
      return SETTLED;
    },
  };
}

/** The person of that id. @throws DeedRefused when nobody has it. */
export function requireUser(id: string): WireUser {
  const user = PLAYGROUND_USERS.find((known) => known.id === id);
  if (user === undefined) throw new DeedRefused(404, "Nobody of that name lives in the playground.");
  return user;
}

/** False when nothing changed: such a repeat is not handed over either. */
async function changeReaction(
  room: Room,
  messageId: string,
  user: string,
  emoji: string,
  change: "added" | "removed",
): Promise<boolean> {
  let changed = false;
  await room.change(messageId, async (message) => {
    const now = message.reactions.find((reaction) => reaction.emoji === emoji)?.users ?? [];
    if (now.includes(user) === (change === "added")) return message;
    if (now.length === 0 && message.reactions.length >= MAX_EMOJI_KINDS) {
      throw new DeedRefused(409, "There are enough different emoji on that message.");
    }
    changed = true;
    const users = change === "added" ? [...now, user] : now.filter((other) => other !== user);
    const others =
      now.length === 0
        ? [...message.reactions, { emoji, users }]
        : message.reactions.map((reaction) => (reaction.emoji === emoji ? { emoji, users } : reaction));
    return { ...message, reactions: others.filter((reaction) => reaction.users.length > 0) };
  });
  return changed;
}

function refuseClosed(): never {
  throw new DeedRefused(503, "The bot is not running at the moment. Try again in a little while.");
}
