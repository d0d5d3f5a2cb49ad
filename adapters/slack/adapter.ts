import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { App, HTTPReceiver, type Receiver } from "@slack/bolt";
import type { Clock } from "../../src/core/clock.ts";
import type { CommandDefinition } from "../../src/core/command.ts";
import type { Home, InboundSink } from "../../src/core/events.ts";
import type { ReplyRef } from "../../src/core/model.ts";
import type { PlatformAdapter } from "../../src/core/ports.ts";
import type { Telemetry } from "../../src/core/telemetry.ts";
import { BotError } from "../../src/errors.ts";
import { addressOf, permalinkOf, refOf } from "./address.ts";
import { createDirectory } from "./directory.ts";
import { homeView } from "./home.ts";
import { checkScopes, checkTokenKinds, type Identity, identify } from "./identity.ts";
import { listen } from "./inbound.ts";
import { PLATFORM_LIMITS } from "./limits.ts";
import { type SlackLog, sdkLogger } from "./log.ts";
import { EVENTS_PATH, GROUPS_SCOPE, USERS_SCOPE } from "./manifest.ts";
import { createPostLanes, createUpdateBudget } from "./pacing.ts";
import { createPrivateWords } from "./private.ts";
import { createReply, type ReplyParts } from "./reply.ts";
import { createSocketPool, type SocketPool } from "./socket-pool.ts";
import { createUploads } from "./upload.ts";
import { createUserGroups } from "./user-groups.ts";
import { clientOptions, createSlackWeb } from "./web.ts";

export interface SlackAdapterOptions {
  /** xoxb-… */
  readonly botToken: string;
  /** xapp-…; with it Socket Mode is used, whatever else is given. */
  readonly appToken: string | null;
  /** For HTTP mode. */
  readonly signingSecret: string | null;
  /** Base of the Web API, with a trailing slash. */
  readonly apiUrl: string;
  readonly commands: readonly CommandDefinition[];
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly log: SlackLog;
  /** How long one call to Slack may take, ms. @default 15000 */
  readonly timeoutMs?: number;
}

/** Slack, as a platform. */
export interface SlackAdapter extends PlatformAdapter {
  /** Takes `POST /slack/events` in HTTP mode, raw body unread: it checks Slack's signature itself. Null in Socket Mode. */
  readonly httpHandler: ((request: IncomingMessage, response: ServerResponse) => void) | null;
}

const START_PAUSES_MS = [1000, 2000, 5000, 10_000, 30_000] as const;
/** People whose home page is remembered, so that an unchanged one is not published again. */
const HOMES_KEPT = 500;

/** @throws BotError `config` when neither an app token nor a signing secret is given, or a token is of the wrong kind. */
export function createSlackAdapter(options: SlackAdapterOptions): SlackAdapter {
  const { botToken, appToken, signingSecret, apiUrl, clock, telemetry, log } = options;
  const timeoutMs = options.timeoutMs ?? 15_000;
  if (appToken === null && signingSecret === null) {
    throw new BotError("SLACK_BOT_TOKEN is not enough.", {
      code: "config",
      remedy: "Set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) with it.",
    });
  }
  checkTokenKinds(botToken, appToken);

  const web = createSlackWeb({ token: botToken, apiUrl, timeoutMs, clock, log });
  const directory = createDirectory(web, clock);
  const groups = createUserGroups(web, clock, log);
  const replyParts: ReplyParts = {
    web,
    uploads: createUploads(web, clock, timeoutMs),
    lanes: createPostLanes(clock),
    budget: createUpdateBudget(clock),
    clock,
    fault: (error) => telemetry({ type: "fault", where: "slack.note", jobId: null, error }),
    workspaceUrl: async () => (await whoWeAre().catch(() => null))?.url ?? null,
  };
  const published = new Map<string, string>();
  const ended = new AbortController();
  let identity: Promise<Identity> | null = null;
  /** Known from the start on. */
  let workspaceUrl: string | null = null;
  let sink: InboundSink | null = null;
  let pool: SocketPool | null = null;
  let http: HTTPReceiver | null = null;

  /** Asked once, when first needed; a failure is not remembered. */
  function whoWeAre(): Promise<Identity> {
    identity ??= identify(web).catch((error: unknown) => {
      identity = null;
      throw error;
    });
    return identity;
  }

  /** As `whoWeAre`, for as long as Slack cannot be reached. */
  async function introduce(): Promise<Identity> {
    for (let tried = 0; ; tried += 1) {
      try {
        return await whoWeAre();
      } catch (error) {
        if (error instanceof BotError && error.code === "config") throw error;
        log.warn({ tried: tried + 1 }, "Slack cannot be reached; trying again");
        const pause = START_PAUSES_MS[Math.min(tried, START_PAUSES_MS.length - 1)] ?? 30_000;
        await clock.sleep(pause, ended.signal).catch(() => undefined);
        if (ended.signal.aborted) throw new BotError("Slack was stopped while starting.", { code: "misuse" });
      }
    }
  }

  function createApp({ team, botId, botUser, url }: Identity, receiver: Receiver): App {
    // `authorize` instead of `token`: bolt would ask auth.test from its constructor, where a refusal ends the process.
    const app = new App({
      receiver,
      authorize: async () => ({ botToken, botId, botUserId: botUser }),
      clientOptions: clientOptions({ apiUrl, timeoutMs, log }),
      convoStore: false,
      logger: sdkLogger(log),
    });
    listen(app, {
      web,
      words: createPrivateWords({ web, clock, timeoutMs, workspaceUrl: url }),
      telemetry,
      directory,
      groups,
      clock,
      commands: options.commands,
      openReply: (ref) => openReply(ref, async () => {}),
      hand: async (event) => sink?.(event),
      us: () => ({ team, botUser }),
      showHome,
    });
    return app;
  }

  async function showHome(user: string, home: Home): Promise<void> {
    const { url } = await whoWeAre();
    const mark = createHash("sha256").update(JSON.stringify(home)).digest("base64");
    if (published.get(user) === mark) return;
    const view = homeView(home, { now: clock.now(), workspaceUrl: url, people: "named" });
    await web.patiently("views.publish", { user_id: user, view });
    published.delete(user);
    published.set(user, mark);
    const oldest = published.keys().next();
    if (published.size > HOMES_KEPT && oldest.done !== true) published.delete(oldest.value);
  }

  function openReply(ref: ReplyRef, keep: (ref: ReplyRef) => Promise<void>) {
    return createReply(replyParts, ref, keep);
  }

  async function start(to: InboundSink): Promise<void> {
    if (sink !== null || ended.signal.aborted)
      throw new BotError("An adapter is started once.", { code: "misuse" });
    sink = to;
    const me = await introduce();
    workspaceUrl = me.url;
    checkScopes(me);
    if (me.scopes?.includes(USERS_SCOPE) === true) directory.allow(me.team);
    if (me.scopes?.includes(GROUPS_SCOPE) === true) groups.allow();
    if (appToken !== null) {
      const app = createApp(me, NO_RECEIVER);
      pool = createSocketPool({ app, appToken, apiUrl, timeoutMs, clock, log });
      await pool.start().catch(async (error: unknown) => {
        await stop();
        throw error;
      });
    } else {
      const receiver = new HTTPReceiver({
        signingSecret: signingSecret ?? "",
        endpoints: [EVENTS_PATH],
        logger: sdkLogger(log),
      });
      createApp(me, receiver);
      http = receiver;
    }
    log.info({ team: me.team, transport: appToken === null ? "http" : "socket" }, "Slack is connected");
  }

  async function stop(): Promise<void> {
    ended.abort();
    http = null;
    await pool?.stop();
    pool = null;
  }

  function handle(request: IncomingMessage, response: ServerResponse): void {
    if (http === null) return void response.writeHead(503).end();
    try {
      http.requestListener(request, response);
    } catch {
      // Bolt throws for any path and method but its own.
      response.writeHead(404).end();
    }
  }

  return {
    name: "slack",
    limits: PLATFORM_LIMITS,
    start,
    stop,
    connected: () => http !== null || pool?.connected() === true,
    isId: (kind, text) => ID[kind].test(text),
    channelRef: (workspace, channel) => refOf(addressOf(workspace ?? "", { channel, kind: "note" })),
    linkTo: (messageKey) => (workspaceUrl === null ? null : permalinkOf(messageKey, workspaceUrl)),
    openReply,
    httpHandler: appToken === null ? handle : null,
  };
}

/** What ids begin with. Source: docs.slack.dev, object types. */
const ID = { user: /^[UW][A-Z0-9]+$/, channel: /^[CG][A-Z0-9]+$/, role: /^S[A-Z0-9]+$/ } as const;

/** Each Socket Mode connection brings a receiver of its own, so the App's is never used. */
const NO_RECEIVER: Receiver = {
  init: () => undefined,
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};
