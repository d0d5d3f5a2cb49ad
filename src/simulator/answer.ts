import { once } from "node:events";
import type { FastifyReply } from "fastify";
import type { Clock } from "../core/clock.ts";
import type { Json } from "../core/model.ts";
import { acts, type Fault } from "./faults.ts";

/** A whole HTTP answer, ready to be sent or spoilt. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** fal's client reads an answer as JSON only when the content type says so. */
export function jsonAnswer(
  status: number,
  body: Json,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: Buffer.from(JSON.stringify(body)),
  };
}

interface Delivery {
  readonly reply: FastifyReply;
  readonly fault: Fault | null;
  /** Does what was asked and says what the answer is. */
  readonly act: () => Answer | Promise<Answer>;
  readonly clock: Clock;
  /** Aborted when the simulator stops. */
  readonly stopping: AbortSignal;
}

const DEFAULT_HUGE_BYTES = 64 * 1024 * 1024;
const DEFAULT_DELAY_MS = 2000;

/** Sends the answer, spoilt if a fault says so. */
export async function deliver(delivery: Delivery): Promise<void> {
  const { reply, fault, act } = delivery;
  if (fault === null) return send(reply, await act());
  const answer = acts(fault) ? await act() : null;
  switch (fault.kind) {
    case "status":
      return send(reply, faultStatus(fault));
    case "reset-before":
    case "reset-after":
      return cut(reply);
    case "hang":
      reply.hijack();
      return;
    case "slow":
      await delivery.clock.sleep(fault.delayMs ?? DEFAULT_DELAY_MS, delivery.stopping);
      return send(reply, answer ?? (await act()));
    case "malformed":
      return send(reply, malformed(answer ?? (await act())));
    case "truncated":
      return truncate(reply, answer ?? (await act()));
    case "huge":
      return flood(reply, answer ?? (await act()), fault.bytes ?? DEFAULT_HUGE_BYTES);
    case "wrong-type":
      return send(reply, htmlAnswer);
  }
}

/** Cuts the connection with a reset, as a dying server or gateway does. */
export function cut(reply: FastifyReply): void {
  reply.hijack();
  reply.raw.socket?.resetAndDestroy();
}

/** The answer of a `status` fault. */
export function faultStatus(fault: Fault): Answer {
  const status = fault.status ?? 500;
  return jsonAnswer(status, fault.body ?? { detail: `Simulated ${status}` }, fault.headers);
}

/** What a proxy's error page looks like. */
export const htmlAnswer: Answer = {
  status: 200,
  headers: { "content-type": "text/html; charset=utf-8" },
  body: Buffer.from("<!doctype html><title>Please wait</title><p>Checking your connection.</p>"),
};

function send(reply: FastifyReply, answer: Answer): void {
  // An unspoilt answer carries its length: a download must be able to tell a broken one.
  reply
    .code(answer.status)
    .headers({ ...answer.headers, "content-length": String(answer.body.length) })
    .send(answer.body);
}

/** Half the JSON, or a picture of which only the first bytes are right. */
function malformed(answer: Answer): Answer {
  const half = Math.floor(answer.body.length / 2);
  if (answer.headers["content-type"] === "application/json") {
    return { ...answer, body: answer.body.subarray(0, half) };
  }
  return { ...answer, body: Buffer.concat([answer.body.subarray(0, 8), Buffer.alloc(half, 0x5a)]) };
}

function truncate(reply: FastifyReply, answer: Answer): void {
  reply.hijack();
  reply.raw.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.length });
  reply.raw.write(answer.body.subarray(0, Math.ceil(answer.body.length / 2)), () => {
    reply.raw.destroy();
  });
}

async function flood(reply: FastifyReply, answer: Answer, bytes: number): Promise<void> {
  reply.hijack();
  const { raw } = reply;
  const closed = new AbortController();
  raw.once("close", () => closed.abort());
  // A write that comes after the reader left is no error of ours.
  raw.on("error", () => {});
  raw.writeHead(answer.status, answer.headers);
  const json = answer.headers["content-type"] === "application/json";
  raw.write(json ? '{"detail":"' : answer.body);
  const chunk = Buffer.alloc(64 * 1024, "a");
  for (let sent = 0; sent < bytes && !closed.signal.aborted; sent += chunk.length) {
    if (raw.write(chunk)) continue;
    // The reader may leave in the middle: that is what a size cap is for.
    await once(raw, "drain", { signal: closed.signal }).catch(() => {});
  }
  if (!closed.signal.aborted) raw.end(json ? '"}' : "");
}
