import { createHmac } from "node:crypto";
import { request } from "node:http";
import type { Clock } from "../../../src/core/clock.ts";
import { type Fields, parseJson } from "./fields.ts";
import type { SocketLink } from "./socket.ts";
import { SIGNING_SECRET } from "./state.ts";

const DEADLINE_MS = 3000;

/** What became of something Slack sent to the app. */
export interface Delivered {
  /** `unacked`: nothing within three seconds · `refused`: an HTTP status other than 200 · `undelivered`: nobody there. */
  readonly outcome: "acked" | "unacked" | "refused" | "undelivered";
  readonly status: number | null;
  /** The body of the acknowledgement: an object, a text, or null. */
  readonly ack: unknown;
  /** Emulator time from sending to the acknowledgement, ms. */
  readonly tookMs: number;
}

/** Something for the app, before it is put on a wire. */
export interface Parcel {
  readonly kind: "slash_commands" | "interactive" | "events_api";
  readonly payload: Fields;
  readonly retry?: { readonly num: number; readonly reason: string };
}

export type Deliver = (parcel: Parcel) => Promise<Delivered>;

/** Delivery by Socket Mode envelopes. */
export function socketDelivery(link: SocketLink, clock: Clock, nextId: () => string): Deliver {
  return async ({ kind, payload, retry }) => {
    const startedAt = clock.now();
    const envelope = {
      envelope_id: nextId(),
      type: kind,
      payload,
      accepts_response_payload: kind !== "events_api",
      ...(retry && { retry_attempt: retry.num, retry_reason: retry.reason }),
    };
    const late = new AbortController();
    let sent = true;
    const acked = new Promise<unknown>((resolve) => {
      sent = link.send(envelope, resolve);
    });
    if (!sent) return { outcome: "undelivered", status: null, ack: null, tookMs: 0 };
    const nothing = clock.sleep(DEADLINE_MS, late.signal).then(
      () => undefined,
      () => undefined,
    );
    const ack = await Promise.race([acked, nothing]);
    late.abort();
    const tookMs = clock.now() - startedAt;
    if (ack === undefined) return { outcome: "unacked", status: null, ack: null, tookMs };
    return { outcome: "acked", status: null, ack, tookMs };
  };
}

/** The headers Slack signs a body with. @default at now */
export function signed(body: string, secret = SIGNING_SECRET, at = Date.now()): Record<string, string> {
  const seconds = String(Math.floor(at / 1000));
  const hash = createHmac("sha256", secret).update(`v0:${seconds}:${body}`).digest("hex");
  return { "x-slack-signature": `v0=${hash}`, "x-slack-request-timestamp": seconds };
}

/** Sends one request on a connection of its own. */
export function sendHttp(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: "POST", headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on("error", reject);
    });
    sending.on("error", reject);
    sending.end(body);
  });
}

/** A parcel as Slack writes it over HTTP. */
export function httpBody({ kind, payload }: Parcel): { readonly body: string; readonly contentType: string } {
  if (kind === "events_api") return { body: JSON.stringify(payload), contentType: "application/json" };
  const form =
    kind === "slash_commands"
      ? Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)])
      : [["payload", JSON.stringify(payload)]];
  return { body: String(new URLSearchParams(form)), contentType: "application/x-www-form-urlencoded" };
}

/** Delivery by signed HTTP requests. */
export function httpDelivery(requestUrl: () => string, clock: Clock): Deliver {
  return async (parcel) => {
    const startedAt = clock.now();
    const { body, contentType } = httpBody(parcel);
    const retry = parcel.retry && {
      "x-slack-retry-num": String(parcel.retry.num),
      "x-slack-retry-reason": parcel.retry.reason,
    };
    const headers = { "content-type": contentType, ...signed(body), ...retry };
    const url = requestUrl();
    if (url === "") return { outcome: "undelivered", status: null, ack: null, tookMs: 0 };
    const late = new AbortController();
    const answer = sendHttp(url, body, headers).catch(() => null);
    const nothing = clock.sleep(DEADLINE_MS, late.signal).then(
      () => undefined,
      () => undefined,
    );
    const result = await Promise.race([answer, nothing]);
    late.abort();
    const tookMs = clock.now() - startedAt;
    if (result === undefined) return { outcome: "unacked", status: null, ack: null, tookMs };
    if (result === null) return { outcome: "undelivered", status: null, ack: null, tookMs };
    const ack = parseJson(result.body) ?? (result.body === "" ? null : result.body);
    return { outcome: result.status === 200 ? "acked" : "refused", status: result.status, ack, tookMs };
  };
}
