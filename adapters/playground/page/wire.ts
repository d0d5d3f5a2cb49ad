// What the page and its server say to each other. Types only; the server imports them too, so they cannot drift.

/** A person one can be here. */
export interface WireUser {
  readonly id: string;
  readonly name: string;
  /** One emoji. */
  readonly avatar: string;
  readonly moderator: boolean;
  readonly owner: boolean;
  readonly roles: readonly string[];
}

export interface WireCommandOption {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** Fixed choices, or the people, roles or channels that can be named; empty: free. */
  readonly choices: readonly { readonly label: string; readonly value: string }[];
  readonly example: string;
}

/** One of the things a command with several can do: the first word after its name. */
export interface WireCommandAction {
  readonly name: string;
  readonly description: string;
  readonly options: readonly WireCommandOption[];
  /** The option that takes the words without a name; null: none. */
  readonly rest: string | null;
}

/** A command this person is told of. It has options or actions, never both. */
export interface WireCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly WireCommandOption[];
  readonly actions: readonly WireCommandAction[];
}

/** What paints the pictures: shown as a badge in the header. */
export interface WireBadge {
  readonly label: string;
  readonly tone: "simulated" | "live";
}

/** Everything one person sees. */
export interface WireState {
  /** The server's clock, epoch ms: the page counts time from it. */
  readonly now: number;
  readonly badge: WireBadge;
  readonly users: readonly WireUser[];
  readonly commands: readonly WireCommand[];
  /** Oldest first. */
  readonly messages: readonly WireMessage[];
}

export interface WireMessage {
  readonly id: string;
  /** Grows with every change of this message, so that an older copy is never shown over a newer one. */
  readonly version: number;
  readonly at: number;
  /** A user id; null: the bot. */
  readonly author: string | null;
  /** What a person did that the bot answers here, as in "Ada used /imagine"; null for chat lines. */
  readonly cause: { readonly user: string; readonly did: string } | null;
  readonly replyTo: string | null;
  /** Only the reader can see it: words that can be dismissed, or a direct message; `log`: moderators. Null: public. */
  readonly privacy: "words" | "direct" | "log" | null;
  /** Set for chat lines. */
  readonly text: string | null;
  readonly view: WireView | null;
  readonly reactions: readonly { readonly emoji: string; readonly users: readonly string[] }[];
}

export type WirePiece =
  | string
  | { readonly type: "strong"; readonly text: string }
  | { readonly type: "code"; readonly text: string }
  | { readonly type: "moment"; readonly at: number }
  | { readonly type: "person"; readonly user: string; readonly name: string }
  | { readonly type: "channel"; readonly id: string }
  | { readonly type: "role"; readonly id: string }
  | { readonly type: "job"; readonly messageKey: string | null; readonly text: string };

export type WireLine = readonly WirePiece[];

export interface WireView {
  readonly kind:
    | "waiting"
    | "working"
    | "delivering"
    | "done"
    | "failed"
    | "cancelled"
    | "notice"
    | "refusal";
  readonly jobId: string | null;
  readonly title: WireLine;
  readonly lines: readonly WireLine[];
  readonly prompt: string | null;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly progress: {
    readonly since: number;
    readonly expectedAt: number | null;
    readonly log: string | null;
  } | null;
  readonly command: string | null;
  readonly images: readonly WireImage[];
  readonly documents: readonly WireDocument[];
  readonly actions: readonly WireAction[];
}

export interface WireImage {
  /** File name under `pictures/`. */
  readonly name: string;
  readonly bytes: number;
  /** Such as "16:9". */
  readonly ratio: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly alt: string;
  readonly originalUrl: string | null;
  /** Hidden until the reader asks for it. */
  readonly spoiler: boolean;
}

export interface WireDocument {
  /** File name under `documents/` and the message's id. */
  readonly name: string;
  /** The name to download it under. */
  readonly fileName: string;
  readonly bytes: number;
}

export interface WireAction {
  readonly intent: string;
  readonly jobId: string;
  readonly label: string;
  readonly emoji: string;
  readonly confirm: string | null;
}

export interface WireForm {
  readonly title: string;
  readonly submit: string;
  readonly command: string;
  readonly parentId: string | null;
  readonly fields: readonly {
    readonly option: string;
    readonly label: string;
    readonly value: string;
    readonly required: boolean;
    readonly multiline: boolean;
    readonly choices: readonly { readonly label: string; readonly value: string }[];
    readonly maxLength: number | null;
  }[];
}

/** How the bot acknowledged what was done. */
export type WireAnswer =
  | { readonly type: "reply" }
  | { readonly type: "refused" }
  | { readonly type: "form"; readonly form: WireForm }
  | { readonly type: "settled" };

/** What the event stream carries: the whole state first (and after each reconnect), then single changes. */
export type WireChange =
  | { readonly type: "state"; readonly state: WireState }
  | { readonly type: "message"; readonly message: WireMessage }
  | { readonly type: "removed"; readonly messageId: string };

/** The part every request has: who does it, and an id that makes a repeat harmless. */
export interface WireDeed {
  readonly user: string;
  readonly deliveryId: string;
}
