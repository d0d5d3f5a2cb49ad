import type { InboundSink } from "./events.ts";
import type { ImageRequest, Job, JobId, Json, RemoteImage, ReplyRef, Ticket } from "./model.ts";
import type { View } from "./view.ts";

/** One chat platform. Owns connection, signatures, acknowledgement, ids, markup, uploads; never wording, limits, jobs. */
export interface PlatformAdapter {
  readonly name: string;
  readonly limits: PlatformLimits;
  /** Resolves when connected. @throws BotError `config` when it never can be (bad token, say). */
  start(sink: InboundSink): Promise<void>;
  /** Takes in nothing more, closes every connection. Safe to call twice. */
  stop(): Promise<void>;
  /** Whether events arrive now. */
  connected(): boolean;
  /** Whether a text can be the id of such a thing there; a name that somebody typed is none. */
  isId(kind: "user" | "channel" | "role", text: string): boolean;
  /** Address of a new message of the bot's own in a channel, for notes to moderators; nothing is posted yet. */
  channelRef(workspace: string | null, channel: string): ReplyRef;
  /** Where people can open the message of a key in a browser; null: no such place, or not known (yet). */
  linkTo(messageKey: string): string | null;
  /** Opens a reply by its address, in any process, without `start`. `keep` stores a changed address and is awaited first. */
  openReply(ref: ReplyRef, keep: (ref: ReplyRef) => Promise<void>): ReplyHandle;
}

/** How often the platform likes to be edited. */
export interface PlatformLimits {
  /** Least time between two progress edits of one reply, ms. */
  readonly replyGapMs: number;
  /** Progress edits all replies of one scope may make together in a window; results are not counted. */
  readonly sharedEdits: { readonly count: number; readonly windowMs: number };
}

/** One reply. `update` shows the whole view again, so repeating it is harmless. All throw ReplyError. */
export interface ReplyHandle {
  readonly ref: ReplyRef;
  readonly pictures: PictureRules;
  /** Epoch ms after which the reply can no longer be changed (an ephemeral one, say); null: never. */
  readonly expiresAt: number | null;
  /** Posts the view if the reply is not there yet; finds out first where an earlier try ended unknown. */
  create(view: View): Promise<ReplyRef>;
  update(view: View): Promise<void>;
  /** Takes the reply away; a reply already gone is no error. */
  remove(): Promise<void>;
}

export interface PictureRules {
  readonly maxBytes: number;
  /** MIME types shown as pictures there. */
  readonly types: readonly string[];
}

/** What is asked of the provider for one take. */
export interface TakeOrder {
  readonly request: ImageRequest;
  readonly seed: number;
}

export type TakeProgress =
  | { readonly type: "waiting"; readonly position: number | null }
  | { readonly type: "working"; readonly log: string | null }
  /** Finished there, and its result cannot be had so far. */
  | { readonly type: "painted" }
  | { readonly type: "done"; readonly image: RemoteImage; readonly billableUnits: number | null };

export type Billed =
  | { readonly type: "billed"; readonly units: number | null }
  | { readonly type: "free" }
  /** `open`: not ended yet · `unknown`: no answer that tells; ask again later. */
  | { readonly type: "open" | "unknown" };

export interface ImageBackend {
  /** One try, never repeated. @throws TakeFailure (not billed) · SubmitNotSent (never left) · SubmitUnknown. */
  submit(order: TakeOrder, signal: AbortSignal): Promise<Ticket>;
  /** Ends after `done`; survives lost connections. @throws TakeFailure, or the signal's reason. */
  follow(ticket: Ticket, signal: AbortSignal): AsyncIterable<TakeProgress>;
  /** Best effort. `stopped`: fal took it back · `too-late`: it was done already · `unknown`: no answer. */
  cancel(ticket: Ticket): Promise<"stopped" | "too-late" | "unknown">;
  /** What an ended take was billed, in the provider's units; `null` units: billed, but it does not say how much. */
  billed(ticket: Ticket, signal: AbortSignal): Promise<Billed>;
  /** Looks a lost submit up. `taken` are request ids that belong to other takes. `unknown`: ask again later. */
  reconcile(
    order: TakeOrder,
    since: number,
    taken: ReadonlySet<string>,
  ): Promise<Ticket | "absent" | "unknown">;
}

/** A picture on disk. */
export interface PictureFile {
  readonly path: string;
  readonly bytes: number;
  readonly contentType: string;
  readonly width: number | null;
  readonly height: number | null;
}

export interface Pictures {
  /** Downloads once into a temporary file named by `name`. @throws TakeFailure `picture-unavailable`, `internal` (our disk). */
  fetch(image: RemoteImage, name: string, signal: AbortSignal): Promise<PictureFile>;
  /** The same file when it obeys the rules, else one re-encoded at the same ratio. @throws TakeFailure. */
  fit(picture: PictureFile, rules: PictureRules): Promise<PictureFile>;
  discard(picture: PictureFile): Promise<void>;
}

/** Jobs. Every call throws BotError `store` when the store fails: a failure never reads as "not found". */
export interface JobStore {
  /** Stores a new job; false when one with its id is already there (which is left alone). */
  insert(job: Job): Promise<boolean>;
  /** Replaces a stored job and keeps every index. */
  save(job: Job): Promise<void>;
  get(id: JobId): Promise<Job | null>;
  byMessage(messageKey: string): Promise<Job | null>;
  /** Every job that is not final, oldest first. Records that cannot be read are set aside and left out. */
  open(): Promise<readonly Job[]>;
  /** A person's jobs, newest first, those older than `before` when it is given. `person` as in `personOf`; null: everybody's. */
  history(
    person: string | null,
    limit: number,
    before?: Pick<Job, "id" | "createdAt">,
  ): Promise<readonly Job[]>;
  /** Every job of a user, in whatever workspace, oldest first. Records that cannot be read are left out. */
  ofUser(platform: string, user: string): Promise<readonly Job[]>;
  /** Forgets one job, indexes and all. One that is not there is no error. */
  forget(id: JobId): Promise<void>;
  /** Forgets up to `limit` final jobs created before `before`, oldest first, indexes and all. Says how many. */
  prune(before: number, limit: number): Promise<number>;
}

/** Small named records of other parts (presses, the playground's chat). Fails as loudly as JobStore. */
export interface Records<T extends Json = Json> {
  get(key: string): Promise<T | null>;
  set(key: string, value: T, ttlMs?: number): Promise<void>;
  /** False when the key is there already. */
  insert(key: string, value: T, ttlMs?: number): Promise<boolean>;
  remove(key: string): Promise<void>;
  /** All, by key in ascending order. */
  all(): Promise<readonly (readonly [string, T])[]>;
}

/** The waiting line: round-robin over people, each person's own jobs in order. Holds ids only. */
export interface JobQueue {
  /** `resumed` goes before everything: it is at the provider already. A job already in line stays where it is. */
  push(id: JobId, person: string, lane: "resumed" | "new"): Promise<void>;
  /** True when it was still waiting. */
  remove(id: JobId): Promise<boolean>;
  /** How many will go first as things stand; null when unknown or no longer waiting. */
  ahead(id: JobId): Promise<number | null>;
  /** Runs the handler, at most `concurrency` at once, until the returned stop is called; stop waits for none of them. */
  consume(handler: (id: JobId) => Promise<QueueVerdict>, concurrency: number): () => void;
}

/** `later` puts the job back at the head of its person's line after a while. */
export type QueueVerdict =
  | { readonly type: "finished" }
  | { readonly type: "later"; readonly afterMs: number };
