import type { IncomingMessage, ServerResponse } from "node:http";
import fastify, { type FastifyInstance, type FastifyPluginAsync } from "fastify";
import { BotError } from "../errors.ts";
import { createGuard, type Exposure, TOKEN_COOKIE } from "./guard.ts";
import type { Metrics } from "./metrics.ts";

export interface WebServer {
  /** Resolves with the address people open. @throws BotError `config` when the port is taken. */
  start(): Promise<string>;
  stop(): Promise<void>;
}

/** Something served beside health and metrics. */
export type Mount =
  | { readonly exposure: Exposure; readonly prefix: string; readonly plugin: FastifyPluginAsync }
  | { readonly exposure: "signed"; readonly path: string; readonly listener: RequestListener };

/** A platform's own request handler: it reads the raw body and checks the signature itself. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface WebServerOptions {
  readonly host: string;
  readonly port: number;
  readonly loopback: boolean;
  readonly token: string | null;
  readonly metrics: Metrics;
  /** Each configured platform and whether its events arrive now. */
  readonly platforms: () => Readonly<Record<string, boolean>>;
  readonly mounts: readonly Mount[];
}

const BODY_LIMIT = 256 * 1024;

/** The HTTP server: health, metrics, the playground, signed routes. Every route says who may use it. */
export function createWebServer(options: WebServerOptions): WebServer {
  const { host, port, loopback, token, metrics } = options;
  const app = fastify({ bodyLimit: BODY_LIMIT, forceCloseConnections: true, logger: false });
  const guard = createGuard({ loopback, token });
  const startedAt = Date.now();

  const scope = (exposure: Exposure, prefix: string, plugin: FastifyPluginAsync) =>
    app.register(async (inner) => {
      protect(inner, exposure);
      await inner.register(plugin, { prefix });
    });

  function protect(inner: FastifyInstance, exposure: Exposure): void {
    inner.addHook("onRequest", async (request, reply) => {
      const url = new URL(request.url, "http://localhost");
      const queryToken = url.searchParams.get("token");
      const answer = guard(exposure, { method: request.method, headers: request.headers, queryToken });
      if (!answer.pass) {
        reply.code(answer.status);
        const isForPeople = request.headers.accept?.includes("text/html") === true;
        if (!isForPeople) return reply.send({ error: answer.sentence });
        return reply.headers(PLAIN_PAGE).send(plainPage(answer.sentence));
      }
      if (queryToken === null || exposure === "open" || exposure === "signed") return undefined;
      // The token leaves the address bar, and with it the history and the referrer.
      url.searchParams.delete("token");
      const cookie = `${TOKEN_COOKIE}=${encodeURIComponent(queryToken)}; Path=/; HttpOnly; SameSite=Strict`;
      return reply.header("set-cookie", cookie).redirect(`${url.pathname}${url.search}`);
    });
  }

  scope("open", "/", async (inner) => {
    inner.get("/healthz", async (_, reply) => {
      const platforms = options.platforms();
      const well = Object.values(platforms).every(Boolean);
      const uptimeSeconds = Math.round((Date.now() - startedAt) / 1000);
      return reply
        .code(well ? 200 : 503)
        .send({ status: well ? "ok" : "starting", uptimeSeconds, platforms });
    });
  });
  scope("local", "/", async (inner) => {
    inner.get("/metrics", async (_, reply) => reply.type(metrics.contentType).send(await metrics.render()));
  });
  for (const mount of options.mounts) {
    if ("plugin" in mount) scope(mount.exposure, mount.prefix, mount.plugin);
    else scope(mount.exposure, "/", passThrough(mount.path, mount.listener));
  }

  return {
    async start() {
      try {
        return await app.listen({ host, port });
      } catch (cause) {
        const taken = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
        const why = taken
          ? `Port ${port} is in use`
          : `The web server cannot listen on ${host}, port ${port}`;
        throw new BotError(`${why}.`, {
          code: "config",
          cause,
          remedy: "Set PORT to another number, or 0 for any free one.",
        });
      }
    },
    stop: () => app.close(),
  };
}

const PLAIN_PAGE = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
} as const;

/** A sentence of our own for whoever opened a page; it holds no markup. */
function plainPage(sentence: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>imagine-bot</title>
<p>${sentence}</p>
</html>
`;
}

/** Hands the raw request over: a signature covers the bytes as they came. */
function passThrough(path: string, listener: RequestListener): FastifyPluginAsync {
  return async (inner) => {
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser("*", (_request, _payload, done) => done(null));
    inner.post(path, (request, reply) => {
      reply.hijack();
      listener(request.raw, reply.raw);
    });
  };
}
