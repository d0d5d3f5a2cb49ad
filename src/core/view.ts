import type { AspectRatio, Intent, JobId } from "./model.ts";

/**
 * What a reply should show now, as meaning. Adapters turn it into their platform's markup and hold no wording
 * of their own. Two views that are deeply equal show the same thing, so the second need not be sent.
 */
export interface View {
  readonly kind: ViewKind;
  /** Carried by buttons; null where there is no job (help, refusals). */
  readonly jobId: JobId | null;
  /** The status line, one short line. */
  readonly title: Line;
  /** Further short lines under it. */
  readonly lines: readonly Line[];
  /** The prompt, verbatim: shown as text that neither pings nor formats. */
  readonly prompt: string | null;
  /** Label and value pairs, such as ratio and seed. */
  readonly facts: readonly Fact[];
  /** Only while something is going on. */
  readonly progress: Progress | null;
  /** A command a person can copy, without its picture; null where there is none. */
  readonly command: string | null;
  readonly images: readonly ViewImage[];
  /** Files to download, in private messages only. */
  readonly documents: readonly ViewDocument[];
  readonly actions: readonly ViewAction[];
}

/** A file of text, such as an export. */
export interface ViewDocument {
  readonly fileName: string;
  readonly contentType: string;
  readonly text: string;
}

/** `waiting`, `working`, `delivering` will change; `done`, `failed`, `cancelled` are final; `notice` and `refusal` are private words. */
export type ViewKind =
  | "waiting"
  | "working"
  | "delivering"
  | "done"
  | "failed"
  | "cancelled"
  | "notice"
  | "refusal";

/** A line of text in pieces, so that each platform can show times, people and code in its own way. */
export type Line = readonly Piece[];
export type Piece =
  | string
  | { readonly type: "strong"; readonly text: string }
  | { readonly type: "code"; readonly text: string }
  /** A moment, epoch ms, shown relative to now ("in 12 seconds"). */
  | { readonly type: "moment"; readonly at: number }
  /** A channel or a role by its id, shown by name where the platform can, without a ping. */
  | { readonly type: "channel" | "role"; readonly id: string }
  /** A person, shown without a ping. */
  | { readonly type: "person"; readonly user: string; readonly name: string }
  /** Another job's reply; shown as a link where the platform has one. */
  | {
      readonly type: "job";
      readonly jobId: JobId;
      readonly messageKey: string | null;
      readonly text: string;
    };

export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface Progress {
  /** Epoch ms when the current step began. */
  readonly since: number;
  /** Epoch ms when it is expected to end; null when unknown. */
  readonly expectedAt: number | null;
  /** The provider's last log line, plain text; null when there is none. */
  readonly log: string | null;
}

/** A picture on this machine's disk, ready to be uploaded. Never hold its bytes: stream them from `path`. */
export interface ViewImage {
  readonly path: string;
  /** From the job id; never from the prompt. */
  readonly fileName: string;
  readonly bytes: number;
  readonly contentType: string;
  readonly ratio: AspectRatio;
  /** Pixels; null when unknown. */
  readonly width: number | null;
  readonly height: number | null;
  /** The prompt, whole: adapters cut it at their platform's limit. */
  readonly alt: string;
  /** Hidden until somebody clicks it, where the platform can. */
  readonly spoiler: boolean;
  /** Set when the picture was re-encoded to fit: where the original is. */
  readonly originalUrl: string | null;
}

export interface ViewAction {
  readonly intent: Intent;
  readonly jobId: JobId;
  readonly label: string;
  readonly emoji: string;
  /** A question to ask first; null: act at once. */
  readonly confirm: string | null;
}

/** A form asked for before a command: its answers come back as a command event. */
export interface Form {
  readonly title: string;
  readonly submit: string;
  /** Name of the command that takes the answers. */
  readonly command: string;
  /** The job the new one will be a child of. */
  readonly parentId: JobId | null;
  readonly fields: readonly FormField[];
}

export interface FormField {
  /** Name of the command's option. */
  readonly option: string;
  readonly label: string;
  readonly value: string;
  readonly required: boolean;
  readonly multiline: boolean;
  /** Fixed choices; empty: free text. */
  readonly choices: readonly { readonly label: string; readonly value: string }[];
  readonly maxLength: number | null;
}

/** A view of words alone, without a job. */
export function wordsView(kind: ViewKind, title: Line, lines: readonly Line[] = []): View {
  return {
    kind,
    jobId: null,
    title,
    lines,
    prompt: null,
    facts: [],
    progress: null,
    command: null,
    images: [],
    documents: [],
    actions: [],
  };
}

/** The line as plain text: for notifications, logs of the page, screen readers. */
export function plainLine(line: Line, now: number): string {
  return line
    .map((piece) => {
      if (typeof piece === "string") return piece;
      switch (piece.type) {
        case "moment":
          return relativeTime(piece.at, now);
        case "person":
          return piece.name;
        case "channel":
          return `#${piece.id}`;
        case "role":
          return `@${piece.id}`;
        default:
          return piece.text;
      }
    })
    .join("");
}

/** "now", "in 12 s", "4 s ago", "in 3 min", "in 5 h", "in 7 days". */
export function relativeTime(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1000);
  if (seconds === 0) return "now";
  const size = Math.abs(seconds);
  const words =
    size < 90
      ? `${size} s`
      : size < 90 * 60
        ? `${Math.round(size / 60)} min`
        : size < 36 * 3600
          ? `${Math.round(size / 3600)} h`
          : `${Math.round(size / 86_400)} days`;
  return seconds >= 0 ? `in ${words}` : `${words} ago`;
}
