/**
 * What can go wrong, as a word: a job's failure is stored with it, a metric is labelled with it, and the
 * sentence a person reads is chosen by it. An exception's own words are never shown to anyone.
 */
export type FailureCode =
  | "content-policy" // the provider's checker stopped the prompt or the picture
  | "bad-input" // the provider refused the input
  | "busy" // the provider has no room now
  | "unreachable" // the provider could not be reached: nothing ever left
  | "provider-failure" // the provider broke, or answered something that makes no sense
  | "timeout" // not finished within the job's deadline
  | "account" // key, lock or balance: only the owner can mend it
  | "unknown-fate" // sent, and nobody can say whether it arrived: never sent again
  | "picture-unavailable" // painted, but the picture could not be fetched
  | "delivery" // painted, but the platform would not take the reply
  | "internal"; // our own fault

/** Everything else that stops the bot or a call, in the same alphabet. */
export type ErrorCode = FailureCode | "config" | "store" | "locked" | "reply" | "misuse";

export interface ErrorDetail {
  readonly code: ErrorCode;
  /** Names and numbers that help the owner. Never a prompt, a key or a token. */
  readonly context?: Readonly<Record<string, string | number | boolean | null>>;
  /** The underlying error, for the log. */
  readonly cause?: unknown;
  /** What the owner can do about it, as a sentence. */
  readonly remedy?: string;
}

/** The one error class of the product: a code, a context, a cause and a remedy. */
export class BotError extends Error {
  readonly code: ErrorCode;
  readonly context: Readonly<Record<string, string | number | boolean | null>>;
  readonly remedy: string | null;

  constructor(message: string, detail: ErrorDetail) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = "BotError";
    this.code = detail.code;
    this.context = detail.context ?? {};
    this.remedy = detail.remedy ?? null;
  }
}

/** A take that will not become a picture, with the one word that says why. */
export class TakeFailure extends BotError {
  readonly failure: FailureCode;
  /** What the provider says it billed all the same, in its units; null when it did not say. */
  readonly billableUnits: number | null;

  constructor(
    failure: FailureCode,
    message: string,
    detail: Omit<ErrorDetail, "code"> & { readonly billableUnits?: number | null } = {},
  ) {
    super(message, { ...detail, code: failure });
    this.name = "TakeFailure";
    this.failure = failure;
    this.billableUnits = detail.billableUnits ?? null;
  }
}

/**
 * A submit whose fate nobody knows: it may have reached the provider (and be paid for) or not.
 * It must be reconciled and never be sent again blindly.
 */
export class SubmitUnknown extends BotError {
  constructor(message: string, detail: Omit<ErrorDetail, "code"> = {}) {
    super(message, { ...detail, code: "unknown-fate" });
    this.name = "SubmitUnknown";
  }
}

/** A submit that certainly never left this machine (connection refused, name not found): it may be sent again. */
export class SubmitNotSent extends BotError {
  constructor(message: string, detail: Omit<ErrorDetail, "code"> = {}) {
    super(message, { ...detail, code: "unreachable" });
    this.name = "SubmitNotSent";
  }
}

/** Why a reply could not be created or changed. */
export type ReplyProblem =
  | "gone" // the message or channel is no longer there: nothing to deliver to
  | "forbidden" // the bot may not post or edit there
  | "closed" // the person takes no private messages
  | "too-large" // the picture is over the platform's limit: fit it again
  | "expired" // the address (token) is no longer good, and there is no other
  | "paced" // the platform asks for patience: a progress edit is dropped, a final one waits `retryAfterMs`
  | "unavailable"; // network trouble or the platform's fault: try again

/** Thrown by a ReplyHandle. */
export class ReplyError extends BotError {
  readonly problem: ReplyProblem;
  readonly retryAfterMs: number | null;

  constructor(
    problem: ReplyProblem,
    message: string,
    detail: Omit<ErrorDetail, "code"> & { readonly retryAfterMs?: number } = {},
  ) {
    super(message, { ...detail, code: "reply" });
    this.name = "ReplyError";
    this.problem = problem;
    this.retryAfterMs = detail.retryAfterMs ?? null;
  }
}

/** The failure word of anything thrown. */
export function failureOf(error: unknown): FailureCode {
  if (error instanceof TakeFailure) return error.failure;
  if (error instanceof SubmitUnknown) return "unknown-fate";
  if (error instanceof SubmitNotSent) return "unreachable";
  return "internal";
}
