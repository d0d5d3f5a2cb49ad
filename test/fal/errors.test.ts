import { describe, expect, it } from "vitest";
import { type FailureCode, SubmitUnknown } from "../../src/errors.ts";
import { CallError, callErrorOf, readRefusal } from "../../src/fal/call-error.ts";
import { failureOfRefusal, failureOfWord, submitError, worthRetrying } from "../../src/fal/errors.ts";

// fal's pages "model errors" and "request errors", as noted in November 2026.
const TAXONOMY: Readonly<Partial<Record<FailureCode, readonly string[]>>> = {
  "content-policy": ["content_policy_violation"],
  timeout: ["generation_timeout", "request_timeout", "startup_timeout"],
  busy: ["runner_scheduling_failure", "concurrent_requests_limit"],
  "bad-input": [
    "image_too_small",
    "image_too_large",
    "image_load_error",
    "file_download_error",
    "face_detection_error",
    "file_too_large",
    "greater_than",
    "greater_than_equal",
    "less_than",
    "less_than_equal",
    "multiple_of",
    "sequence_too_short",
    "sequence_too_long",
    "one_of",
    "feature_not_supported",
    "unsupported_image_format",
    "bad_request",
  ],
  "provider-failure": [
    "internal_server_error",
    "downstream_service_error",
    "downstream_service_unavailable",
    "no_media_generated",
    "runner_connection_timeout",
    "runner_disconnected",
    "runner_connection_refused",
    "runner_connection_error",
    "runner_incomplete_response",
    "runner_server_error",
    "client_disconnected",
    "client_cancelled",
    "internal_error",
  ],
};

function refusal(status: number, body: unknown, headers = {}) {
  return readRefusal(status, new Headers(headers), JSON.stringify(body));
}

describe("fal's error words", () => {
  const pairs = Object.entries(TAXONOMY).flatMap(([failure, words]) =>
    words.map((word) => [word, failure] as const),
  );

  it.each(pairs)("%s means %s", (word, failure) => {
    expect(failureOfWord(word)).toBe(failure);
    expect(failureOfRefusal(refusal(500, { detail: "x", error_type: word })).failure).toBe(failure);
    expect(failureOfRefusal(refusal(500, { detail: "x" }, { "x-fal-error-type": word })).failure).toBe(
      failure,
    );
    expect(
      failureOfRefusal(refusal(422, { detail: [{ type: word, loc: ["body"], msg: "x" }] })).failure,
    ).toBe(failure);
  });

  it("are bad input when a list of fields says something we do not know, as Pydantic does", () => {
    const detail = [{ type: "literal_error", loc: ["body", "aspect_ratio"], msg: "x" }];
    const error = failureOfRefusal(refusal(422, { detail }));
    expect(error).toMatchObject({ failure: "bad-input", context: { fields: "body.aspect_ratio" } });
  });

  it("count as the checker's when only one of several is", () => {
    const detail = ["missing", "content_policy_violation"].map((type) => ({ type, loc: [], msg: "x" }));
    expect(failureOfRefusal(refusal(422, { detail })).failure).toBe("content-policy");
  });

  it.each([
    [400, "bad-input"],
    [401, "account"],
    [402, "account"],
    [403, "account"],
    [404, "provider-failure"],
    [422, "bad-input"],
    [429, "busy"],
    [500, "provider-failure"],
    [504, "timeout"],
  ])("are not needed to read HTTP %i as %s", (status, failure) => {
    expect(failureOfRefusal(readRefusal(status, new Headers(), "<html>")).failure).toBe(failure);
  });

  it("tell the owner what to do about a lock, with fal's reason", () => {
    const error = failureOfRefusal(refusal(403, { detail: "User is locked. Reason: Exhausted balance." }));
    expect(error.context["detail"]).toContain("Exhausted balance");
    expect(error.remedy).toContain("fal.ai");
  });

  it("are worth another take when the input is not to blame", () => {
    const codes: FailureCode[] = [
      "busy",
      "timeout",
      "provider-failure",
      "content-policy",
      "bad-input",
      "account",
    ];
    expect(codes.filter(worthRetrying)).toEqual(["busy", "timeout", "provider-failure"]);
  });
});

describe("a call's network error", () => {
  it.each([
    ["never-left", { code: "ECONNREFUSED", syscall: "connect" }],
    ["never-left", { code: "ETIMEDOUT", syscall: "connect" }],
    ["never-left", { code: "ENOTFOUND", syscall: "getaddrinfo" }],
    ["never-left", { code: "EAI_AGAIN", syscall: "getaddrinfo" }],
    ["never-left", { code: "UND_ERR_CONNECT_TIMEOUT" }],
    ["never-left", { code: "CERT_HAS_EXPIRED" }],
    ["never-left", { errors: [{ code: "ECONNREFUSED" }, { code: "ENETUNREACH" }] }],
    ["lost", { errors: [{ code: "ECONNREFUSED" }, { code: "ECONNRESET" }] }],
    ["lost", { code: "ECONNRESET", syscall: "read" }],
    ["lost", { code: "ETIMEDOUT", syscall: "read" }],
    ["lost", { code: "EPIPE", syscall: "write" }],
    ["lost", { code: "UND_ERR_SOCKET" }],
    ["lost", { code: "UND_ERR_HEADERS_TIMEOUT" }],
    ["lost", {}],
    ["lost", "a string"],
    ["lost", null],
  ])("is %s for %j", (problem, error) => {
    expect(callErrorOf(error).problem).toBe(problem);
  });

  it("hides the original, which the fal client would take for a reason to send again", () => {
    const error = callErrorOf(Object.assign(new Error("boom"), { code: "ECONNRESET" }));
    expect(error.cause).toBeUndefined();
    expect(error).not.toHaveProperty("code");
  });
});

describe("a failed submit", () => {
  it.each(["timed-out", "lost", "garbled", "too-large"] as const)(
    "is of unknown fate when it was %s",
    (problem) => {
      expect(submitError(new CallError(problem))).toBeInstanceOf(SubmitUnknown);
    },
  );

  it.each([302, 408, 499, 500, 502, 503, 504, 520])(
    "is of unknown fate at HTTP %i without a word of fal's",
    (status) => {
      const error = new CallError("answered", { refusal: readRefusal(status, new Headers(), "") });
      expect(submitError(error)).toBeInstanceOf(SubmitUnknown);
    },
  );
});
