import type { Intent, JobId, Place, ReplyRef, Requester, Standing } from "./model.ts";
import type { Form, Line, View } from "./view.ts";

/**
 * Something a person did, not yet acknowledged. The adapter hands it over at once; the core decides through the
 * responder. Every event carries the addresses that may be needed later, so that they can be stored before
 * anything is said.
 */
export type InboundEvent = CommandEvent | AskEvent | ActionEvent | ReactionEvent | HomeEvent;

interface EventBase {
  /** The platform's own id of this delivery: a repeat has the same one. */
  readonly deliveryId: string;
  readonly requester: Requester;
  readonly place: Place;
  readonly standing: Standing;
  /** Address of the public reply this event would get; nothing is posted there yet. */
  readonly replyTo: ReplyRef;
  /** Address of a private conversation with the person. */
  readonly direct: ReplyRef;
  /**
   * Why a picture could not be posted there, as a sentence that names what is missing; null: all is well.
   * Found before anything is accepted, so nothing is paid for.
   */
  readonly obstacle: string | null;
}

/** A slash command, or the answers of a form. */
export interface CommandEvent extends EventBase {
  readonly type: "command";
  readonly command: string;
  readonly input: CommandInput;
  /** Set when a form asked on behalf of another job. */
  readonly parentId: JobId | null;
  readonly responder: Responder;
}

/** A shortcut that opens a command's form instead of running it, with some of its answers filled in. */
export interface AskEvent extends EventBase {
  readonly type: "ask";
  readonly command: string;
  readonly initial: Readonly<Record<string, string>>;
  readonly responder: Responder;
}

/** `text` for platforms without typed options, `options` for those that have them. */
export type CommandInput =
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "options";
      /** Name of the command's action that was chosen; null for a command without actions, or none chosen. */
      readonly action: string | null;
      readonly options: Readonly<Record<string, string | number | boolean>>;
    };

/** A button on a reply of ours. */
export interface ActionEvent extends EventBase {
  readonly type: "action";
  readonly intent: Intent;
  readonly jobId: JobId;
  /**
   * Address of the message the button is on, from platforms where a lost answer can leave a second message of the
   * same job behind (Slack): a press there can take that stray one away.
   */
  readonly pressed?: ReplyRef;
  readonly responder: Responder;
}

/** An emoji put on a message, or taken off again. Stray emoji are not handed over at all. */
export interface ReactionEvent extends EventBase {
  readonly type: "reaction";
  readonly change: "added" | "removed";
  readonly intent: Intent;
  /** The emoji's canonical name: together with message and person it tells a repeat. */
  readonly emoji: string;
  readonly messageKey: string;
  /** Says something to that person alone where the platform can; else resolves and nothing is posted. */
  whisper(view: View): Promise<void>;
}

/** A person opened the bot's own page on the platform (Slack's App Home). */
export interface HomeEvent {
  readonly type: "home";
  readonly requester: Requester;
  show(home: Home): Promise<void>;
}

/** What the bot's own page shows. */
export interface Home {
  readonly title: string;
  readonly sections: readonly { readonly title: string; readonly lines: readonly Line[] }[];
  /** The person's latest finished jobs, newest first. */
  readonly recent: readonly {
    readonly jobId: JobId;
    readonly messageKey: string | null;
    readonly prompt: string;
    readonly at: number;
  }[];
}

/** The acknowledgement. Exactly one of these is called, once; only after a `reply` that rejected may `refuse` follow. */
export interface Responder {
  /**
   * Public: posts the view at `replyTo`. Resolves with the address as it is now, message key included.
   * @throws ReplyError; "unavailable" leaves open whether it was posted, which `ReplyHandle.create` finds out.
   */
  reply(view: View): Promise<ReplyRef>;
  /** Private: only the person sees it, and nothing public is left. */
  refuse(view: View): Promise<void>;
  /** Asks for more. */
  form(form: Form): Promise<void>;
  /** Nothing to say: what was asked will be seen on the reply itself. */
  settle(): Promise<void>;
}

/** Where an adapter hands its events. Resolves when the event is dealt with; never rejects. */
export type InboundSink = (event: InboundEvent) => Promise<void>;
