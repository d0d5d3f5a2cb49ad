import { fastifyStatic } from "@fastify/static";
import type { FastifyPluginAsync, FastifyReply } from "fastify";
import { z } from "zod";
import { INTENTS } from "../../src/core/model.ts";
import { DeedRefused, type Inbound } from "./inbound.ts";
import { MAX_BODY_BYTES, MAX_TEXT_LENGTH } from "./limits.ts";
import type { WireAnswer, WireState } from "./page/wire.ts";
import { PICTURE_NAME } from "./shelf.ts";
import type { Streams } from "./streams.ts";

const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
} as const;

const id = z.string().min(1).max(100);
const deed = { user: id, deliveryId: z.uuid() };
const schemas = {
  command: z.object({ ...deed, text: z.string().trim().min(1).max(MAX_TEXT_LENGTH) }),
  form: z.object({
    ...deed,
    command: id,
    parentId: id.nullable(),
    messageId: id.nullable(),
    options: z
      .record(z.string().min(1).max(32), z.string().max(MAX_TEXT_LENGTH))
      .refine((options) => Object.keys(options).length <= 25),
  }),
  action: z.object({ ...deed, messageId: id, intent: z.enum(INTENTS), jobId: id }),
  reaction: z.object({
    ...deed,
    messageId: id,
    emoji: z
      .string()
      .max(32)
      .regex(/\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u),
    change: z.enum(["added", "removed"]),
  }),
  dismiss: z.object({ ...deed, messageId: id }),
};
const whoSchema = z.object({ user: id });

export interface RouteOptions {
  readonly inbound: Inbound;
  readonly streams: Streams;
  /** What a person sees; rejects with DeedRefused for somebody unknown. */
  readonly stateFor: (user: string) => Promise<WireState>;
  /** Where the shelf's files are. */
  readonly shelfDirectory: string;
  /** The compiled page. */
  readonly pageDirectory: string;
  /** Throws DeedRefused when this person may not open a stream now. */
  readonly admit: (user: string) => void;
  readonly onFault: (error: unknown) => void;
}

/** The page, what it reads and what it sends. Host and origin checks are the mounting server's. */
export function createRoutes(options: RouteOptions): FastifyPluginAsync {
  const { inbound, streams, stateFor, onFault } = options;

  return async (app) => {
    // Without the text parser a cross-site form cannot post anything without asking first (415).
    app.removeContentTypeParser("text/plain");
    app.addHook("onRequest", async (_request, reply) => {
      reply.headers(HEADERS);
    });
    app.setErrorHandler((error, _request, reply) => {
      const { status, sentence } = explain(error);
      if (status >= 500 && !(error instanceof DeedRefused)) onFault(error);
      return reply.code(status).send({ error: sentence });
    });

    await app.register(fastifyStatic, {
      root: options.pageDirectory,
      wildcard: false,
      globIgnore: ["**/*.ts", "**/*.map", "**/*.json"],
      cacheControl: false,
      setHeaders: (response) => {
        response.setHeader("cache-control", "no-cache");
      },
    });

    app.get<{ Params: { name: string } }>("/pictures/:name", async (request, reply) => {
      const { name } = request.params;
      if (!PICTURE_NAME.test(name)) throw new DeedRefused(404, "There is no such picture.");
      return reply.sendFile(name, options.shelfDirectory, {
        cacheControl: true,
        immutable: true,
        maxAge: "365d",
      });
    });

    app.get<{ Params: { messageId: string; name: string } }>(
      "/documents/:messageId/:name",
      async (request, reply) => {
        const { messageId, name } = request.params;
        const { messages } = await stateFor(whoSchema.parse(request.query).user);
        const documents = messages.find((message) => message.id === messageId)?.view?.documents ?? [];
        const document = documents.find((one) => one.name === name);
        if (document === undefined) throw new DeedRefused(404, "There is no such document.");
        // A download, never a page: the ending is none a browser knows, and it is told not to guess.
        reply.headers({
          "cache-control": "no-store",
          "content-disposition": `attachment; filename="${document.fileName}"`,
        });
        return reply.sendFile(name, options.shelfDirectory, { cacheControl: false });
      },
    );

    app.get("/api/state", async (request, reply) => {
      reply.header("cache-control", "no-store");
      return stateFor(whoSchema.parse(request.query).user);
    });

    app.get("/api/events", async (request, reply) => {
      const { user } = whoSchema.parse(request.query);
      options.admit(user);
      reply.hijack();
      if (!streams.open(user, reply.raw, HEADERS)) reply.raw.writeHead(503).end();
    });

    const post = <T>(path: string, schema: z.ZodType<T>, work: (body: T) => Promise<WireAnswer>) =>
      app.post(path, { bodyLimit: MAX_BODY_BYTES }, async (request, reply: FastifyReply) => {
        reply.header("cache-control", "no-store");
        return work(schema.parse(request.body));
      });
    post("/api/command", schemas.command, inbound.say);
    post("/api/form", schemas.form, inbound.form);
    post("/api/action", schemas.action, inbound.press);
    post("/api/reaction", schemas.reaction, inbound.react);
    post("/api/dismiss", schemas.dismiss, inbound.dismiss);
  };
}

/** A status and a sentence for the page. An exception's own words stay here, unless they were written for people. */
function explain(error: unknown): { readonly status: number; readonly sentence: string } {
  if (error instanceof DeedRefused) return { status: error.status, sentence: error.message };
  if (error instanceof z.ZodError)
    return { status: 400, sentence: "The playground did not understand that." };
  const status =
    error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
      ? error.statusCode
      : 500;
  if (status === 413) return { status, sentence: "That is too long." };
  if (status < 500) return { status, sentence: "The playground did not understand that." };
  return { status: 500, sentence: "Something went wrong on the bot's side. Try again in a little while." };
}
