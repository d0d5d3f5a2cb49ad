import { STATUS_CODES } from "node:http";
import type { RESTOptions } from "discord.js";
import { Agent, type Dispatcher, FormData, Headers, request } from "undici";
import { underSignals } from "../../src/core/signals.ts";

/** How requests reach Discord: with one version of undici for client, sockets and forms. */
export interface Transport {
  /** For discord.js's REST clients. */
  readonly makeRequest: RESTOptions["makeRequest"];
  /** Cuts every socket. */
  close(): Promise<void>;
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

const CONNECT_MS = 5_000;
/** A hundred messages with everything in them stay far below. */
const MOST_BYTES = 8 * 1024 * 1024;
const METHODS: readonly Dispatcher.HttpMethod[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/**
 * discord.js's own undici would use whatever dispatcher another part of the process has made global, and a newer
 * one cannot read its forms: uploads then fail. So both come from here. A request without files ends after `requestMs`;
 * an upload has the time its REST client gives it.
 */
export function createTransport({ requestMs }: DiscordTimeouts = TIMEOUTS): Transport {
  const agent = new Agent({ connect: { timeout: CONNECT_MS } });
  return {
    async makeRequest(url, init) {
      const form = init.body instanceof FormData ? init.body : null;
      // A stuck edit must not hold its reply as long as an upload may take.
      const signals = form === null ? [AbortSignal.timeout(requestMs)] : [];
      if (init.signal) signals.push(init.signal);
      const { answer, bytes } = await underSignals(signals, async (signal) => {
        const answer = await request(url, {
          method: METHODS.find((one) => one === init.method?.toUpperCase()) ?? "GET",
          headers: Object.fromEntries(new Headers(plain(init.headers))),
          body: form ?? (typeof init.body === "string" ? init.body : null),
          signal,
          dispatcher: agent,
        });
        // Read to its end: an answer nobody reads keeps its socket.
        return { answer, bytes: await readWhole(answer.body) };
      });
      const { statusCode } = answer;
      return {
        body: null,
        bodyUsed: true,
        headers: new Headers(plain(answer.headers)),
        status: statusCode,
        statusText: STATUS_CODES[statusCode] ?? "",
        ok: statusCode >= 200 && statusCode < 300,
        arrayBuffer: async () => new Uint8Array(bytes).buffer,
        json: async () => JSON.parse(bytes.toString("utf8")),
        text: async () => bytes.toString("utf8"),
      };
    },
    close: () => agent.destroy(),
  };
}

/** @throws Error when it is more than any answer of Discord's. */
async function readWhole(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) throw new Error("The answer is far too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** discord.js hands plain objects over, undici gives plain objects back; a repeated header is joined. */
function plain(headers: object | null | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]: [string, unknown]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : String(value)]],
    ),
  );
}
