import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type BucketRule, createBuckets } from "./buckets.ts";
import type { createFaults } from "./faults.ts";
import { readBody, readList } from "./multipart.ts";
import { Refusal, refusals } from "./refusal.ts";
import { ROUTES, type Route, type RouteAnswer } from "./routes.ts";
import type { World } from "./world.ts";

/** One request as it was answered. */
export interface RequestRecord {
  readonly route: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly code: number | null;
  readonly at: number;
}

export interface RestOptions {
  readonly world: World;
  readonly faults: ReturnType<typeof createFaults>;
  readonly buckets: Readonly<Record<string, BucketRule>>;
  readonly globalRule: BucketRule;
  readonly keepBytes: number;
  readonly requests: RequestRecord[];
  /** Answers GET /gateway/bot. */
  gateway(): unknown;
}

const PREFIX = "/api/v10";

/** The REST half: real sockets, real headers, strict where Discord is. */
export function createRestServer(options: RestOptions): Server {
  const buckets = createBuckets(options.buckets, options.globalRule);
  return createServer((request, response) => {
    answer(options, buckets, request, response).catch((error: unknown) => {
      if (!response.headersSent) send(response, 500, { message: String(error), code: 0 }, {});
      else response.destroy();
    });
  });
}

async function answer(
  options: RestOptions,
  buckets: ReturnType<typeof createBuckets>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://emulator");
  const method = request.method ?? "GET";
  const path = url.pathname.startsWith(PREFIX) ? url.pathname.slice(PREFIX.length) : "";
  const found = find(method, path);
  const log = (status: number, code: number | null) =>
    options.requests.push({
      route: found?.route.name ?? (path === "/gateway/bot" ? "gateway" : "none"),
      method,
      path,
      status,
      code,
      at: Date.now(),
    });
  const fault = options.faults.take(found?.route.name ?? (path === "/gateway/bot" ? "gateway" : "none"));
  if (fault?.type === "reset" && fault.when === "before") return void request.socket.destroy();
  if (fault?.type === "hang" && fault.when === "before") return void request.resume();
  let headers: Record<string, string> = {};
  try {
    if (fault?.type === "status" && fault.when === "before") {
      request.resume();
      log(fault.status, null);
      return send(response, fault.status, "upstream trouble", {});
    }
    if (fault?.type === "refuse") throw new Refusal(fault.status, fault.code, fault.message);
    if (!(request.headers["user-agent"] ?? "").startsWith("DiscordBot (")) throw refusals.agent();
    if (path === "/gateway/bot") {
      authorize(options.world, request);
      log(200, null);
      return send(response, 200, options.gateway(), {});
    }
    if (!found) throw refusals.notFound();
    const { route, params } = found;
    if (route.auth === "bot") authorize(options.world, request);
    const verdict =
      fault?.type === "rate-limit"
        ? { headers: {}, retryAfter: fault.retryAfterMs / 1000, global: fault.scope === "global" }
        : buckets.pass(route.name, majorOf(route, params), route.auth === "bot" ? "global" : "apart");
    headers = { ...verdict.headers };
    if (verdict.retryAfter !== null) {
      request.resume();
      const scope = fault?.type === "rate-limit" ? fault.scope : verdict.global ? "global" : "user";
      log(429, 0);
      return limited(response, verdict.retryAfter, scope, headers);
    }
    const result = await run(options, route, params, url, request);
    if (fault?.type === "reset") return void request.socket.destroy();
    if (fault?.type === "hang") return;
    const status = fault?.type === "status" ? fault.status : result.status;
    log(status, null);
    return send(response, status, fault?.type === "status" ? "upstream trouble" : result.json, headers);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    request.resume();
    log(error.status, error.code);
    const errors = error.detail === null ? {} : { errors: error.detail };
    return send(response, error.status, { message: error.message, code: error.code, ...errors }, headers);
  }
}

async function run(
  options: RestOptions,
  route: Route,
  params: readonly string[],
  url: URL,
  request: IncomingMessage,
): Promise<RouteAnswer> {
  const list = route.takes === "list" ? await readList(request) : [];
  const body =
    route.takes === "object"
      ? await readBody(request, options.keepBytes)
      : { json: {}, files: [], multipart: false };
  return route.handle(options.world, { params, query: url.searchParams, body, list });
}

function find(
  method: string,
  path: string,
): { readonly route: Route; readonly params: readonly string[] } | null {
  for (const route of ROUTES) {
    // discord.js sends @original and emoji percent-encoded.
    const match = route.method === method ? route.pattern.exec(decodeURIComponent(path)) : null;
    if (match) return { route, params: match.slice(1) };
  }
  return null;
}

/** Channels, guilds and webhooks with their token are counted apart. Source: topics/rate-limits. */
function majorOf(route: Route, params: readonly string[]): string {
  if (route.name.startsWith("webhook.")) return `${params[0]}/${params[1]}`;
  return params[0] ?? "";
}

function authorize(world: World, request: IncomingMessage): void {
  if (request.headers.authorization !== `Bot ${world.token}`) throw refusals.unauthorized();
}

function limited(
  response: ServerResponse,
  retryAfter: number,
  scope: "user" | "shared" | "global",
  headers: Record<string, string>,
): void {
  const body = {
    message: "You are being rate limited.",
    retry_after: retryAfter,
    global: scope === "global",
  };
  send(response, 429, body, {
    ...headers,
    "Retry-After": String(Math.ceil(retryAfter * 1000) / 1000),
    "X-RateLimit-Scope": scope,
    ...(scope === "global" ? { "X-RateLimit-Global": "true" } : {}),
  });
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string>,
): void {
  if (status === 204) {
    response.writeHead(204, headers).end();
    return;
  }
  const type = typeof body === "string" ? "text/html" : "application/json";
  response.writeHead(status, { ...headers, "content-type": type });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}
