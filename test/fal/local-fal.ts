import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Clock, systemClock } from "../../src/core/clock.ts";
import type { TakeOrder, TakeProgress } from "../../src/core/ports.ts";
import type { Happening } from "../../src/core/telemetry.ts";
import { createFalBackend, type FalBackend, type FalTimeouts } from "../../src/fal/backend.ts";
import { aRequest } from "../support/builders.ts";

export const MODEL = "imagineart/imagineart-1.5-pro-preview/text-to-image";
export const TICKET = { requestId: "req-1", endpoint: MODEL };
export const PICTURE = {
  images: [{ url: "https://v3b.fal.media/files/b/1.png", width: 2048, height: 2048 }],
};

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Answerer = (received: Received, response: ServerResponse) => void;

/** A server that answers as each test likes, with the real backend pointed at it. */
export interface LocalFal {
  readonly url: string;
  readonly backend: FalBackend;
  readonly happenings: readonly Happening[];
  /** Everything received, oldest first. */
  readonly received: readonly Received[];
  submits(): readonly Received[];
  close(): Promise<void>;
}

export async function startLocalFal(
  answer: Answerer,
  { clock = systemClock, timeouts = {} }: { clock?: Clock; timeouts?: FalTimeouts } = {},
): Promise<LocalFal> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
      const one: Received = {
        method: request.method ?? "",
        path: pathname,
        query: searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      received.push(one);
      answer(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${portOf(server.address())}`;
  const happenings: Happening[] = [];
  const backend = createFalBackend({
    credentials: "id:secret",
    model: MODEL,
    urls: { queue: url, rest: url, platform: url },
    clock,
    telemetry: (happening) => happenings.push(happening),
    timeouts,
  });
  return {
    url,
    backend,
    happenings,
    received,
    submits: () => received.filter(({ method }) => method === "POST"),
    close: async () => {
      await backend.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("not listening");
  return address.port;
}

export function json(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** Opens an event stream with some statuses already in it. */
export function stream(response: ServerResponse, ...statuses: readonly object[]): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const status of statuses) response.write(event(status));
}

export function event(status: object): string {
  return `data: ${JSON.stringify(status)}\n\n`;
}

export function anOrder(overrides: Partial<TakeOrder> = {}): TakeOrder {
  return { request: aRequest(), seed: 42, ...overrides };
}

export function never(): AbortSignal {
  return new AbortController().signal;
}

/** Everything a follow tells, to its end. */
export async function all(progress: AsyncIterable<TakeProgress>): Promise<TakeProgress[]> {
  const seen: TakeProgress[] = [];
  for await (const one of progress) seen.push(one);
  return seen;
}

/** What a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it resolved");
}
