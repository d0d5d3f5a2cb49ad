import { fileURLToPath } from "node:url";
import { fastifyStatic } from "@fastify/static";
import type { FastifyPluginAsync } from "fastify";
import { createOverviewReader } from "../../core/overview-reader.ts";
import type { JobStore } from "../../core/ports.ts";
import { type DashboardSources, readDashboard } from "./dashboard.ts";
import { createPresence } from "./presence.ts";

const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
} as const;

export interface AdminOptions extends Omit<DashboardSources, "overview" | "presence"> {
  readonly store: Pick<JobStore, "history">;
  /** Each configured platform and whether its events arrive now. */
  readonly platforms: () => Readonly<Record<string, boolean>>;
  readonly onFault: (error: unknown) => void;
  /** The compiled page. @default beside this file */
  readonly pageDirectory?: string;
}

/** The owner's dashboard: a page and the one JSON it shows. Names and prompts are in it: mount it behind the token. */
export function createAdmin(options: AdminOptions): FastifyPluginAsync {
  const { onFault } = options;
  const presence = createPresence(options);
  const sources = { ...options, presence, overview: createOverviewReader(options) };
  const closing = new AbortController();

  return async (app) => {
    app.addHook("onReady", async () => {
      void presence.watch(closing.signal);
    });
    app.addHook("onClose", async () => closing.abort());
    app.addHook("onRequest", async (_request, reply) => {
      reply.headers(HEADERS);
    });
    app.setErrorHandler((error, _request, reply) => {
      onFault(error);
      return reply.code(503).send({ error: "The bot cannot read its records at the moment." });
    });

    await app.register(fastifyStatic, {
      root: options.pageDirectory ?? fileURLToPath(new URL("./page/", import.meta.url)),
      wildcard: false,
      index: false,
      globIgnore: ["**/*.ts", "**/*.map", "**/*.json"],
      cacheControl: false,
      setHeaders: (response) => {
        response.setHeader("cache-control", "no-cache");
      },
    });
    // The page names its files relative to itself, so its own address must end in a slash.
    const lastPart = app.prefix.slice(app.prefix.lastIndexOf("/") + 1);
    app.get("/", { prefixTrailingSlash: "no-slash" }, async (_request, reply) =>
      reply.redirect(`${lastPart}/`),
    );
    app.get("/", { prefixTrailingSlash: "slash" }, async (_request, reply) => reply.sendFile("index.html"));
    app.get("/data", async (_request, reply) => {
      reply.header("cache-control", "no-store");
      return readDashboard(sources);
    });
  };
}
