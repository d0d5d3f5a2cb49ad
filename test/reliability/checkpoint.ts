import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * What happens to the next call that fits. `never-arrives`: the other side does not get it · `answer-withheld`: it
 * acts, and its answer is kept back · `half-answered`: half of the answer's body comes · `passes`: nothing, it is only told.
 */
export type Stop = "never-arrives" | "answer-withheld" | "half-answered" | "passes";

/** A place between the product and somebody outside, where calls can be made to stand still. */
export interface Checkpoint {
  /** Where the product is led to instead. */
  readonly url: string;
  /** Stops the next call that fits, once; resolves when it is there (and, where that is asked, acted upon). */
  reached(call: RegExp, stop: Stop): Promise<void>;
  close(): Promise<void>;
}

interface Trap {
  readonly call: RegExp;
  readonly stop: Stop;
  readonly tell: () => void;
}

/**
 * Calls are matched as `METHOD /path content-type`, a line break, and the body. Addresses of the other side in JSON
 * answers are led through the checkpoint too.
 */
export async function openCheckpoint(target: string): Promise<Checkpoint> {
  const traps = new Set<Trap>();
  const server = createServer((incoming, outgoing) => {
    take(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function take(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await whole(incoming);
    const head = `${incoming.method} ${incoming.url} ${incoming.headers["content-type"] ?? ""}`;
    const line = `${head}\n${body.toString("latin1")}`;
    const trap = [...traps].find(({ call }) => call.test(line));
    if (trap !== undefined) traps.delete(trap);
    if (trap?.stop === "never-arrives") return trap.tell();
    const answer = await forward(incoming, body, outgoing);
    if (trap === undefined || trap.stop === "passes") {
      trap?.tell();
      return pass(answer, outgoing);
    }
    const bytes = await whole(answer);
    if (trap.stop === "half-answered") {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.write(bytes.subarray(0, Math.floor(bytes.length / 2)));
    }
    trap.tell();
  }

  function forward(
    incoming: IncomingMessage,
    body: Buffer,
    outgoing: ServerResponse,
  ): Promise<IncomingMessage> {
    const { "transfer-encoding": _chunked, connection: _kept, ...headers } = incoming.headers;
    if (body.length > 0) headers["content-length"] = String(body.length);
    return new Promise((resolve, reject) => {
      const { method } = incoming;
      const onward = request(`${target}${incoming.url}`, {
        headers,
        agent: false,
        ...(method && { method }),
      });
      onward.on("response", resolve).on("error", reject);
      outgoing.on("close", () => onward.destroy());
      onward.end(body);
    });
  }

  async function pass(answer: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { connection: _kept, ...headers } = answer.headers;
    if (!(headers["content-type"] ?? "").startsWith("application/json")) {
      outgoing.writeHead(answer.statusCode ?? 502, headers);
      answer.on("error", () => outgoing.destroy()).pipe(outgoing);
      return;
    }
    const text = (await whole(answer)).toString("utf8").replaceAll(target, url);
    const { "transfer-encoding": _chunked, ...sized } = headers;
    outgoing.writeHead(answer.statusCode ?? 502, { ...sized, "content-length": Buffer.byteLength(text) });
    outgoing.end(text);
  }

  return {
    url,
    reached: (call, stop) => new Promise((tell) => traps.add({ call, stop, tell })),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function whole(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (chunk instanceof Buffer) chunks.push(chunk);
  return Buffer.concat(chunks);
}
