import { type FailureCode, SubmitNotSent, SubmitUnknown, TakeFailure } from "../errors.ts";
import { CallError, type Refusal } from "./call-error.ts";

/**
 * fal's error words and ours. Sources: fal's pages "model errors" and "request errors".
 * Words not listed here say something about one field of the input, or nothing we know: see `failureOfTypes`.
 */
const WORDS: ReadonlyMap<string, FailureCode> = new Map<string, FailureCode>([
  ["content_policy_violation", "content-policy"],
  // Models
  ["internal_server_error", "provider-failure"],
  ["generation_timeout", "timeout"],
  ["downstream_service_error", "provider-failure"],
  ["downstream_service_unavailable", "provider-failure"],
  ["no_media_generated", "provider-failure"],
  ["image_too_small", "bad-input"],
  ["image_too_large", "bad-input"],
  ["image_load_error", "bad-input"],
  ["file_download_error", "bad-input"],
  ["face_detection_error", "bad-input"],
  ["file_too_large", "bad-input"],
  ["greater_than", "bad-input"],
  ["greater_than_equal", "bad-input"],
  ["less_than", "bad-input"],
  ["less_than_equal", "bad-input"],
  ["multiple_of", "bad-input"],
  ["sequence_too_short", "bad-input"],
  ["sequence_too_long", "bad-input"],
  ["one_of", "bad-input"],
  ["feature_not_supported", "bad-input"],
  ["unsupported_image_format", "bad-input"],
  ["unsupported_audio_format", "bad-input"],
  ["unsupported_video_format", "bad-input"],
  ["value_error", "bad-input"],
  // The queue and its runners
  ["request_timeout", "timeout"],
  ["startup_timeout", "timeout"],
  ["runner_scheduling_failure", "busy"],
  ["concurrent_requests_limit", "busy"],
  ["runner_connection_timeout", "provider-failure"],
  ["runner_disconnected", "provider-failure"],
  ["runner_connection_refused", "provider-failure"],
  ["runner_connection_error", "provider-failure"],
  ["runner_incomplete_response", "provider-failure"],
  ["runner_server_error", "provider-failure"],
  ["client_disconnected", "provider-failure"],
  ["client_cancelled", "provider-failure"],
  ["bad_request", "bad-input"],
  ["internal_error", "provider-failure"],
]);

// In an answer to the submit itself these say that no runner ever got the request.
const NEVER_STARTED: ReadonlySet<string> = new Set([
  "runner_scheduling_failure",
  "runner_connection_timeout",
  "runner_connection_refused",
  "request_timeout",
  "startup_timeout",
  "concurrent_requests_limit",
]);

/** Our word for one of fal's; null for one we do not know. */
export function failureOfWord(word: string | null | undefined): FailureCode | null {
  return word == null ? null : (WORDS.get(word) ?? null);
}

/** Whether a new take of the same request may end better. */
export function worthRetrying(failure: FailureCode): boolean {
  return failure === "busy" || failure === "timeout" || failure === "provider-failure";
}

/** A failure fal named by its `error_type` in a status. */
export function failureNamed(failure: FailureCode, errorType: string): TakeFailure {
  return new TakeFailure(failure, "fal ended the request with an error", {
    context: { errorType, retry: worthRetrying(failure) },
  });
}

/** Whether the refusal is a model's or fal's own considered word, rather than a gateway's stumble on the way. */
export function speaksForFal(refusal: Refusal): boolean {
  return refusal.types.length > 0 || failureOfWord(refusal.errorType) !== null;
}

/** `x-fal-billable-units` of an answer (source: fal's response headers); null when absent or no number. */
export function unitsOf(headers: Headers): number | null {
  const units = Number.parseFloat(headers.get("x-fal-billable-units") ?? "");
  return Number.isFinite(units) && units >= 0 ? units : null;
}

/** What a refusal means for the take. */
export function failureOfRefusal(refusal: Refusal, failure: FailureCode = codeOf(refusal)): TakeFailure {
  const remedy = remedyFor(refusal);
  return new TakeFailure(failure, `fal refused: HTTP ${refusal.status}`, {
    context: {
      status: refusal.status,
      errorType: refusal.errorType ?? refusal.types[0] ?? null,
      fields: refusal.fields.join(" "),
      retry: worthRetrying(failure),
      // An account's refusal never quotes the input, and its reason is what the owner needs to read.
      ...(isAccount(refusal.status) ? { detail: refusal.detail?.slice(0, 200) ?? null } : {}),
    },
    ...(remedy === null ? {} : { remedy }),
    billableUnits: unitsOf(refusal.headers),
  });
}

function codeOf(refusal: Refusal): FailureCode {
  if (isAccount(refusal.status)) return "account";
  return failureOfTypes(refusal.types) ?? failureOfWord(refusal.errorType) ?? failureOfStatus(refusal.status);
}

/** A checker's word outweighs the rest; any other list of fields, Pydantic's own words included, is bad input. */
function failureOfTypes(types: readonly string[]): FailureCode | null {
  if (types.length === 0) return null;
  const known = types.map(failureOfWord);
  return (
    known.find((code) => code === "content-policy") ?? known.find((code) => code !== null) ?? "bad-input"
  );
}

function failureOfStatus(status: number): FailureCode {
  if (status === 429) return "busy";
  if (status === 504) return "timeout";
  if (status === 400 || status === 413 || status === 422) return "bad-input";
  return "provider-failure";
}

function isAccount(status: number): boolean {
  return status === 401 || status === 402 || status === 403;
}

function remedyFor(refusal: Refusal): string | null {
  if (refusal.status === 401) return "Check FAL_KEY: fal does not know this key.";
  if (refusal.status === 403)
    return "Look at your account on fal.ai: it is locked, out of balance, or the key lacks a right.";
  if (refusal.status === 402) return "Top up your balance on fal.ai.";
  if (refusal.status === 404) return "Check FAL_MODEL: fal does not know this endpoint.";
  return null;
}

/** What a failed submit means: certainly not sent, certainly refused (and so not billed), or unknown. */
export function submitError(error: unknown): TakeFailure | SubmitNotSent | SubmitUnknown {
  if (!(error instanceof CallError)) {
    return new SubmitUnknown("The submit was given up while it was on its way", { cause: error });
  }
  const context = { problem: error.problem, reason: error.reason, status: error.status };
  if (error.problem === "never-left") {
    return new SubmitNotSent("fal could not be reached", { context, cause: error });
  }
  const { refusal } = error;
  // An unknown endpoint is a wrong setting: like a bad key it fails every take until the owner mends it.
  if (refusal?.status === 404) return failureOfRefusal(refusal, "account");
  if (refusal !== null && certainlyRefused(refusal)) return failureOfRefusal(refusal);
  return new SubmitUnknown("Nobody can say whether fal took the request", { context, cause: error });
}

function certainlyRefused({ status, errorType }: Refusal): boolean {
  // 408 and 499 are about a connection that broke, so they say nothing about the request.
  if (status >= 400 && status < 500) return status !== 408 && status !== 499;
  return status >= 500 && errorType !== null && NEVER_STARTED.has(errorType);
}
