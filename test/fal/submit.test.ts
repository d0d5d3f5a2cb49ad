import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { SubmitNotSent, SubmitUnknown, TakeFailure } from "../../src/errors.ts";
import { createFalBackend } from "../../src/fal/backend.ts";
import { aRequest } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import {
  type Answerer,
  anOrder,
  errorOf,
  json,
  type LocalFal,
  MODEL,
  never,
  startLocalFal,
} from "./local-fal.ts";

let fal: LocalFal | null = null;
afterEach(async () => {
  await fal?.close();
  fal = null;
});

async function submitTo(answer: Answerer) {
  fal = await startLocalFal(answer);
  const error = await errorOf(fal.backend.submit(anOrder(), never()));
  return { error, fal };
}

describe("a submit", () => {
  it("posts the model's input once, with the key, and gives fal's id as the ticket", async () => {
    fal = await startLocalFal((_, response) =>
      json(response, 200, { status: "IN_QUEUE", request_id: "req-1" }),
    );
    const order = anOrder({ request: aRequest({ prompt: "a red fox", ratio: "16:9" }), seed: 7 });
    expect(await fal.backend.submit(order, never())).toEqual({ requestId: "req-1", endpoint: MODEL });
    expect(fal.received).toHaveLength(1);
    expect(fal.received[0]?.path).toBe(`/${MODEL}`);
    expect(fal.received[0]?.headers.authorization).toBe("Key id:secret");
    expect(JSON.parse(fal.received[0]?.body ?? "")).toEqual({
      prompt: "a red fox",
      aspect_ratio: "16:9",
      seed: 7,
    });
  });

  it("keeps the path of a base URL", async () => {
    fal = await startLocalFal((_, response) => json(response, 200, { request_id: "req-1" }));
    const urls = { queue: `${fal.url}/queue/`, rest: fal.url, platform: fal.url };
    const backend = createFalBackend({
      credentials: "k",
      model: MODEL,
      urls,
      clock: systemClock,
      telemetry() {},
    });
    await backend.submit(anOrder(), never());
    await backend.close();
    expect(fal.received[0]?.path).toBe(`/queue/${MODEL}`);
  });

  it("is refused before it leaves when the order is not the model's", async () => {
    fal = await startLocalFal((_, response) => json(response, 200, { request_id: "req-1" }));
    const error = await errorOf(fal.backend.submit(anOrder({ seed: 0 }), never()));
    expect(error).toMatchObject({ failure: "bad-input" });
    expect(fal.received).toEqual([]);
  });

  it("cannot even be prepared for a model that is no endpoint id", () => {
    const urls = {
      queue: "https://queue.fal.run",
      rest: "https://rest.fal.ai",
      platform: "https://api.fal.ai",
    };
    for (const model of ["", "model", "https://fal.run/owner/model", "owner/model?x", "/owner/model"]) {
      const create = () =>
        createFalBackend({ credentials: "k", model, urls, clock: systemClock, telemetry() {} });
      expect(create).toThrow(expect.objectContaining({ code: "config" }));
    }
  });

  it("tells telemetry how it ended", async () => {
    const { fal } = await submitTo((_, response) => json(response, 429, { detail: "Too many requests" }));
    expect(fal.happenings).toEqual([
      { type: "provider-call", call: "submit", outcome: "http-429", ms: expect.any(Number) },
    ]);
  });
});

describe("a submit fal certainly refused", () => {
  it.each([
    [400, { detail: "bad", error_type: "bad_request" }, "bad-input"],
    [401, { detail: "No user found for Key ID and Secret" }, "account"],
    [403, { detail: "User is locked. Reason: Exhausted balance." }, "account"],
    [404, { detail: 'Application "x" not found' }, "account"],
    [422, { detail: [{ loc: ["body", "seed"], msg: "no", type: "int_type", input: "x" }] }, "bad-input"],
    [422, { detail: [{ loc: ["body"], msg: "no", type: "content_policy_violation" }] }, "content-policy"],
    [429, { detail: "Too many requests" }, "busy"],
    [503, { detail: "No room", error_type: "runner_scheduling_failure" }, "busy"],
    [504, { detail: "Too late", error_type: "request_timeout" }, "timeout"],
  ])("with %i %j fails as its word says, after one post", async (status, body, failure) => {
    const { error, fal } = await submitTo((_, response) => json(response, status, body));
    expect(error).toBeInstanceOf(TakeFailure);
    expect(error).toMatchObject({ failure });
    expect(fal.submits()).toHaveLength(1);
  });

  it("says nothing of the prompt, although fal's answer quotes it", async () => {
    const detail = [
      { loc: ["body", "prompt"], msg: "a lighthouse at dusk?", type: "x", input: "a lighthouse at dusk" },
    ];
    const { error } = await submitTo((_, response) => json(response, 422, { detail }));
    expect(String(error) + JSON.stringify(error)).not.toContain("lighthouse");
  });
});

describe("a submit whose fate nobody knows", () => {
  const cases: readonly (readonly [string, Answerer])[] = [
    ["the connection is reset after it was sent", (_, response) => response.socket?.resetAndDestroy()],
    ["the connection is closed in the headers", (_, response) => response.socket?.end("HTTP/1.1 200")],
    ["a gateway answers 500", (_, response) => json(response, 500, { detail: "Oops" })],
    ["a gateway answers 502", (_, response) => json(response, 502, { detail: "Bad gateway" })],
    ["a gateway answers 503", (_, response) => response.writeHead(503).end("<html>")],
    ["a gateway answers 504", (_, response) => json(response, 504, { detail: "Gateway time-out" })],
    ["a runner broke off", (_, response) => json(response, 503, { error_type: "runner_disconnected" })],
    ["it is redirected", (_, response) => response.writeHead(307, { location: "/elsewhere" }).end()],
    ["the answer is broken JSON", (_, response) => response.writeHead(200).end('{"request_id":')],
    [
      "the answer is a page",
      (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>"),
    ],
    ["the answer is empty", (_, response) => response.writeHead(200).end()],
    ["the answer holds no id", (_, response) => json(response, 200, { status: "IN_QUEUE" })],
    ["the id could not stand in an address", (_, response) => json(response, 200, { request_id: "../x" })],
    ["the id is no text", (_, response) => json(response, 200, { request_id: 7 })],
    ["the answer is null", (_, response) => json(response, 200, null)],
    [
      "the answer is huge",
      (_, response) => json(response, 200, { request_id: "r", filler: "x".repeat(17 * 1024 * 1024) }),
    ],
    [
      "the body breaks off",
      (_, response) => {
        response.writeHead(200, { "content-length": 100 });
        response.write('{"request_id":"req-1"', () => response.socket?.resetAndDestroy());
      },
    ],
  ];

  it.each(cases)("ends unknown when %s, after one post", async (_, answer) => {
    const { error, fal } = await submitTo(answer);
    expect(error).toBeInstanceOf(SubmitUnknown);
    expect(fal.submits()).toHaveLength(1);
  });

  it.each([
    ["before the headers", () => {}],
    [
      "in the body",
      (_: unknown, response: Parameters<Answerer>[1]) => void response.writeHead(200).write("{"),
    ],
  ])("ends unknown within the time limit when fal hangs %s", async (_, answer) => {
    const clock = createFakeClock();
    fal = await startLocalFal(answer, { clock });
    const { backend, received } = fal;
    const error = errorOf(backend.submit(anOrder(), never()));
    await eventually(() => expect(received).toHaveLength(1));
    await clock.advance(8000);
    expect(await error).toBeInstanceOf(SubmitUnknown);
    expect(received).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });

  it("ends unknown when it is given up on its way", async () => {
    fal = await startLocalFal(() => {});
    const { backend, received } = fal;
    const stop = new AbortController();
    const error = errorOf(backend.submit(anOrder(), stop.signal));
    await eventually(() => expect(received).toHaveLength(1));
    stop.abort();
    expect(await error).toBeInstanceOf(SubmitUnknown);
  });
});

describe("a submit that never left", () => {
  async function submitToBase(queue: string) {
    const urls = { queue, rest: queue, platform: queue };
    const backend = createFalBackend({
      credentials: "k",
      model: MODEL,
      urls,
      clock: systemClock,
      telemetry() {},
    });
    const error = await errorOf(backend.submit(anOrder(), never()));
    await backend.close();
    return error;
  }

  it("may be sent again when the connection is refused", async () => {
    expect(await submitToBase(`http://127.0.0.1:${await freePort()}`)).toBeInstanceOf(SubmitNotSent);
  });

  it("may be sent again when the name is not found", async () => {
    expect(await submitToBase("http://no-such-host.invalid")).toBeInstanceOf(SubmitNotSent);
  });

  it("may be sent again when fal's certificate or protocol is wrong", async () => {
    fal = await startLocalFal(() => {});
    expect(await submitToBase(fal.url.replace("http:", "https:"))).toBeInstanceOf(SubmitNotSent);
  });

  it("may be sent again when it was given up before it started", async () => {
    fal = await startLocalFal(() => {});
    const error = await errorOf(fal.backend.submit(anOrder(), AbortSignal.abort()));
    expect(error).toBeInstanceOf(SubmitNotSent);
    expect(fal.received).toEqual([]);
  });
});

/** A port nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 1;
}
