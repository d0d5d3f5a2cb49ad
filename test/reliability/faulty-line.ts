import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../../src/core/clock.ts";
import { reservedPort } from "../support/ports.ts";
import { type AnswerFault, sendSpoilt } from "./spoilt-answer.ts";

/** What goes wrong with a call on its way there, or with its answer on the way back. */
export type WireFault =
  | AnswerFault
  /** The connection is reset, before or after the other side acted. */
  | { readonly type: "reset"; readonly acted: boolean }
  /** No answer ever comes. */
  | { readonly type: "hang"; readonly acted: boolean }
  /** Everything is right, and comes late. */
  | { readonly type: "slow"; readonly ms: number }
  /** Everything is right, and something else happens at that moment. */
  | { readonly type: "meanwhile"; readonly what: () => void | Promise<void> };

/** A way to a server on which calls go wrong. Each call has a connection of its own, so that it can be refused one. */
export interface FaultyLine {
  /** Where callers are led to instead. */
  readonly url: string;
  /** Spoils the next `times` calls that fit. Calls are matched as `METHOD /path content-type`, a line break, and the body. */
  spoil(call: RegExp, fault: WireFault, times: number): void;
  /** Refuses connections for so long, ms: at once, or as soon as the next call that fits `after` has its answer. */
  refuse(after: RegExp | null, ms: number): Promise<void>;
  /** How many calls were spoilt or refused. */
  struck(): number;
  /** From now on everything goes well. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

interface Trap {
  readonly call: RegExp;
  readonly fault: WireFault;
  left: number;
}

/** `clock` counts the times of faults. Addresses of the other side in JSON answers are led through the line too. */
export async function openFaultyLine(target: string, clock: Clock): Promise<FaultyLine> {
  const traps = new Set<Trap>();
  const hung = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  let struck = 0;
  let shutAfter: { readonly call: RegExp; readonly ms: number } | null = null;
  let reopening = new AbortController();
  const server = createServer((incoming, outgoing) => {
    take(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const listen = async (port: number): Promise<void> => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const port = await listenSomewhere(listen);
  const url = `http://127.0.0.1:${port}`;

  /** Takes no more connections. Those there are end with their answers. */
  function shut(ms: number): void {
    if (!server.listening) return;
    struck += 1;
    server.close();
    reopening = new AbortController();
    clock.sleep(ms, reopening.signal).then(open, () => undefined);
  }

  async function open(): Promise<void> {
    reopening.abort();
    if (!server.listening) await listen(port);
  }

  function trapFor(line: string): Trap | null {
    const trap = [...traps].find(({ call }) => call.test(line)) ?? null;
    if (trap === null) return null;
    trap.left -= 1;
    if (trap.left === 0) traps.delete(trap);
    return trap;
  }

  async function take(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await whole(incoming);
    const head = `${incoming.method} ${incoming.url} ${incoming.headers["content-type"] ?? ""}`;
    const call = `${head}\n${body.toString("latin1")}`;
    const fault = trapFor(call)?.fault ?? null;
    if (shutAfter?.call.test(call)) {
      // Before the answer is out, or the next call might be quicker.
      shut(shutAfter.ms);
      shutAfter = null;
    }
    if (fault === null) return pass(await forward(incoming, body), outgoing);
    struck += 1;
    switch (fault.type) {
      case "reset":
        if (fault.acted) await whole(await forward(incoming, body));
        outgoing.socket?.resetAndDestroy();
        return;
      case "hang":
        if (fault.acted) await whole(await forward(incoming, body));
        hung.add(outgoing);
        return;
      case "slow":
        await clock.sleep(fault.ms);
        return pass(await forward(incoming, body), outgoing);
      case "meanwhile":
        await fault.what();
        return pass(await forward(incoming, body), outgoing);
      case "status":
        if (fault.acted) await whole(await forward(incoming, body));
        return sendSpoilt(outgoing, null, fault);
      default:
        return sendSpoilt(outgoing, await forward(incoming, body), fault);
    }
  }

  function forward(incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
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
      incoming.socket.on("close", () => onward.destroy());
      onward.end(body);
    });
  }

  async function pass(answer: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const headers = { ...answer.headers, connection: "close" };
    if (!(answer.headers["content-type"] ?? "").startsWith("application/json")) {
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
    spoil: (call, fault, times) => void traps.add({ call, fault, left: times }),
    async refuse(after, ms) {
      if (after === null) shut(ms);
      else shutAfter = { call: after, ms };
    },
    struck: () => struck,
    async clear() {
      traps.clear();
      shutAfter = null;
      for (const response of hung) response.destroy();
      hung.clear();
      await open();
    },
    async close() {
      reopening.abort();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** @returns the port */
async function listenSomewhere(listen: (port: number) => Promise<void>): Promise<number> {
  for (;;) {
    const port = reservedPort();
    try {
      await listen(port);
      return port;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    }
  }
}

async function whole(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (chunk instanceof Buffer) chunks.push(chunk);
  return Buffer.concat(chunks);
}
