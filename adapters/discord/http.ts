import { openAsBlob } from "node:fs";
import { DiscordAPIError, type RateLimitData, REST, type RouteLike } from "discord.js";
import { FormData } from "undici";
import { LONGEST_LIMIT_MS } from "./limits.ts";
import type { Transport } from "./transport.ts";
import { waitOf } from "./trouble.ts";

/** A file that goes up with a message, straight from the disk. */
export interface Upload {
  readonly path: string;
  readonly fileName: string;
  readonly contentType: string;
}

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
  readonly timeouts: DiscordTimeouts;
  warn(context: object, message: string): void;
}

/** How long a request may take, ms. */
export interface DiscordTimeouts {
  /** The acknowledgement of an interaction. */
  readonly callbackMs: number;
  /** Anything else without files. */
  readonly requestMs: number;
  readonly uploadMs: number;
}

/** Two callbacks fit into three seconds; an upload has time for a big picture on a slow line, and still ends. */
export const TIMEOUTS: DiscordTimeouts = { callbackMs: 1_200, requestMs: 15_000, uploadMs: 120_000 };
/** discord.js counts 50 a second for everything; token routes are outside that limit (topics/rate-limits). */
const TOKEN_ROUTES_PER_SECOND = 500;

export function createDiscordHttp(options: DiscordHttpOptions): DiscordHttp {
  const progress = new Map<string, number>();
  const rejectOnRateLimit = (data: RateLimitData) =>
    progress.has(`${data.method.toLowerCase()} ${data.url}`) || waitOf(data) > LONGEST_LIMIT_MS;
  // No retries of the library's own: it repeats POSTs after a lost answer, and a repeated post is a second message.
  const base = {
    api: options.apiUrl,
    retries: 0,
    rejectOnRateLimit,
    invalidRequestWarningInterval: 500,
    makeRequest: options.transport.makeRequest,
  };
  const callbacks = new REST({ ...base, timeout: options.timeouts.callbackMs });
  const tokens = new REST({
    ...base,
    timeout: options.timeouts.uploadMs,
    globalRequestsPerSecond: TOKEN_ROUTES_PER_SECOND,
  });
  const bot = new REST({ ...base, timeout: options.timeouts.uploadMs }).setToken(options.token);
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
    form.append(
      `files[${index}]`,
      await openAsBlob(upload.path, { type: upload.contentType }),
      upload.fileName,
    );
  }
  return form;
}
