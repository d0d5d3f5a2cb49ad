import { z } from "zod";

/**
 * How a call to fal went wrong.
 * `never-left` it certainly did not reach fal · `timed-out` no whole answer in time · `lost` the connection broke ·
 * `garbled` a 2xx that is not JSON · `too-large` a body over the cap · `answered` an HTTP status other than 2xx.
 */
export type CallProblem = "never-left" | "timed-out" | "lost" | "garbled" | "too-large" | "answered";

/** What fal wrote into the body of a refusal. */
export interface Refusal {
  readonly status: number;
  /** The infrastructure's word (`error_type`, or the header `X-Fal-Error-Type`). */
  readonly errorType: string | null;
  /** `detail` when it is a sentence. May quote the input: only for the log, and only where that cannot be. */
  readonly detail: string | null;
  /** `type` of each entry when `detail` is a list, as models write it. */
  readonly types: readonly string[];
  /** Names of the input fields the list complains about. */
  readonly fields: readonly string[];
  /** `status` of the queue's own small answers, such as ALREADY_COMPLETED and NOT_FOUND. */
  readonly word: string | null;
  readonly headers: Headers;
}

/**
 * A call that brought no usable answer. It carries neither `cause` nor `code` on purpose: the fal client looks
 * through both for network errors and would send the call again.
 */
export class CallError extends Error {
  readonly problem: CallProblem;
  /** Null unless fal answered. */
  readonly refusal: Refusal | null;
  /** Code of the underlying network error, for the log; null when there is none. */
  readonly reason: string | null;

  constructor(problem: CallProblem, detail: { readonly refusal?: Refusal; readonly reason?: string } = {}) {
    super(`The call to fal ended: ${problem}`);
    this.name = "CallError";
    this.problem = problem;
    this.refusal = detail.refusal ?? null;
    this.reason = detail.reason ?? null;
  }

  /** HTTP status; null unless fal answered. */
  get status(): number | null {
    return this.refusal?.status ?? null;
  }
}

const entrySchema = z.looseObject({
  type: z.string(),
  loc: z.array(z.union([z.string(), z.number()])).catch([]),
});

const bodySchema = z.looseObject({
  detail: z.unknown().optional(),
  error_type: z.string().nullish().catch(null),
  status: z.string().nullish().catch(null),
});

/** Reads a refusal. Never throws: a body of any other shape just says less. */
export function readRefusal(status: number, headers: Headers, text: string): Refusal {
  const body = bodySchema.safeParse(parseJson(text)).data;
  const entries = Array.isArray(body?.detail)
    ? body.detail.flatMap((entry) => entrySchema.safeParse(entry).data ?? [])
    : [];
  return {
    status,
    errorType: body?.error_type ?? headers.get("x-fal-error-type"),
    detail: typeof body?.detail === "string" ? body.detail : null,
    types: entries.map((entry) => entry.type),
    fields: entries.map((entry) => entry.loc.join(".")),
    word: body?.status ?? null,
    headers,
  };
}

/** The JSON value, or undefined when the text is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Errors of name look-up and of the handshake: nothing of the request has been written by then.
const BEFORE_THE_REQUEST = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

const networkErrorSchema = z.object({
  code: z.string().optional().catch(undefined),
  syscall: z.string().optional().catch(undefined),
  errors: z.array(z.unknown()).optional().catch(undefined),
});

/** Says of a thrown network error whether anything can have reached fal. */
export function callErrorOf(error: unknown): CallError {
  const reason = networkErrorSchema.safeParse(error).data?.code;
  return new CallError(neverLeft(error) ? "never-left" : "lost", reason === undefined ? {} : { reason });
}

function neverLeft(error: unknown): boolean {
  const { code, syscall, errors } = networkErrorSchema.safeParse(error).data ?? {};
  // Several addresses were tried: Node wraps one error for each.
  if (errors !== undefined && errors.length > 0) return errors.every(neverLeft);
  if (syscall === "connect" || syscall === "getaddrinfo") return true;
  return code !== undefined && BEFORE_THE_REQUEST.has(code);
}
