import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import type { Json } from "../../core/model.ts";
import { type Answer, deliver, jsonAnswer } from "../answer.ts";
import type { QueuedRequest } from "../request.ts";
import type { Simulation } from "../simulation.ts";
import { applicationOf, failureIn, resultOf } from "../status.ts";
import { baseOf } from "./queue.ts";

/** US dollars per picture of `imagineart/imagineart-1.5-pro-preview`, from fal's price list. */
const UNIT_PRICE = 0.045;
const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_PRICES = 50;

/** api.fal.ai: request history, prices, meta; and rest.fal.ai's key set. */
export function addPlatformRoutes(server: FastifyInstance, simulation: Simulation): void {
  const answerWith = async (reply: FastifyReply, answer: Answer): Promise<FastifyReply> => {
    await deliver({
      reply,
      fault: null,
      act: () => answer,
      clock: simulation.clock,
      stopping: simulation.stopping,
    });
    return reply;
  };

  server.get("/v1/models/requests/by-endpoint", async (request, reply) => {
    const turnedAway = simulation.turnAway(request.headers);
    if (turnedAway !== null) return answerWith(reply, UNAUTHORIZED);
    await deliver({
      reply,
      fault: simulation.spoil("history", null),
      act: () => historyAnswer(simulation, request.query, baseOf(request)),
      clock: simulation.clock,
      stopping: simulation.stopping,
    });
    return reply;
  });

  server.get("/v1/models/pricing", async (request, reply) => {
    if (simulation.turnAway(request.headers) !== null) return answerWith(reply, UNAUTHORIZED);
    await deliver({
      reply,
      fault: simulation.spoil("pricing", null),
      act: () => pricingAnswer(simulation, request.query),
      clock: simulation.clock,
      stopping: simulation.stopping,
    });
    return reply;
  });

  server.get("/v1/meta", async (_request, reply) =>
    answerWith(reply, jsonAnswer(200, { webhook_ip_ranges: ["127.0.0.1/32"] })),
  );
  server.get("/.well-known/jwks.json", async (_request, reply) =>
    answerWith(reply, jsonAnswer(200, simulation.webhooks.keySet())),
  );
}

/** Undocumented at fal is what becomes of an unknown endpoint among known ones; here it is left out. */
function pricingAnswer(simulation: Simulation, rawQuery: unknown): Answer {
  const query = z.object({ endpoint_id: listSchema }).safeParse(rawQuery);
  if (!query.success || query.data.endpoint_id.length > MAX_PRICES)
    return problem(400, "validation_error", "endpoint_id names 1 to 50 endpoints");
  const listed = query.data.endpoint_id.filter((endpoint) => simulation.knows(applicationOf(endpoint)));
  if (listed.length === 0) return problem(404, "not_found", "Resource not found");
  const prices = listed.map((endpoint_id) => ({
    endpoint_id,
    unit_price: UNIT_PRICE,
    unit: "image",
    currency: "USD",
  }));
  return jsonAnswer(200, { prices, next_cursor: null, has_more: false });
}

/** Repeated or comma-separated. */
const listSchema = z
  .union([z.string(), z.array(z.string())])
  .transform((value) =>
    (Array.isArray(value) ? value : [value]).flatMap((part) => part.split(",")).filter((part) => part !== ""),
  )
  .pipe(z.array(z.string()).min(1));

const momentSchema = z
  .string()
  .transform((text) => Date.parse(text))
  .pipe(z.number());

const historySchema = z.object({
  endpoint_id: listSchema,
  start: momentSchema.optional(),
  end: momentSchema.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().optional(),
  status: z.enum(["success", "error", "user_error"]).optional(),
  request_id: z.string().optional(),
  expand: z.union([z.string(), z.array(z.string())]).optional(),
});

/**
 * Newest end first. Undocumented at fal is which time `start` and `end` are compared with, so an item is listed
 * only when both its sending and its end lie within: a caller who finds it here finds it either way.
 */
function historyAnswer(simulation: Simulation, rawQuery: unknown, base: string): Answer {
  const parsed = historySchema.safeParse(rawQuery);
  if (!parsed.success) return problem(400, "validation_error", "The query is not valid");
  const query = parsed.data;
  const now = simulation.clock.now();
  const span = query.request_id === undefined ? DAY_MS : 90 * DAY_MS;
  const start = query.start ?? now - span;
  const end = query.end ?? now;
  const listed = simulation.queue
    .all()
    .filter((request) => query.endpoint_id.includes(request.endpoint))
    .filter((request) => query.request_id === undefined || query.request_id === request.id)
    .filter((request) => isListed(simulation, request, now))
    .filter((request) => request.acceptedAt >= start && (request.finishedAt ?? request.acceptedAt) <= end)
    .filter((request) => query.status === undefined || query.status === verdictOf(request))
    .sort((a, b) => (b.finishedAt ?? now) - (a.finishedAt ?? now));
  const from = pageOf(query.cursor) * query.limit;
  const page = listed.slice(from, from + query.limit);
  const more = from + query.limit < listed.length;
  const payloads = [query.expand ?? []].flat().some((part) => part.split(",").includes("payloads"));
  return jsonAnswer(200, {
    items: page.map((request) => itemOf(simulation, request, base, payloads ? "payloads" : "bare")),
    next_cursor: more ? Buffer.from(String(pageOf(query.cursor) + 1)).toString("base64") : null,
    has_more: more,
  });
}

function isListed(simulation: Simulation, request: QueuedRequest, now: number): boolean {
  const { historyDelayMs, historyListsRunning } = simulation.settings();
  const since = historyListsRunning ? request.acceptedAt : request.finishedAt;
  return since !== null && now >= since + historyDelayMs;
}

function verdictOf(request: QueuedRequest): "success" | "error" | "user_error" | null {
  if (request.finishedAt === null) return null;
  const status = failureIn(request)?.status ?? 200;
  return status < 400 ? "success" : status < 500 ? "user_error" : "error";
}

function itemOf(
  simulation: Simulation,
  request: QueuedRequest,
  base: string,
  expand: "payloads" | "bare",
): Json {
  const { startedAt, finishedAt } = request;
  const result = finishedAt === null ? null : resultOf(request, base, simulation.studio.sizeOf(request));
  return {
    request_id: request.id,
    endpoint_id: request.endpoint,
    sent_at: iso(request.acceptedAt),
    started_at: iso(startedAt),
    ended_at: iso(finishedAt),
    status_code: result?.status ?? null,
    duration: startedAt === null || finishedAt === null ? null : (finishedAt - startedAt) / 1000,
    ...(expand === "payloads" ? { json_input: request.input, json_output: result?.body ?? null } : {}),
  };
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** fal's cursors are a page number in base64. */
function pageOf(cursor: string | undefined): number {
  const page = cursor === undefined ? 0 : Number(Buffer.from(cursor, "base64").toString("utf8"));
  return Number.isInteger(page) && page > 0 ? page : 0;
}

function problem(status: number, type: string, message: string): Answer {
  return jsonAnswer(status, {
    error: {
      type,
      message,
      docs_url: "https://docs.fal.ai/platform-apis/errors",
      request_id: "simulated",
    },
  });
}

const UNAUTHORIZED = problem(401, "authorization_error", "Authentication required");
