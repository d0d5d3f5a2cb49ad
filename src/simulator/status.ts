import type { Json } from "../core/model.ts";
import { type Failure, failureBody, failureHeaders } from "./failures.ts";
import { logsAt } from "./logs.ts";
import type { PictureSize } from "./painter/sizes.ts";
import { outcomeOf } from "./queue.ts";
import { type QueuedRequest, stateOf } from "./request.ts";

/** What the status body depends on besides the request. */
export interface StatusView {
  /** Origin the caller used, such as `http://127.0.0.1:4000`. */
  readonly base: string;
  readonly now: number;
  readonly position: number | null;
  /** `null` unless the caller asked with `logs=1`, as fal does. */
  readonly logs: "none" | "asked";
}

/** The three addresses of a request: owner and app only, never the endpoint's sub-path. */
export function addressesOf(
  request: QueuedRequest,
  base: string,
): Readonly<Record<"response_url" | "status_url" | "cancel_url", string>> {
  const app = applicationOf(request.endpoint);
  const url = `${base}/${app}/requests/${request.id}`;
  return { response_url: url, status_url: `${url}/status`, cancel_url: `${url}/cancel` };
}

/** `owner/app`, with the namespace of workflows and comfy in front. */
export function applicationOf(endpoint: string): string {
  const parts = endpoint.split("/");
  const namespaced = parts[0] === "workflows" || parts[0] === "comfy";
  return parts.slice(0, namespaced ? 3 : 2).join("/");
}

/** Status as fal words it: three states, and the error beside COMPLETED. */
export function statusBody(request: QueuedRequest, view: StatusView): Readonly<Record<string, Json>> {
  const state = stateOf(request);
  const failure = failureIn(request);
  return {
    status: state,
    request_id: request.id,
    ...addressesOf(request, view.base),
    logs: view.logs === "asked" ? logsAt(request, view.now).map((line) => ({ ...line })) : null,
    metrics:
      request.finishedAt === null || request.startedAt === null
        ? {}
        : { inference_time: (request.finishedAt - request.startedAt) / 1000 },
    ...(state === "IN_QUEUE" ? { queue_position: view.position ?? 0 } : {}),
    ...(failure === null ? {} : { error: failure.message, error_type: failure.type }),
  };
}

/** How a finished request failed; null while it runs, or when it did not. */
export function failureIn(request: QueuedRequest): Failure | null {
  if (request.finishedAt === null) return null;
  const outcome = outcomeOf(request);
  return outcome.type === "failure" ? outcome.failure : null;
}

/** 1 for a picture; nothing for anything else, as fal bills. */
export function billedUnits(request: QueuedRequest): number {
  return request.finishedAt !== null && failureIn(request) === null ? 1 : 0;
}

export interface ResultParts {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

/** The result of a finished request: the model's output, or its error. */
export function resultOf(request: QueuedRequest, base: string, size: PictureSize): ResultParts {
  const failure = failureIn(request);
  const headers = {
    "x-fal-request-id": request.id,
    "x-fal-billable-units": String(billedUnits(request)),
  };
  if (failure !== null) {
    return {
      status: failure.status,
      headers: { ...headers, ...failureHeaders(failure) },
      body: failureBody(failure, request.input),
    };
  }
  return { status: 200, headers, body: outputOf(request, base, size) };
}

/** The endpoint's output: only `images`, no seed and no flags. */
function outputOf(request: QueuedRequest, base: string, size: PictureSize): Json {
  const { outputs } = request.plan;
  if (outputs.has("no-images")) return { images: [] };
  const url = base + mediaPath(request);
  if (outputs.has("no-size")) return { images: [{ url }] };
  return { images: [{ url, width: size.width, height: size.height, content_type: "image/png" }] };
}

/** Shaped like fal's media addresses, with the request's id as the token. */
export function mediaPath(request: QueuedRequest): string {
  return `/files/b/0a${request.id.slice(0, 6)}/${request.id}_generated_ImagineArt_1_5_Pro.png`;
}

/** The request id in a media path's last segment; null when there is none. */
export function requestIdOfMedia(name: string): string | null {
  return /^([0-9a-f-]{36})_generated/.exec(name)?.[1] ?? null;
}
