import type { FailureCode } from "../errors.ts";
import { costOf } from "./charge.ts";
import { formatCommand } from "./grammar.ts";
import type { AspectRatio, ImageRequest, Job, Take } from "./model.ts";
import { ASPECT_RATIOS } from "./model.ts";
import { formatUsd } from "./money.ts";
import type { PictureFile } from "./ports.ts";
import { duration, FAILURE_SENTENCES, ordinal, WORTH_RETRYING } from "./sentences.ts";
import {
  type Fact,
  type Form,
  type Line,
  type Progress,
  type View,
  type ViewAction,
  type ViewImage,
  wordsView,
} from "./view.ts";

/** What a job's reply needs besides the job: its parent, when it has one that is known. */
export interface Family {
  readonly parent: Job | null;
}

const strong = (text: string) => ({ type: "strong", text }) as const;

function requestedBy(job: Job, verb: string): Line {
  const { user, name } = job.requester;
  return [`${verb} `, { type: "person", user, name }];
}

/** Ratio, seed, and what must not appear. */
export function requestFacts(job: Job): readonly Fact[] {
  const seeds = job.takes.map((take) => take.seed).join(", ");
  const without = job.request.no === null ? [] : [{ label: "Without", value: job.request.no }];
  return [{ label: "Ratio", value: job.request.ratio }, { label: "Seed", value: seeds }, ...without];
}

function parentLine(job: Job, { parent }: Family): readonly Line[] {
  if (parent === null) return [];
  const messageKey = parent.removedAt === null ? parent.reply.messageKey : null;
  const { prompt, no, ratio } = parent.request;
  const same = prompt === job.request.prompt && no === job.request.no && ratio === job.request.ratio;
  return [
    [
      same ? "Another roll of " : "Changed from ",
      { type: "job", jobId: parent.id, messageKey, text: "this picture" },
    ],
  ];
}

/** The request that paints this very picture again: the seed is always named. */
export function exactRequest(job: Job): ImageRequest {
  return { ...job.request, seed: job.takes[0]?.seed ?? job.request.seed };
}

function base(job: Job, family: Family) {
  return {
    jobId: job.id,
    lines: [requestedBy(job, "For"), ...parentLine(job, family)],
    prompt: job.request.prompt,
    facts: requestFacts(job),
    progress: null,
    command: null,
    images: [],
    documents: [],
    actions: [],
  } satisfies Partial<View>;
}

const action = (job: Job, intent: ViewAction["intent"], label: string, emoji: string): ViewAction => ({
  intent,
  jobId: job.id,
  label,
  emoji,
  confirm: null,
});
const cancelAction = (job: Job) => action(job, "cancel", "Cancel", "✖️");
const deleteAction = (job: Job): ViewAction => ({
  ...action(job, "delete", "Delete", "🗑️"),
  confirm: "Delete this picture for everyone here?",
});

const PAUSED: Line = [
  strong("Paused"),
  " · the image service refuses this bot at the moment. Its owner knows; your request is kept.",
];

/** A place in our own line. */
export interface Place {
  /** How many go first; null when unknown. */
  readonly ahead: number | null;
  /** Epoch ms; null when unknown. */
  readonly expectedAt: number | null;
  /** Whether the line stands still. */
  readonly paused: boolean;
}

/** "next in line", "3rd in line". */
export const placeWords = (ahead: number): string =>
  ahead === 0 ? "next in line" : `${ordinal(ahead + 1)} in line`;

/** In our own line. */
export function waitingView(job: Job, family: Family, { ahead, expectedAt, paused }: Place): View {
  const place = ahead === null ? "in line" : placeWords(ahead);
  return {
    ...base(job, family),
    kind: "waiting",
    title: paused ? PAUSED : [strong("Waiting"), ` · ${place}`],
    progress: { since: job.createdAt, expectedAt, log: null },
    actions: [cancelAction(job)],
  };
}

/** What is going on at the provider. */
export type WorkStep =
  | { readonly type: "asking" }
  | { readonly type: "checking" }
  | { readonly type: "retrying" }
  | { readonly type: "paused" }
  /** A moderator paused this workspace. */
  | { readonly type: "held"; readonly reason: string | null }
  | { readonly type: "waiting"; readonly position: number | null }
  | { readonly type: "working"; readonly log: string | null }
  | { readonly type: "painted" }
  | { readonly type: "cancelling" };

export function workingView(job: Job, family: Family, step: WorkStep, expectedAt: number | null): View {
  const progress: Progress = {
    since: job.startedAt ?? job.createdAt,
    expectedAt,
    log: step.type === "working" ? step.log : null,
  };
  return {
    ...base(job, family),
    kind: "working",
    title: workingTitle(step),
    progress,
    actions: step.type === "cancelling" ? [] : [cancelAction(job)],
  };
}

function workingTitle(step: WorkStep): Line {
  switch (step.type) {
    case "asking":
      return [strong("Starting")];
    case "checking":
      return [strong("Checking"), " · finding out whether the image service got the request"];
    case "retrying":
      return [strong("Waiting"), " · the image service cannot be reached, trying again"];
    case "paused":
      return PAUSED;
    case "held": {
      const why = step.reason === null ? "" : ` Reason: ${step.reason}.`;
      return [strong("Paused"), ` · by a moderator; your request is kept.${why}`];
    }
    case "waiting":
      return step.position === null || step.position === 0
        ? [strong("Starting"), " · next at the image service"]
        : [strong("Starting"), ` · ${step.position} ahead at the image service`];
    case "working":
      return [strong("Painting")];
    case "painted":
      return [strong("Painted"), " · the image service does not hand the picture over yet, asking again"];
    case "cancelling":
      return [strong("Cancelling")];
  }
}

/** Painted; the picture is on its way here. */
export function deliveringView(job: Job, family: Family): View {
  return {
    ...base(job, family),
    kind: "delivering",
    title: [strong("Painted"), " · fetching the picture"],
    progress: { since: job.paintedAt ?? job.createdAt, expectedAt: null, log: null },
  };
}

export function viewImage(job: Job, take: Take, picture: PictureFile, originalUrl: string | null): ViewImage {
  const extension = picture.contentType.replace("image/", "").replace("jpeg", "jpg");
  return {
    path: picture.path,
    fileName: `imagine-${take.id.replace(".", "-")}.${extension}`,
    bytes: picture.bytes,
    contentType: picture.contentType,
    ratio: job.request.ratio,
    width: picture.width,
    height: picture.height,
    alt: job.request.prompt,
    spoiler: job.terms.spoiler,
    originalUrl,
  };
}

/** What can be done with a finished picture, Delete left out. */
export const pictureActions = (job: Job): readonly ViewAction[] => [
  action(job, "reroll", "Reroll", "🎲"),
  action(job, "edit", "Edit", "✏️"),
  action(job, "use-prompt", "Use prompt", "📋"),
  action(job, "send-to-me", "Send to me", "✉️"),
];

export function doneView(job: Job, family: Family, images: readonly ViewImage[]): View {
  const took = (job.paintedAt ?? 0) - (job.startedAt ?? 0);
  const cost = job.terms.showCost ? costOf(job) : null;
  return {
    ...base(job, family),
    kind: "done",
    facts: [...requestFacts(job), ...(cost === null ? [] : [{ label: "Cost", value: formatUsd(cost) }])],
    title: [strong("Done"), ` · painted in ${duration(took)}`],
    command: formatCommand(exactRequest(job)),
    images,
    actions: [...pictureActions(job), deleteAction(job)],
  };
}

export function failedView(job: Job, family: Family, failure: FailureCode): View {
  const again = WORTH_RETRYING.has(failure) ? [action(job, "retry", "Try again", "🔁")] : [];
  return {
    ...base(job, family),
    kind: "failed",
    title: [strong("No picture"), ` · ${FAILURE_SENTENCES[failure]}`],
    command: formatCommand(job.request),
    actions: [...again, action(job, "edit", "Edit", "✏️"), deleteAction(job)],
  };
}

export function cancelledView(job: Job, family: Family): View {
  const by = job.cancel?.by ?? job.requester;
  return {
    ...base(job, family),
    kind: "cancelled",
    title: [strong("Cancelled"), " by ", { type: "person", user: by.user, name: by.name }],
    lines: [[cancelSentence(job)], ...base(job, family).lines],
    command: formatCommand(job.request),
    actions: [action(job, "retry", "Paint it after all", "🔁"), deleteAction(job)],
  };
}

function cancelSentence(job: Job): string {
  switch (job.cancel?.outcome) {
    case "stopped":
      return "The image service was asked to stop and did; a picture already begun may still be charged.";
    case "too-late":
      return "The image service had already painted it, so it is charged all the same.";
    case "unknown":
      return "The image service did not answer whether it stopped, so it may still be charged.";
    default:
      return "It had not left our line, so nothing was spent.";
  }
}

/** A private refusal in one sentence. */
export const refusalView = (sentence: string): View => wordsView("refusal", [sentence]);
/** A private word that is no refusal. */
export const noticeView = (sentence: string): View => wordsView("notice", [sentence]);

/** The picture again, for one person's private messages. */
export function sentView(job: Job, images: readonly ViewImage[]): View {
  return {
    ...wordsView("notice", [strong("The picture you asked to have sent")]),
    jobId: job.id,
    prompt: job.request.prompt,
    facts: requestFacts(job),
    command: formatCommand(exactRequest(job)),
    images,
  };
}

const ratioChoice = (ratio: AspectRatio) => ({ label: ratio, value: ratio });

/** The form behind Edit and behind shortcuts. */
export function imagineForm(initial: Readonly<Record<string, string>>, parentId: string | null): Form {
  const field = (
    option: string,
    label: string,
    required: boolean,
    multiline: boolean,
    maxLength: number | null,
  ) => ({
    option,
    label,
    value: initial[option] ?? "",
    required,
    multiline,
    choices: [],
    maxLength,
  });
  return {
    title: parentId === null ? "Imagine an image" : "Edit and paint again",
    submit: "Paint",
    command: "imagine",
    parentId,
    fields: [
      field("prompt", "What to paint", true, true, 2000),
      field("no", "What must not appear", false, false, 2000),
      { ...field("ar", "Aspect ratio", true, false, null), choices: ASPECT_RATIOS.map(ratioChoice) },
      field("seed", "Seed (empty: a new one)", false, false, 10),
    ],
  };
}

/** The edit form's starting values: those of the job. */
export function formValues(job: Job): Readonly<Record<string, string>> {
  const { prompt, no, ratio } = job.request;
  return { prompt, no: no ?? "", ar: ratio, seed: String(exactRequest(job).seed) };
}
