import { openAsBlob } from "node:fs";
import { DiscordAPIError, type RateLimitData, REST, type RouteLike } from "discord.js";
import { FormData } from "undici";
import { LONGEST_LIMIT_MS } from "./limits.ts";
import { type DiscordTimeouts, TIMEOUTS, type Transport } from "./transport.ts";
import { waitOf } from "./trouble.ts";

/** A file that goes up with a message: straight from the disk, or a text as UTF-8. */
export type Upload = { readonly fileName: string; readonly contentType: string } & (
  | { readonly path: string }
  | { readonly text: string }
);

export interface Call {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  readonly route: RouteLike;
  readonly body?: unknown;
  readonly uploads?: readonly Upload[];
  readonly query?: URLSearchParams;
  /** `progress` is dropped (RateLimitError) where `result` waits for its turn. @default result */
  readonly urgency?: "progress" | "result";
}

/**
 * Requests to Discord, each sent once: who calls knows what a repeat would do. Rate limits are waited out, up to a
 * minute. All throw what discord.js throws; `replyErrorOf` puts that into our words.
 */
export interface DiscordHttp {
  /** The acknowledgement of an interaction; impatient, because it has three seconds. */
  callback(call: Call): Promise<unknown>;
  /** With an interaction's token. */
  token(call: Call): Promise<unknown>;
  /** With the bot's token. */
  bot(call: Call): Promise<unknown>;
  close(): void;
}

export interface DiscordHttpOptions {
  readonly token: string;
  readonly apiUrl: string;
  readonly transport: Transport;
  /** @default TIMEOUTS */
  readonly timeouts?: DiscordTimeouts;
  warn(context: object, message: string): void;
}

/** Token and address as people paste them, without the word and the slashes that do not belong to them. */
export function asPasted({
  token,
  apiUrl,
}: Pick<DiscordHttpOptions, "token" | "apiUrl">): Pick<DiscordHttpOptions, "token" | "apiUrl"> {
  return { token: token.trim().replace(/^Bot\s+/i, ""), apiUrl: apiUrl.replace(/\/+$/, "") };
}

/** discord.js counts 50 a second for everything; token routes are outside that limit (topics/rate-limits). */
const TOKEN_ROUTES_PER_SECOND = 500;
/** How often what is known of idle routes is forgotten, ms. */
const SWEEP_MS = 60_000;

export function createDiscordHttp(options: DiscordHttpOptions): DiscordHttp {
  const { timeouts = TIMEOUTS } = options;
  const progress = new Map<string, number>();
  const rejectOnRateLimit = (data: RateLimitData) =>
    progress.has(`${data.method.toLowerCase()} ${data.url}`) || waitOf(data) > LONGEST_LIMIT_MS;
  // No retries of the library's own: it repeats POSTs after a lost answer, and a repeated post is a second message.
  const base = {
    api: options.apiUrl,
    retries: 0,
    rejectOnRateLimit,
    invalidRequestWarningInterval: 500,
    // Each interaction has routes of its own, and the library would remember them for an hour.
    handlerSweepInterval: SWEEP_MS,
    makeRequest: options.transport.makeRequest,
  };
  const callbacks = new REST({ ...base, timeout: timeouts.callbackMs });
  const tokens = new REST({
    ...base,
    timeout: timeouts.uploadMs,
    globalRequestsPerSecond: TOKEN_ROUTES_PER_SECOND,
  });
  const bot = new REST({ ...base, timeout: timeouts.uploadMs }).setToken(options.token);
  const all = [callbacks, tokens, bot];
  for (const rest of all) {
    rest.on("invalidRequestWarning", (data) =>
      options.warn(
        { count: data.count },
        "Discord refuses many requests; at 10,000 in ten minutes it blocks this address",
      ),
    );
  }

  async function send(rest: REST, call: Call, auth: boolean): Promise<unknown> {
    const uploads = call.uploads ?? [];
    const key = `${call.method} ${options.apiUrl}/v10${call.route}`;
    const droppable = call.urgency === "progress";
    if (droppable) progress.set(key, (progress.get(key) ?? 0) + 1);
    try {
      return await rest[call.method](call.route, {
        auth,
        ...(call.query ? { query: call.query } : {}),
        ...(uploads.length > 0
          ? { body: await formOf(call.body, uploads), passThroughBody: true }
          : call.body === undefined
            ? {}
            : { body: call.body }),
      });
    } catch (error) {
      // discord.js forgets the token for good after one 401, be it a proxy's mistake.
      if (auth && error instanceof DiscordAPIError && error.status === 401) rest.setToken(options.token);
      throw error;
    } finally {
      if (droppable) {
        const left = (progress.get(key) ?? 1) - 1;
        if (left === 0) progress.delete(key);
        else progress.set(key, left);
      }
    }
  }

  return {
    callback: (call) => send(callbacks, call, false),
    token: (call) => send(tokens, call, false),
    bot: (call) => send(bot, call, true),
    close() {
      for (const rest of all) {
        rest.clearHashSweeper();
        rest.clearHandlerSweeper();
      }
    },
  };
}

/** Files are read from the disk while they are sent; discord.js's own `files` would hold each of them whole. */
async function formOf(body: unknown, uploads: readonly Upload[]): Promise<FormData> {
  const form = new FormData();
  form.append("payload_json", JSON.stringify(body));
  for (const [index, upload] of uploads.entries()) {
    const type = upload.contentType;
    const blob =
      "path" in upload ? await openAsBlob(upload.path, { type }) : new Blob([upload.text], { type });
    form.append(`files[${index}]`, blob, upload.fileName);
  }
  return form;
}
