import { createFalClient, type FalClient } from "@fal-ai/client";
import { Agent, type Dispatcher, request } from "undici";
import type { Clock } from "../core/clock.ts";
import type { Telemetry } from "../core/telemetry.ts";
import { CallError, callErrorOf, parseJson, readRefusal } from "./call-error.ts";

/** Where fal is. Paths are kept, a trailing slash does not matter. */
export interface FalUrls {
  readonly queue: string;
  readonly rest: string;
  readonly platform: string;
}

export interface TransportOptions {
  /** `id:secret` or a single key; sent as `Authorization: Key …`. */
  readonly credentials: string;
  readonly urls: FalUrls;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** A whole call: connecting, headers and body, ms. */
  readonly callMs: number;
  /** A status stream without a single byte for so long is dead, ms. */
  readonly silenceMs: number;
}

/** An answer whose body is still arriving. */
export interface ByteStream {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Lets go of the connection. Safe to call twice. */
  close(): void;
}

/**
 * The one way to fal. A call ends within `callMs`, goes out once, and fails with a CallError or, when the signal
 * was aborted, with the signal's reason.
 */
export interface Transport {
  /** One call through the real client, with the headers of fal's answer, which the client itself discards. */
  call<T>(
    name: string,
    signal: AbortSignal | null,
    use: (client: FalClient) => Promise<T>,
  ): Promise<{ readonly value: T; readonly headers: Headers }>;
  /** A plain GET of JSON. */
  get(name: string, url: string, signal: AbortSignal | null): Promise<unknown>;
  /** A GET of `text/event-stream`; the time limit holds up to its headers. */
  open(name: string, url: string, signal: AbortSignal): Promise<ByteStream>;
  /** Cuts every connection. */
  close(): Promise<void>;
}

// A result is a few hundred bytes; a data: picture of another model may be some megabytes.
const MAX_BODY_BYTES = 16 * 1024 * 1024;

interface Exchange {
  readonly method: Dispatcher.HttpMethod;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Creates the transport; it opens connections only when called. */
export function createTransport(options: TransportOptions): Transport {
  const { clock, telemetry } = options;
  // A connection that cannot be made must show as such before the call as a whole times out: only then is it
  // certain that nothing left.
  const agent = new Agent({ connect: { timeout: Math.min(4000, options.callMs / 2) } });
  const bases = new Map([
    ["queue.fal.run", options.urls.queue],
    ["rest.fal.ai", options.urls.rest],
    ["api.fal.ai", options.urls.platform],
  ]);

  async function send(exchange: Exchange, signal: AbortSignal, bodyTimeoutMs: number) {
    const answer = await request(place(bases, exchange.url), {
      method: exchange.method,
      headers: exchange.headers,
      body: exchange.body,
      dispatcher: agent,
      signal,
      headersTimeout: 0, // the whole call is timed instead
      bodyTimeout: bodyTimeoutMs,
    });
    // A body let go of before it was read says so in an event, and one that nobody hears ends the process.
    answer.body.on("error", () => {});
    return answer;
  }

  async function fetchWhole(exchange: Exchange, signal: AbortSignal | null): Promise<Response> {
    const limit = timeLimit(clock, options.callMs, signal);
    try {
      const answer = await send(exchange, limit.signal, 0);
      const headers = headersOf(answer.headers);
      const text = await readText(answer.body);
      if (answer.statusCode < 200 || answer.statusCode > 299) {
        const refusal = readRefusal(answer.statusCode, headers, text);
        throw new CallError("answered", { refusal });
      }
      if (text === "") return new Response(null, { status: 200, headers: withoutBodyHeaders(headers) });
      if (parseJson(text) === undefined) throw new CallError("garbled");
      const json = withoutBodyHeaders(headers);
      json.set("content-type", "application/json"); // else the client hands the text on unparsed
      return new Response(text, { status: answer.statusCode, headers: json });
    } catch (error) {
      throw limit.translate(error);
    } finally {
      limit.clear();
    }
  }

  /** Reports one call, however it ends. */
  async function observed<T>(name: string, run: () => Promise<T>): Promise<T> {
    const started = clock.elapsed();
    const report = (outcome: string) =>
      telemetry({ type: "provider-call", call: name, outcome, ms: clock.elapsed() - started });
    try {
      const value = await run();
      report("ok");
      return value;
    } catch (error) {
      report(outcomeOf(error));
      throw error;
    }
  }

  const auth = { authorization: `Key ${options.credentials}` };

  return {
    call: (name, signal, use) =>
      observed(name, async () => {
        let headers = new Headers();
        // A client for each call: that is how the call's signal goes in and its headers come out.
        const client = createFalClient({
          credentials: options.credentials,
          suppressLocalCredentialsWarning: true,
          fetch: async (input, init) => {
            const response = await fetchWhole(exchangeOf(input, init), signal);
            headers = response.headers;
            return response;
          },
        });
        const value = await use(client);
        return { value, headers };
      }),

    get: (name, url, signal) =>
      observed(name, async () => {
        const headers = { ...auth, accept: "application/json" };
        const response = await fetchWhole({ method: "GET", url, headers, body: null }, signal);
        return response.json();
      }),

    open: (name, url, signal) =>
      observed(name, async () => {
        const limit = timeLimit(clock, options.callMs, signal);
        try {
          const headers = { ...auth, accept: "text/event-stream", "cache-control": "no-cache" };
          const exchange: Exchange = { method: "GET", url, headers, body: null };
          const answer = await send(exchange, limit.signal, options.silenceMs);
          const answerHeaders = headersOf(answer.headers);
          if (answer.statusCode !== 200) {
            const refusal = readRefusal(answer.statusCode, answerHeaders, await readText(answer.body));
            throw new CallError("answered", { refusal });
          }
          if (!(answerHeaders.get("content-type") ?? "").includes("text/event-stream")) {
            answer.body.destroy();
            throw new CallError("garbled");
          }
          limit.stopClock();
          return {
            chunks: translated(answer.body, limit.translate),
            close: () => {
              limit.clear();
              answer.body.destroy();
            },
          };
        } catch (error) {
          limit.clear();
          throw limit.translate(error);
        }
      }),

    close: () => agent.destroy(),
  };
}

async function* translated(
  chunks: AsyncIterable<Uint8Array>,
  translate: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw translate(error);
  }
}

function exchangeOf(input: string | URL | Request, init: RequestInit | undefined): Exchange {
  const headers: Record<string, string> = {};
  new Headers(init?.headers).forEach((value, name) => {
    headers[name] = value;
  });
  const method = init?.method === "POST" || init?.method === "PUT" ? init.method : "GET";
  const url = input instanceof Request ? input.url : String(input);
  return { method, url, headers, body: typeof init?.body === "string" ? init.body : null };
}

/** The configured address of one of fal's. Anything else is refused, so that the key goes nowhere else. */
function place(bases: ReadonlyMap<string, string>, url: string): URL {
  const asked = new URL(url);
  const base = bases.get(asked.host);
  if (base === undefined) throw new CallError("never-left", { reason: "UNKNOWN_HOST" });
  const placed = new URL(base);
  placed.pathname = placed.pathname.replace(/\/$/, "") + asked.pathname;
  placed.search = asked.search;
  return placed;
}

async function readText(body: AsyncIterable<Uint8Array> & { destroy(): unknown }): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) {
      body.destroy();
      throw new CallError("too-large");
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function headersOf(raw: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(raw)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  return headers;
}

// The body handed on is decoded text of another length.
function withoutBodyHeaders(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ["content-type", "content-length", "content-encoding", "transfer-encoding"]) {
    kept.delete(name);
  }
  return kept;
}

interface TimeLimit {
  readonly signal: AbortSignal;
  /** The error to throw instead of what came out of the call. */
  translate(error: unknown): unknown;
  /** No more time limit; the caller's signal still counts. */
  stopClock(): void;
  clear(): void;
}

function timeLimit(clock: Clock, ms: number, outer: AbortSignal | null): TimeLimit {
  const controller = new AbortController();
  const done = new AbortController();
  let timedOut = false;
  const follow = () => controller.abort(outer?.reason);
  if (outer?.aborted) follow();
  outer?.addEventListener("abort", follow, { once: true });
  clock.sleep(ms, done.signal).then(
    () => {
      timedOut = true;
      controller.abort(new CallError("timed-out"));
    },
    () => {}, // cleared
  );
  const stopClock = () => done.abort();
  return {
    signal: controller.signal,
    translate: (error) => {
      if (error instanceof CallError) return error;
      if (timedOut) return new CallError("timed-out");
      if (outer?.aborted) return outer.reason;
      return callErrorOf(error);
    },
    stopClock,
    clear: () => {
      stopClock();
      outer?.removeEventListener("abort", follow);
    },
  };
}

function outcomeOf(error: unknown): string {
  if (!(error instanceof CallError)) return "aborted";
  return error.status === null ? error.problem : `http-${error.status}`;
}
