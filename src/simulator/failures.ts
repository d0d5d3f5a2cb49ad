import type { Json } from "../core/model.ts";

/** How a request ends when it does not end well: the HTTP answer its result gives. */
export interface Failure {
  readonly status: number;
  /** fal's word for it. */
  readonly type: string;
  readonly message: string;
  /** `model`: a list of details as in Pydantic · `request`: one sentence and an `error_type`. */
  readonly shape: "model" | "request";
  /** Where in the input the trouble is; for `model`. */
  readonly loc: readonly (string | number)[];
  readonly context: Readonly<Record<string, Json>> | null;
}

/** Errors of the model itself. Source: fal.ai/docs model-apis/errors. */
const MODEL_ERRORS: readonly (readonly [type: string, status: number, message: string])[] = [
  [
    "content_policy_violation",
    422,
    "The content could not be processed because it contained material flagged by a content checker.",
  ],
  ["no_media_generated", 422, "No media was generated for this input."],
  ["feature_not_supported", 422, "This feature is not supported."],
  ["image_too_large", 422, "The image is too large."],
  ["file_download_error", 422, "A file of the input could not be downloaded."],
  ["generation_timeout", 504, "The generation took too long."],
  ["downstream_service_error", 400, "A service this model relies on refused the request."],
  ["downstream_service_unavailable", 500, "A service this model relies on is not available."],
  ["internal_server_error", 500, "Something went wrong inside the model."],
];

/** Errors of the queue and its runners. Source: fal.ai/docs model-apis/request-errors. */
const REQUEST_ERRORS: readonly (readonly [type: string, status: number, message: string])[] = [
  ["request_timeout", 504, "Request timed out"],
  ["startup_timeout", 504, "Runner startup timed out"],
  ["runner_scheduling_failure", 503, "Could not schedule a runner"],
  ["runner_connection_timeout", 503, "Connection to the runner timed out"],
  ["runner_disconnected", 503, "The runner disconnected"],
  ["runner_connection_refused", 503, "The runner refused the connection"],
  ["runner_connection_error", 503, "Could not connect to the runner"],
  ["runner_incomplete_response", 502, "The runner sent an incomplete response"],
  ["runner_server_error", 500, "The runner failed"],
  ["client_disconnected", 499, "The client disconnected"],
  ["client_cancelled", 499, "The request was cancelled by the client"],
  ["bad_request", 400, "Bad request"],
  ["internal_error", 500, "Internal error"],
];

/** Every way a request can fail after it was accepted, by fal's word for it. */
export const FAILURES: ReadonlyMap<string, Failure> = new Map(
  [
    ...MODEL_ERRORS.map(([type, status, message]): Failure => {
      const loc = type === "content_policy_violation" ? ["body", "prompt"] : ["body"];
      return { status, type, message, shape: "model", loc, context: null };
    }),
    ...REQUEST_ERRORS.map(
      ([type, status, message]): Failure => ({
        status,
        type,
        message,
        shape: "request",
        loc: [],
        context: null,
      }),
    ),
  ].map((failure) => [failure.type, failure]),
);

/** The JSON body fal answers with. `input` is echoed in the model's errors, as fal does. */
export function failureBody(failure: Failure, input: Json): Json {
  if (failure.shape === "request") return { detail: failure.message, error_type: failure.type };
  return {
    detail: [
      {
        loc: failure.loc,
        msg: failure.message,
        type: failure.type,
        url: `https://docs.fal.ai/errors#${failure.type}`,
        ...(failure.context === null ? {} : { ctx: failure.context }),
        input: valueAt(input, failure.loc.slice(1)),
      },
    ],
  };
}

/** The headers that go with it. */
export function failureHeaders(failure: Failure): Readonly<Record<string, string>> {
  const retry = failure.status >= 500;
  return {
    ...(failure.shape === "request" ? { "x-fal-error-type": failure.type } : {}),
    ...(failure.type === "request_timeout" ? { "x-fal-request-timeout-type": "user" } : {}),
    "x-fal-needs-retry": retry ? "1" : "0",
    "x-fal-retryable": String(retry),
  };
}

function valueAt(input: Json, path: readonly (string | number)[]): Json {
  let value: Json | undefined = input;
  for (const step of path) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return input;
    value = (value as Readonly<Record<string, Json>>)[step];
    if (value === undefined) return input;
  }
  return value;
}
