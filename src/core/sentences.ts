import type { FailureCode } from "../errors.ts";

/** What a person reads when a job failed: what happened, what it cost, what to do. One plain sentence or two. */
export const FAILURE_SENTENCES: Readonly<Record<FailureCode, string>> = {
  "content-policy":
    "The image service's content filter stopped this prompt, so there is no picture. Change the wording and try again.",
  "bad-input":
    "The image service would not accept this request. Change the prompt or the options and try again.",
  busy: "The image service has no room at the moment. Nothing was painted; try again in a minute.",
  unreachable:
    "The image service could not be reached. Nothing was sent and nothing was spent; try again in a minute.",
  "provider-failure":
    "The image service had a fault and gave up on this picture. Trying again usually works.",
  timeout: "The picture was not ready in time, so I stopped waiting for it. Try again in a minute.",
  account:
    "The image service refuses to paint for this bot at the moment. Its owner has to look at the account or the settings.",
  "unknown-fate":
    "The connection broke while I was asking for the picture, and the image service cannot say whether it got the request. I did not ask twice, so as not to pay twice.",
  "picture-unavailable": "The picture was painted, but it could not be fetched from the image service.",
  delivery: "The picture was painted, but it could not be posted here.",
  internal: "Something went wrong on my side. The owner can find the details in the log.",
};

/** The same in a word or two, for the owner. */
export const FAILURE_NAMES: Readonly<Record<FailureCode, string>> = {
  "content-policy": "Content filter",
  "bad-input": "Request not accepted",
  busy: "No room at fal",
  unreachable: "fal not reached",
  "provider-failure": "Fault at fal",
  timeout: "Not ready in time",
  account: "Account refused",
  "unknown-fate": "Lost request",
  "picture-unavailable": "Picture not fetched",
  delivery: "Not posted",
  internal: "Fault of the bot",
};

/** Failures after which the very same request may well succeed: they get a Try again button. */
export const WORTH_RETRYING: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "busy",
  "unreachable",
  "provider-failure",
  "timeout",
  "account",
  "unknown-fate",
  "picture-unavailable",
  "delivery",
  "internal",
]);

/** Private refusals of the core's own. */
export const REFUSALS = {
  store: "I cannot save requests at the moment, so I am not taking any. Try again in a minute.",
  stopping: "I am restarting. Try again in half a minute.",
  unknownJob: "I no longer know this picture.",
  staffOnly: "That is for the moderators and owners of this place.",
  ownersOnly: "That is for the owners of this place.",
  noWorkspace: "Use this command in the server it is about: private messages have no settings.",
  unknownId: "I know no picture of yours with that id. Look it up with /images history.",
  notForYou: "You may not draw this picture again here. A moderator decides who may.",
  notYours: "Only the person who asked for it, or a moderator, can do that.",
  tooLateToCancel: "It is already painted. Use Delete to take it away.",
  alreadyOver: "That is over already.",
  notFinished: "There is no picture yet.",
  directClosed: "I could not send you a private message: yours are closed for this bot.",
  directFailed: "I could not send you the picture privately. Try again in a minute.",
  unknownCommand: "I do not know this command.",
} as const;

/** "1st", "2nd", "11th". */
export function ordinal(n: number): string {
  const tens = n % 100;
  const suffix = tens >= 11 && tens <= 13 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return `${n}${suffix}`;
}

/** "8 s", "2 min 5 s". */
export function duration(ms: number): string {
  const seconds = Math.max(Math.round(ms / 1000), 0);
  if (seconds < 60) return `${seconds} s`;
  const rest = seconds % 60;
  return rest === 0 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 60)} min ${rest} s`;
}
