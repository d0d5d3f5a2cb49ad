import type { FailureCode } from "../errors.ts";

/** The nine ratios of the model, widest to tallest. */
export const ASPECT_RATIOS = ["3:1", "16:9", "3:2", "4:3", "1:1", "3:4", "2:3", "9:16", "1:3"] as const;
export type AspectRatio = (typeof ASPECT_RATIOS)[number];
export const DEFAULT_RATIO: AspectRatio = "1:1";

/** Longest prompt in characters (code points), everywhere, so that it can be shown whole. */
export const MAX_PROMPT_LENGTH = 2000;
export const MIN_SEED = 1;
export const MAX_SEED = 2_147_483_647;

/** Any JSON value: what may be stored. A key without a value is left out. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** What a person asked for. */
export interface ImageRequest {
  /** 1 to 2,000 characters, exactly as typed. */
  readonly prompt: string;
  /** What must not appear; null when nothing was named. */
  readonly no: string | null;
  readonly ratio: AspectRatio;
  /** 1 to 2147483647; null: we choose one for each take. */
  readonly seed: number | null;
  /** How many takes; 1 for now. */
  readonly count: number;
}

/** Who asked, as the platform knows them. */
export interface Requester {
  readonly platform: string;
  /** Guild or workspace id; null in a private conversation without one. */
  readonly workspace: string | null;
  readonly user: string;
  /** For texts only, never for identity. */
  readonly name: string;
}

/** Where something was done, as the platform knows it. */
export interface Place {
  /** Channel id; of a thread the channel it hangs in, so that a rule about a channel holds in its threads. */
  readonly channel: string;
  /** `direct`: a private conversation. */
  readonly kind: "channel" | "direct";
  /** Whether the platform marks it as for adults only; null: unknown, or the platform has no such mark. */
  readonly ageRestricted: boolean | null;
}

/** What the platform says of a person's rights in a place. */
export interface Standing {
  /** Ids of the person's roles or user groups, as far as they are known. */
  readonly roles: readonly string[];
  /** May manage other people's messages. */
  readonly moderator: boolean;
  /** May manage the server or workspace itself. */
  readonly owner: boolean;
}

/** One string per workspace; private conversations without one share `-`. */
export function workspaceOf({ platform, workspace }: Pick<Requester, "platform" | "workspace">): string {
  return `${platform}/${workspace ?? "-"}`;
}

/** One string per person, stable over renames. */
export function personOf(requester: Requester): string {
  return `${workspaceOf(requester)}/${requester.user}`;
}

/**
 * The address of a reply, existing or yet to be created: enough for any process to open it again.
 * Only the adapter that made it reads `data`.
 */
export interface ReplyRef {
  readonly platform: string;
  /** The key under which reactions find the job; null while no message exists. */
  readonly messageKey: string | null;
  /** Whose edit budget the reply draws on (a workspace, a bot). */
  readonly scope: string;
  readonly data: Json;
}

export type JobId = string;
export type TakeId = string;

/** The provider's own handle on a take. */
export interface Ticket {
  readonly requestId: string;
  /** Endpoint id the take was sent to: a later change of FAL_MODEL must not orphan it. */
  readonly endpoint: string;
}

/** A picture as the provider describes it; only the address is certain. */
export interface RemoteImage {
  readonly url: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly contentType: string | null;
}

/**
 * `queued` waits with us · `submitting` is marked before the submit leaves · `submitted` has a ticket ·
 * `working` was seen running · `fetched` has its result · the rest are final.
 */
export type TakeState =
  | "queued"
  | "submitting"
  | "submitted"
  | "working"
  | "fetched"
  | "failed"
  | "cancelled";

/** One image asked of the provider: at most one paid submit, ever. */
export interface Take {
  readonly id: TakeId;
  readonly seed: number;
  readonly state: TakeState;
  /** When the mark was set, epoch ms: the start of the reconcile window. */
  readonly submittingAt: number | null;
  readonly ticket: Ticket | null;
  readonly image: RemoteImage | null;
  /** What the provider says it billed, in its units; null when it did not say. */
  readonly billableUnits: number | null;
  readonly failure: FailureCode | null;
}

/** Whether the provider has it, or may have it. */
export function isOnItsWay({ state }: Take): boolean {
  return state === "submitting" || state === "submitted" || state === "working";
}

/** `accepted` is stored but not yet in line; `delivering` has every picture it will get; the last three are final. */
export type JobState = "accepted" | "queued" | "running" | "delivering" | "done" | "failed" | "cancelled";

/** What was agreed when a job was accepted; later changes of the settings do not touch it. */
export interface Terms {
  /** Price of one billable unit, micro-USD; null: from before prices were kept. */
  readonly microUsd: number | null;
  /** Whether the finished reply names what it cost. */
  readonly showCost: boolean;
  /** Whether the picture is hidden until somebody clicks it. */
  readonly spoiler: boolean;
}

/** One answer to one request: one reply, one or more takes. */
export interface Job {
  /** Version of this record's shape. */
  readonly schema: 2;
  readonly id: JobId;
  readonly requester: Requester;
  /** Where it was asked for; null: from before places were kept. */
  readonly place: Place | null;
  readonly terms: Terms;
  readonly request: ImageRequest;
  /** The job this one is a reroll, edit or retry of. */
  readonly parentId: JobId | null;
  readonly reply: ReplyRef;
  readonly state: JobState;
  readonly takes: readonly Take[];
  readonly failure: FailureCode | null;
  /** Set when somebody asked to cancel; the job ends as soon as its owner can. */
  readonly cancel: Cancellation | null;
  /** All epoch ms. */
  readonly createdAt: number;
  /** When the first take was submitted. */
  readonly startedAt: number | null;
  /** When every picture was ready at the provider. */
  readonly paintedAt: number | null;
  readonly finishedAt: number | null;
  /** When its reply was deleted on request. */
  readonly removedAt: number | null;
}

export interface Cancellation {
  readonly by: Requester;
  readonly at: number;
  /** What was saved by it: `free` never left us · `stopped` or `too-late` as the provider said · `unknown`: it did not say · null: not asked yet. */
  readonly outcome: "free" | "stopped" | "too-late" | "unknown" | null;
}

export function isFinal(job: Job): boolean {
  return job.state === "done" || job.state === "failed" || job.state === "cancelled";
}

/** What a button or an emoji means. */
export const INTENTS = ["reroll", "cancel", "delete", "send-to-me", "edit", "use-prompt", "retry"] as const;
export type Intent = (typeof INTENTS)[number];
