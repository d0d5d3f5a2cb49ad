import type { CommandInput, InboundEvent, InboundSink } from "../../src/core/events.ts";
import type { Intent } from "../../src/core/model.ts";
import type { PlatformAdapter } from "../../src/core/ports.ts";

/** What the contract suite needs to know about a platform, and how it differs from the others. */
export interface PlatformDescriptor {
  /** A fresh platform with nothing on it, and an adapter on it that is not started yet. */
  create(): Promise<PlatformWorld>;
  readonly differences: PlatformDifferences;
}

/** Real differences, declared. */
export interface PlatformDifferences {
  /** How the suite types its commands: as one text, or as typed options. */
  readonly commandInput: CommandInput["type"];
  /**
   * `create` on an address whose first post was never kept (a crash in between): `finds` the message that is there,
   * or `may-repeat` it because the platform cannot be asked.
   */
  readonly lostCreate: "finds" | "may-repeat";
  /** What `whisper` does: the person sees it, or the platform may have no way and drops it. */
  readonly whisper: "shown" | "may-be-dropped";
  /** Whether reactions of the bot itself come back as events (`reactAsBot` is called only then). */
  readonly ownReactions: "delivered" | "none";
  /** Whether taking a reaction off is told to the adapter at all. */
  readonly reactionRemovals: "delivered" | "none";
  /** Whether the platform may deliver the same thing twice (`redeliver` is called only then). */
  readonly redelivery: "same-id" | "none";
  /** Whether a message has an address of its own that a browser can open. */
  readonly messageLinks: "some" | "none";
  /** Characters of alt text the platform keeps. */
  readonly altTextLimit: number;
}

/** A platform as people and the suite see it: hooks that act like people, and the platform's state. */
export interface PlatformWorld {
  readonly adapter: PlatformAdapter;
  /** A second adapter on the same platform and records, never started: a worker process. */
  worker(): PlatformAdapter;
  /** User ids. `moderator` may manage other people's messages in the channel, the two others may not. */
  readonly users: { readonly member: string; readonly other: string; readonly moderator: string };

  /**
   * Hooks that act resolve once the platform has had its answer, or once the event was handed over where no answer
   * is due. The suite reads the outcome from the sink and from `messages`, waiting a little where need be.
   */
  command(user: string, command: string, input: CommandInput): Promise<void>;
  /** Presses the button with that intent on a message; a question asked first is answered with yes. */
  press(user: string, messageKey: string, intent: Intent): Promise<void>;
  /** `emoji` is the character itself; the hook knows how the platform writes it. */
  react(user: string, messageKey: string, emoji: string): Promise<void>;
  unreact(user: string, messageKey: string, emoji: string): Promise<void>;
  reactAsBot(messageKey: string, emoji: string): Promise<void>;
  /** Sends the last command to the adapter once more, as the platform's own retry would. */
  redeliver(): Promise<void>;

  /** The form the person has open now; null when there is none. */
  openForm(user: string): Promise<ShownForm | null>;
  /** Fills in and sends the open form; answers not named keep what the form was opened with. */
  answerForm(user: string, answers: Readonly<Record<string, string>>): Promise<void>;

  /** Everything that person can see now, in the channel and from the bot in private, oldest first. */
  messages(viewer: string): Promise<readonly ShownMessage[]>;

  /** Takes the platform itself down; the suite has stopped the adapter before. Safe to call twice. */
  close(): Promise<void>;
}

/** A message as a reader sees it. */
export interface ShownMessage {
  /** The `messageKey` under which the adapter knows it; null for a message that cannot be reacted to. */
  readonly messageKey: string | null;
  /**
   * All text a reader sees, in reading order, a line break between blocks. Escapes are undone and markup that took
   * effect is gone, so text that is meant to be verbatim is found here verbatim only if it was sent safely.
   */
  readonly text: string;
  /** Everything that would notify somebody: user ids, "everyone", channel-wide calls. */
  readonly pings: readonly string[];
  readonly images: readonly { readonly sha256: string; readonly alt: string }[];
  readonly buttons: readonly { readonly intent: Intent; readonly label: string }[];
  /** A user id when only that person can see it. */
  readonly audience: "everyone" | string;
}

export interface ShownForm {
  readonly title: string;
  readonly fields: readonly { readonly option: string; readonly label: string; readonly value: string }[];
}

type EventOf<T extends InboundEvent["type"]> = Extract<InboundEvent, { readonly type: T }>;

/** A sink that answers as the test says, one event at a time. */
export interface Inbox {
  readonly sink: InboundSink;
  /** Answers the next event of that type with `handle`; resolves when that is done, rejects as `handle` does. */
  answer<T extends InboundEvent["type"], R>(
    type: T,
    handle: (event: EventOf<T>) => Promise<R>,
  ): Promise<{ readonly event: EventOf<T>; readonly result: R }>;
  /** Events that came without being awaited; those with a responder were settled. */
  readonly unexpected: readonly InboundEvent[];
}

export function createInbox(): Inbox {
  const handlers: { readonly type: string; readonly run: (event: InboundEvent) => Promise<void> }[] = [];
  const unexpected: InboundEvent[] = [];
  return {
    unexpected,
    answer: (type, handle) =>
      new Promise((resolve, reject) => {
        handlers.push({
          type,
          run: async (event) => {
            if (!isOf(event, type)) return;
            await handle(event).then((result) => resolve({ event, result }), reject);
          },
        });
      }),
    sink: async (event) => {
      const index = handlers.findIndex((handler) => handler.type === event.type);
      const [handler] = index < 0 ? [] : handlers.splice(index, 1);
      if (handler !== undefined) return handler.run(event);
      unexpected.push(event);
      if ("responder" in event) await event.responder.settle();
    },
  };
}

function isOf<T extends InboundEvent["type"]>(event: InboundEvent, type: T): event is EventOf<T> {
  return event.type === type;
}
