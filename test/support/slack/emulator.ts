import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Clock, systemClock } from "../../../src/core/clock.ts";
import { type ApiReply, callMethod, type MethodContext, type Tokens } from "./api.ts";
import { checkedBlocks } from "./chat.ts";
import { type Deliver, httpDelivery, socketDelivery } from "./delivery.ts";
import { createFaults, type Fault, type Faults } from "./faults.ts";
import { type Fields, isFields, parseJson, str } from "./fields.ts";
import { receiveUpload } from "./files.ts";
import { createRates, noRates } from "./rates.ts";
import { createSocketLink, type SocketLink } from "./socket.ts";
import { APP_TOKEN, BOT_TOKEN, SlackState } from "./state.ts";

/** The scopes of the committed manifest. */
export const MANIFEST_SCOPES = [
  "chat:write",
  "commands",
  "files:read",
  "files:write",
  "im:write",
  "reactions:read",
];

/** The commands whose text the committed manifest wants with people, channels and groups as ids. */
export const ESCAPED_COMMANDS: readonly string[] = ["images-admin"];

export interface EmulatorOptions {
  /** Slack's own clock. @default the system's */
  readonly clock?: Clock;
  /** @default "socket" */
  readonly transport?: "socket" | "http";
  /** What the bot token may do. @default MANIFEST_SCOPES */
  readonly scopes?: readonly string[];
  /** @default ["connections:write"] */
  readonly appScopes?: readonly string[];
  /** @default "real" */
  readonly rates?: "real" | "off";
  /** How long an uploaded file is worked on. @default 0 */
  readonly fileReadyMs?: number;
  /** How long blocks still refuse a file that is ready. @default 0 */
  readonly fileShownMs?: number;
}

/** A Slack of our own: Web API, upload host, response_url, Socket Mode and signed HTTP, over real sockets. */
export interface SlackEmulator {
  readonly state: SlackState;
  readonly clock: Clock;
  readonly link: SocketLink;
  readonly faults: Faults;
  /** Base of the Web API, with a trailing slash. */
  readonly apiUrl: string;
  readonly origin: string;
  readonly deliver: Deliver;
  /** Where events go in HTTP mode; "" while there is no such place. */
  requestUrl: string;
  /** Calls of one method, oldest first. */
  calls(method: string): readonly { readonly args: Fields; readonly at: number; readonly outcome: string }[];
  close(): Promise<void>;
}

export async function createSlackEmulator(options: EmulatorOptions = {}): Promise<SlackEmulator> {
  const clock = options.clock ?? systemClock;
  const state = new SlackState(clock);
  const link = createSocketLink();
  const faults = createFaults();
  const rates = options.rates === "off" ? noRates : createRates(clock);
  const tokens: Tokens = new Map([
    [BOT_TOKEN, { kind: "bot", scopes: options.scopes ?? MANIFEST_SCOPES }],
    [APP_TOKEN, { kind: "app", scopes: options.appScopes ?? ["connections:write"] }],
  ]);
  const hung = new Set<ServerResponse>();
  let origin = "";

  function contextFor(token: string): MethodContext {
    const issueTicket = () => link.issueTicket(origin);
    const { fileReadyMs = 0, fileShownMs = 0 } = options;
    return { state, clock, token, origin, fileReadyMs, fileShownMs, issueTicket };
  }

  async function api(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const args = await readArgs(request);
    const token = (request.headers.authorization ?? "").replace(/^Bearer ?/, "");
    const record = { method: name, args, at: clock.now(), outcome: "lost" };
    state.calls.push(record);
    const act = (): ApiReply => callMethod(name, args, { tokens, rates, context: contextFor(token) });
    await withFault(name, response, act, (reply) => {
      record.outcome =
        reply.status === 200
          ? reply.body["ok"] === true
            ? "ok"
            : str(reply.body, "error")
          : String(reply.status);
    });
  }

  async function withFault(
    name: string,
    response: ServerResponse,
    act: () => ApiReply | Promise<ApiReply>,
    note: (reply: ApiReply) => void,
  ): Promise<void> {
    const fault = faults.take(name);
    const answer = async () => {
      const reply = await act();
      note(reply);
      return reply;
    };
    if (fault === null || fault.type === "none") return send(response, await answer());
    if (fault.type === "reset-before") return void response.destroy();
    if (fault.type === "hang") return void hung.add(response);
    if (fault.type === "reset-after") {
      await answer();
      return void response.destroy();
    }
    if (fault.type === "status-after") await answer();
    const reply = faultReply(fault);
    if (fault.type !== "status-after") note(reply);
    send(response, reply);
  }

  async function respond(id: string, request: IncomingMessage): Promise<ApiReply> {
    const message = parseJson(await readText(request));
    const target = state.takeResponseUrl(id);
    if (target === null || !isFields(message)) return { status: 404, headers: {}, body: {} };
    const blocks = checkedBlocks(message, contextFor(BOT_TOKEN));
    if ("error" in blocks) return { status: 400, headers: {}, body: { ok: false, ...blocks } };
    // A public answer by response_url would be a second way of posting, which the adapter must never need.
    if (str(message, "response_type") === "in_channel")
      return { status: 400, headers: {}, body: { ok: false } };
    state.addEphemeral({ via: "response_url", ...target, text: str(message, "text"), blocks });
    return { status: 200, headers: {}, body: { ok: true } };
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, area = "", id = ""] = (request.url ?? "/").split("/");
    const ignore = () => undefined;
    if (area === "api") return api(id, request, response);
    if (area === "upload") {
      const act = async () => ({ status: await receiveUpload(id, request, state), headers: {}, body: {} });
      return withFault("upload", response, act, ignore);
    }
    if (area === "response") return withFault("response_url", response, () => respond(id, request), ignore);
    send(response, { status: 404, headers: {}, body: {} });
  }

  const server = createServer((request, response) => {
    route(request, response).catch(() => response.destroy());
  });
  server.on("upgrade", (request, socket, head) => link.upgrade(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;

  const emulator: SlackEmulator = {
    state,
    clock,
    link,
    faults,
    origin,
    apiUrl: `${origin}/api/`,
    requestUrl: "",
    deliver:
      options.transport === "http"
        ? httpDelivery(() => emulator.requestUrl, clock)
        : socketDelivery(link, clock, () => state.nextId("E")),
    calls: (method) => state.calls.filter((call) => call.method === method),
    close: async () => {
      link.close();
      for (const response of hung) response.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return emulator;
}

function faultReply(
  fault: Exclude<Fault, { readonly type: "none" | "reset-before" | "reset-after" | "hang" }>,
): ApiReply {
  switch (fault.type) {
    case "status":
    case "status-after":
      return { status: fault.status, headers: {}, body: { ok: false } };
    case "ratelimit":
      return {
        status: 429,
        headers: { "retry-after": String(fault.seconds) },
        body: { ok: false, error: "ratelimited" },
      };
    case "malformed":
      return { status: 200, headers: { "content-type": "text/html" }, body: { malformed: true } };
    case "bad-file": {
      const errors = ["invalid slack file [json-pointer:/blocks/1/slack_file]"];
      const response_metadata = { messages: errors.map((error) => `[ERROR] ${error}`) };
      return {
        status: 200,
        headers: {},
        body: { ok: false, error: "invalid_blocks", errors, response_metadata },
      };
    }
    case "error":
      return { status: 200, headers: {}, body: { ok: false, error: fault.error } };
  }
}

function send(response: ServerResponse, { status, headers, body }: ApiReply): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body["malformed"] === true ? "<html>upstream error</html>" : JSON.stringify(body));
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = "";
  request.setEncoding("utf8");
  for await (const chunk of request) text += String(chunk);
  return text;
}

async function readArgs(request: IncomingMessage): Promise<Fields> {
  const text = await readText(request);
  if ((request.headers["content-type"] ?? "").includes("json")) {
    const json = parseJson(text);
    return isFields(json) ? json : {};
  }
  return Object.fromEntries(new URLSearchParams(text));
}
