import type { Clock } from "../../../src/core/clock.ts";
import type { Fields } from "./fields.ts";

export interface SlackUser {
  readonly id: string;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly isBot: boolean;
  /** @default false */
  readonly isOwner?: boolean;
  /** @default false */
  readonly isPrimaryOwner?: boolean;
  /** The workspace the person belongs to; another one in a channel shared between companies. @default TEAM */
  readonly team?: string;
}

export interface SlackUserGroup {
  readonly id: string;
  readonly handle: string;
  readonly users: readonly string[];
  readonly isDisabled: boolean;
}

/** Who may post: `read-only` nobody, `thread-only` only in threads, `non-threadable` never in threads. */
export type Posting = "everyone" | "read-only" | "thread-only" | "non-threadable";

export interface SlackChannel {
  readonly id: string;
  readonly name: string;
  readonly kind: "public" | "private" | "im";
  readonly members: Set<string>;
  archived: boolean;
  posting: Posting;
}

/** What a message looked like at one time. */
export interface Revision {
  readonly text: string;
  readonly blocks: readonly Fields[];
  readonly at: number;
}

export interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | null;
  readonly user: string;
  /** What it shows now. */
  shown: Revision;
  /** Every state it had, the first one included. */
  readonly revisions: Revision[];
  /** The posting call's arguments. */
  readonly sent: Fields;
  deleted: boolean;
}

/** Words only one person sees, by whichever way they came. */
export interface Ephemeral {
  readonly via: "ack" | "response_url" | "chat.postEphemeral";
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Fields[];
  readonly ts: string;
}

export interface SlackFile {
  readonly id: string;
  readonly token: string;
  readonly filename: string;
  readonly length: number;
  /** Hex; null until the bytes have arrived. */
  sha256: string | null;
  /** What it says, when it is text. */
  text: string | null;
  /** Sniffed from the bytes, as Slack does; shown only when the file is ready. */
  mimetype: string;
  completed: boolean;
  /** From when on files.info calls it ready. */
  readyAt: number;
  /** From when on blocks may show it. */
  shownAt: number;
  deleted: boolean;
  readonly shares: { readonly channel: string; readonly threadTs: string | null; readonly ts: string }[];
}

export interface SlackView {
  readonly id: string;
  readonly user: string;
  readonly view: Fields;
}

/** What is open to a person now, as the view was opened or last replaced; `errors` are shown at its fields. */
export interface Modal extends SlackView {
  readonly errors: Readonly<Record<string, string>>;
}

export interface CallRecord {
  readonly method: string;
  readonly args: Fields;
  readonly at: number;
  /** "ok", Slack's error word, or the HTTP status of a fault. */
  outcome: string;
}

interface Trigger {
  readonly user: string;
  readonly expiresAt: number;
  used: boolean;
}

interface ResponseUrl {
  readonly user: string;
  readonly channel: string;
  readonly expiresAt: number;
  uses: number;
}

export const TEAM = "T0TESTERS";
export const APP = "A0IMAGINE";
export const BOT_USER = "U0BOT";
export const BOT_TOKEN = "xoxb-emulator-bot";
export const APP_TOKEN = "xapp-emulator-app";
export const SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5";

const TRIGGER_LIFE_MS = 3000;
const RESPONSE_URL_LIFE_MS = 30 * 60_000;
const RESPONSE_URL_USES = 5;

/** The workspace: everything the emulator knows, open to a test's eyes. */
export class SlackState {
  readonly users = new Map<string, SlackUser>();
  readonly groups = new Map<string, SlackUserGroup>();
  readonly channels = new Map<string, SlackChannel>();
  readonly messages: SlackMessage[] = [];
  readonly ephemerals: Ephemeral[] = [];
  readonly files = new Map<string, SlackFile>();
  readonly modals = new Map<string, Modal>();
  readonly homes = new Map<string, SlackView>();
  readonly calls: CallRecord[] = [];
  readonly #triggers = new Map<string, Trigger>();
  readonly #responseUrls = new Map<string, ResponseUrl>();
  readonly #clock: Clock;
  #count = 0;
  #lastTs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.addUser({ id: BOT_USER, name: "imagine", isAdmin: false, isBot: true });
  }

  addUser(user: SlackUser): SlackUser {
    this.users.set(user.id, user);
    return user;
  }

  addGroup(group: SlackUserGroup): SlackUserGroup {
    this.groups.set(group.id, group);
    return group;
  }

  addChannel(channel: Partial<SlackChannel> & Pick<SlackChannel, "id">): SlackChannel {
    const added: SlackChannel = {
      name: channel.id.toLowerCase(),
      kind: "public",
      members: new Set([BOT_USER]),
      archived: false,
      posting: "everyone",
      ...channel,
    };
    this.channels.set(added.id, added);
    return added;
  }

  /** The bot's private conversation with a person; opened when it is not there yet. */
  directWith(user: string): SlackChannel {
    const id = `D0${user}`;
    return (
      this.channels.get(id) ??
      this.addChannel({ id, name: "directmessage", kind: "im", members: new Set([BOT_USER, user]) })
    );
  }

  /** Ids as Slack writes them: a letter, capitals and digits. */
  nextId(letter: string): string {
    this.#count += 1;
    return `${letter}0${this.#count.toString(36).toUpperCase().padStart(9, "0")}`;
  }

  /** A message's ts: seconds and microseconds, never the same twice. */
  nextTs(): string {
    this.#lastTs = Math.max(this.#lastTs + 1, this.#clock.now() * 1000);
    const seconds = Math.floor(this.#lastTs / 1_000_000);
    return `${seconds}.${String(this.#lastTs % 1_000_000).padStart(6, "0")}`;
  }

  message(channel: string, ts: string): SlackMessage | null {
    return this.messages.find((m) => m.channel === channel && m.ts === ts && !m.deleted) ?? null;
  }

  addMessage(
    message: Omit<SlackMessage, "ts" | "shown" | "revisions" | "deleted"> & Omit<Revision, "at">,
  ): SlackMessage {
    const { channel, threadTs, user, sent, text, blocks } = message;
    const shown: Revision = { text, blocks, at: this.#clock.now() };
    const added = {
      channel,
      ts: this.nextTs(),
      threadTs,
      user,
      sent,
      shown,
      revisions: [shown],
      deleted: false,
    };
    this.messages.push(added);
    return added;
  }

  editMessage(message: SlackMessage, text: string, blocks: readonly Fields[]): void {
    message.shown = { text, blocks, at: this.#clock.now() };
    message.revisions.push(message.shown);
  }

  /** Shows somebody what only they see. */
  addEphemeral(ephemeral: Omit<Ephemeral, "ts">): Ephemeral {
    const added = { ...ephemeral, ts: this.nextTs() };
    this.ephemerals.push(added);
    return added;
  }

  issueTrigger(user: string): string {
    const id = `${this.#clock.now()}.${this.nextId("")}.${this.nextId("").toLowerCase()}`;
    this.#triggers.set(id, { user, expiresAt: this.#clock.now() + TRIGGER_LIFE_MS, used: false });
    return id;
  }

  /** Uses a trigger up. Returns the person it belongs to, or Slack's word for what is wrong with it. */
  takeTrigger(id: string): { readonly user: string } | { readonly error: string } {
    const trigger = this.#triggers.get(id);
    if (trigger === undefined) return { error: "invalid_trigger_id" };
    if (trigger.used) return { error: "exchanged_trigger_id" };
    if (this.#clock.now() > trigger.expiresAt) return { error: "expired_trigger_id" };
    trigger.used = true;
    return { user: trigger.user };
  }

  issueResponseUrl(user: string, channel: string): string {
    const id = this.nextId("").toLowerCase();
    this.#responseUrls.set(id, {
      user,
      channel,
      expiresAt: this.#clock.now() + RESPONSE_URL_LIFE_MS,
      uses: 0,
    });
    return id;
  }

  /** Five uses in thirty minutes; null: Slack answers 404. */
  takeResponseUrl(id: string): { readonly user: string; readonly channel: string } | null {
    const url = this.#responseUrls.get(id);
    if (url === undefined || this.#clock.now() > url.expiresAt || url.uses >= RESPONSE_URL_USES) return null;
    url.uses += 1;
    return url;
  }
}
