import type { Intent } from "../../src/core/model.ts";

export const PLATFORMS = ["discord", "slack", "playground"] as const;
export type PlatformName = (typeof PLATFORMS)[number];

/** Those who stand by themselves; whoever is blocked is one of them. */
export const PEOPLE = ["member", "requester", "moderator", "owner"] as const;
/** One of them, or the id of somebody else there. */
export type Person = string;

/** Somebody or something a command names: a person by rank, `here` (everybody's channel) or `log`, a role of nobody's. */
export type Named =
  | { readonly type: "user"; readonly who: (typeof PEOPLE)[number] }
  | { readonly type: "channel"; readonly which: "here" | "log" }
  | { readonly type: "role" };

/** A command as somebody fills it in or types it. */
export interface Typed {
  readonly command: "imagine" | "images" | "images-admin";
  readonly action?: string;
  readonly values?: Readonly<Record<string, string | Named>>;
}

/** A public message of the bot's about a picture. */
export interface Seen {
  readonly id: string;
  readonly text: string;
  readonly pictures: number;
}

/** Words of the bot's for one person alone. */
export interface Told {
  readonly person: Person;
  readonly text: string;
  /** The moments it names, epoch ms. */
  readonly moments: readonly number[];
}

/** What somebody was sent as a private message. */
export interface Sent {
  readonly person: Person;
  readonly pictures: number;
  readonly documents: number;
}

/** A platform with people of every rank in one channel, and as many more as are wanted who only ask. */
export interface Place {
  readonly name: PlatformName;
  /** What leads the built product here. */
  readonly environment: Readonly<Record<string, string>>;
  /** Told where the bot's web server is now; resolves when people there see what goes on. */
  enter(url: string): Promise<void>;
  /** Their id as the bot knows it. */
  id(person: Person): string;
  /** The n-th of many people. */
  somebody(n: number): Person;
  /** Does not wait for what comes of it. */
  type(person: Person, typed: Typed): void;
  /** Resolves when it is on its way, any question before it answered with yes. */
  press(person: Person, message: Seen, intent: Intent): Promise<void>;
  /** Does not wait for what comes of it. */
  react(person: Person, message: Seen, emoji: "🎲" | "❌" | "✉️"): void;
  seen(): readonly Seen[];
  told(): readonly Told[];
  sent(): readonly Sent[];
  close(): Promise<void>;
}

/** Hands a deed over whose answer nobody waits for: the process may be killed under it. */
export function unawaited(deed: Promise<unknown>): void {
  deed.catch(() => undefined);
}
