import { once } from "node:events";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";

/** An answer that is not what the caller waits for. All but `status` were acted upon. */
export type AnswerFault =
  | {
      readonly type: "status";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** A string is sent as a page of HTML, anything else as JSON. */
      readonly body: unknown;
      readonly acted: boolean;
    }
  /** Broken in the middle, and announced as whole. */
  | { readonly type: "malformed" }
  /** Announced as whole, and cut off half way. */
  | { readonly type: "truncated" }
  /** Far more than was asked for, without an end announced. */
  | { readonly type: "huge"; readonly bytes: number }
  /** A proxy's page of HTML with status 200. */
  | { readonly type: "page" }
  /** JSON in which every value has another type; another file than a picture. */
  | { readonly type: "wrong-types" };

/** The fewer pieces, the fewer turns of the clock that a flood takes. */
const MIB = 2 ** 20;
const PAGE = "<!doctype html><title>Please wait</title><p>Checking your connection.</p>";

/** Sends the answer, spoilt. `answer` null: there is none to begin with. */
export async function sendSpoilt(
  outgoing: ServerResponse,
  answer: IncomingMessage | null,
  fault: AnswerFault,
): Promise<void> {
  if (fault.type === "status") return sendStatus(outgoing, fault);
  const type = answer?.headers["content-type"] ?? "";
  const status = answer?.statusCode ?? 200;
  const body = answer === null ? Buffer.alloc(0) : await beginningOf(answer, type);
  const send = (bytes: Buffer, announced: number, contentType = type) => {
    const headers: OutgoingHttpHeaders = { "content-type": contentType, connection: "close" };
    // A stream has no length to announce.
    if (!isStream(contentType)) headers["content-length"] = announced;
    outgoing.writeHead(status, headers);
    outgoing.write(bytes);
  };
  const half = body.subarray(0, Math.ceil(body.length / 2));
  switch (fault.type) {
    case "malformed": {
      // A picture of which only the first bytes are right; JSON and events that stop in the middle.
      const isText = type.startsWith("application/json") || isStream(type);
      const broken = isText ? half : Buffer.concat([body.subarray(0, 8), Buffer.alloc(half.length, 0x5a)]);
      send(isStream(type) ? Buffer.concat([broken, Buffer.from("\n\n")]) : broken, broken.length);
      outgoing.end();
      return;
    }
    case "truncated":
      send(half, body.length);
      // Once it has gone out.
      outgoing.write("", () => outgoing.destroy());
      return;
    case "huge":
      return flood(outgoing, status, type, fault.bytes);
    case "page":
      send(Buffer.from(PAGE), PAGE.length, "text/html; charset=utf-8");
      outgoing.end();
      return;
    case "wrong-types": {
      const twisted = twist(body, type);
      send(twisted, twisted.length);
      outgoing.end();
    }
  }
}

const isStream = (type: string) => type.startsWith("text/event-stream");

/** The whole body; of a stream the first event, since it may go on for ever. */
async function beginningOf(answer: IncomingMessage, type: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) {
    if (chunk instanceof Buffer) chunks.push(chunk);
    if (isStream(type)) break;
  }
  return Buffer.concat(chunks);
}

function sendStatus(outgoing: ServerResponse, fault: Extract<AnswerFault, { type: "status" }>): void {
  const isPage = typeof fault.body === "string";
  outgoing.writeHead(fault.status, {
    "content-type": isPage ? "text/html" : "application/json",
    connection: "close",
    ...fault.headers,
  });
  outgoing.end(isPage ? fault.body : JSON.stringify(fault.body));
}

async function flood(outgoing: ServerResponse, status: number, type: string, bytes: number): Promise<void> {
  const left = new AbortController();
  outgoing.on("close", () => left.abort());
  outgoing.on("error", () => {});
  outgoing.writeHead(status, { "content-type": type, connection: "close" });
  outgoing.write(isStream(type) ? "data: " : '{"detail":"');
  const chunk = Buffer.alloc(MIB, "a");
  for (let sent = 0; sent < bytes && !left.signal.aborted; sent += chunk.length) {
    if (outgoing.write(chunk)) continue;
    // Whoever reads may leave in the middle: that is what a cap is for.
    await once(outgoing, "drain", { signal: left.signal }).catch(() => undefined);
  }
  if (!left.signal.aborted) outgoing.end(isStream(type) ? "\n\n" : '"}');
}

function twist(body: Buffer, type: string): Buffer {
  if (isStream(type)) {
    const json = /^data: (.*)$/m.exec(body.toString("utf8"))?.[1] ?? "{}";
    return Buffer.from(`data: ${JSON.stringify(twisted(JSON.parse(json)))}\n\n`);
  }
  if (!type.startsWith("application/json")) return Buffer.from(PAGE);
  return Buffer.from(JSON.stringify(twisted(JSON.parse(body.toString("utf8")))));
}

/** Numbers for texts, texts for numbers, nothing for lists; Slack's `ok` stays what it is, or it would be a refusal. */
function twisted(value: unknown): unknown {
  if (Array.isArray(value)) return null;
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, twisted(inner)]));
  if (typeof value === "string") return value.length;
  return typeof value === "number" ? String(value) : value;
}
