import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Json } from "../../core/model.ts";
import { type Answer, deliver, jsonAnswer } from "../answer.ts";
import type { FaultPoint } from "../faults.ts";
import { parseJson, planFor } from "../plan.ts";
import type { QueuedRequest } from "../request.ts";
import type { Simulation } from "../simulation.ts";
import { addressesOf, applicationOf, resultOf, statusBody } from "../status.ts";
import { streamStatus } from "./stream.ts";

const NOT_FOUND = jsonAnswer(404, { status: "NOT_FOUND" });
const WRONG_METHOD = jsonAnswer(405, { detail: "Method Not Allowed" });

/** queue.fal.run: submit, and everything under `/requests/{id}` for both forms of address. */
export function addQueueRoutes(server: FastifyInstance, simulation: Simulation): void {
  server.route({
    method: ["GET", "POST", "PUT", "DELETE", "PATCH"],
    url: "/*",
    handler: async (request, reply) => {
      const turnedAway = simulation.turnAway(request.headers);
      if (turnedAway !== null) {
        await deliver({ ...common(simulation, reply), fault: null, act: () => turnedAway });
        return reply;
      }
      const path = readPath(request.url);
      if (path === null) await deliver({ ...common(simulation, reply), fault: null, act: () => NOT_FOUND });
      else if (path.type === "endpoint") await submit(simulation, request, reply, path.endpoint);
      else await followUp(simulation, request, reply, path);
      return reply;
    },
  });
}

type QueuePath =
  | { readonly type: "endpoint"; readonly endpoint: string }
  | { readonly type: "request"; readonly application: string; readonly id: string; readonly call: string };

/** fal keys on the id alone: `owner/app/requests/{id}` and `owner/app/path/requests/{id}` are the same. */
function readPath(url: string): QueuePath | null {
  const parts = (url.split("?")[0] ?? "").split("/").filter((part) => part !== "");
  if (parts.length < 2) return null;
  const at = parts.indexOf("requests", 2);
  const id = parts[at + 1];
  if (at < 0) return { type: "endpoint", endpoint: parts.join("/") };
  if (id === undefined) return null;
  const application = applicationOf(parts.slice(0, at).join("/"));
  return { type: "request", application, id, call: parts.slice(at + 2).join("/") };
}

const querySchema = z.object({
  logs: z.string().optional(),
  fal_webhook: z.string().optional(),
  fal_max_queue_length: z.coerce.number().optional(),
});

async function submit(
  simulation: Simulation,
  request: FastifyRequest,
  reply: FastifyReply,
  endpoint: string,
): Promise<void> {
  const text = Buffer.isBuffer(request.body) ? request.body.toString("utf8") : "";
  const parsed = z.json().safeParse(text === "" ? {} : parseJson(text));
  const input = parsed.success ? parsed.data : {};
  const plan = planFor(input);

  const act = (): Answer => {
    if (request.method !== "POST") return WRONG_METHOD;
    const application = applicationOf(endpoint);
    if (!simulation.knows(application)) return unknownApplication(application);
    const { lockReason } = simulation.settings();
    if (lockReason !== null) return jsonAnswer(403, { detail: `User is locked. Reason: ${lockReason}` });
    if (!parsed.success) return jsonAnswer(400, { detail: "Invalid JSON", error_type: "bad_request" });
    const refusal = simulation.refusal(plan, input);
    if (refusal !== null) return refusal;
    const query = querySchema.safeParse(request.query).data;
    if (
      query?.fal_max_queue_length !== undefined &&
      simulation.queue.waiting() >= query.fal_max_queue_length
    ) {
      return jsonAnswer(429, { detail: "Queue is full" });
    }
    const accepted = simulation.queue.accept({
      endpoint,
      input,
      webhookUrl: query?.fal_webhook ?? null,
      startTimeoutMs: startTimeoutMs(request),
    });
    const body = {
      status: "IN_QUEUE",
      request_id: accepted.id,
      ...addressesOf(accepted, baseOf(request)),
      logs: null,
      metrics: {},
      queue_position: simulation.queue.position(accepted) ?? 0,
    };
    return jsonAnswer(200, body, { "x-fal-request-id": accepted.id });
  };
  await deliver({ ...common(simulation, reply), fault: simulation.spoilSubmit(plan, input), act });
}

function unknownApplication(application: string): Answer {
  return jsonAnswer(404, { detail: `Application "${application.split("/")[1]}" not found` });
}

/** A deadline to start, in seconds; the newer header wins. */
function startTimeoutMs(request: FastifyRequest): number | null {
  const value = request.headers["x-fal-request-start-timeout"] ?? request.headers["x-fal-request-timeout"];
  const seconds = Number(value);
  return value === undefined || !Number.isFinite(seconds) || seconds < 0.1 ? null : seconds * 1000;
}

async function followUp(
  simulation: Simulation,
  request: FastifyRequest,
  reply: FastifyReply,
  path: Extract<QueuePath, { readonly type: "request" }>,
): Promise<void> {
  const found = simulation.queue.get(path.id);
  const point = pointOf(path.call);
  const method = point === "cancel" ? "PUT" : "GET";
  if (point === null || request.method !== method) {
    const answer = point === null ? NOT_FOUND : WRONG_METHOD;
    return deliver({ ...common(simulation, reply), fault: null, act: () => answer });
  }
  if (found !== null) simulation.count(point, found);
  const fault = simulation.spoil(point, found);
  if (found === null) {
    const answer = simulation.knows(path.application) ? NOT_FOUND : unknownApplication(path.application);
    return deliver({ ...common(simulation, reply), fault, act: () => answer });
  }

  const query = querySchema.safeParse(request.query).data;
  const logs = query?.logs === "1" && simulation.settings().logs === "available" ? "asked" : "none";
  if (point === "stream") {
    if (simulation.settings().streaming === "none") {
      return deliver({ ...common(simulation, reply), fault, act: () => WRONG_METHOD });
    }
    return streamStatus({ simulation, request: found, reply, base: baseOf(request), logs, fault });
  }
  const act = (): Answer => {
    switch (point) {
      case "status":
        return statusAnswer(simulation, found, baseOf(request), logs);
      case "result":
        return resultAnswer(simulation, found, baseOf(request));
      case "cancel":
        return cancelAnswer(simulation, found);
    }
  };
  return deliver({ ...common(simulation, reply), fault, act });
}

function pointOf(call: string): Extract<FaultPoint, "result" | "status" | "stream" | "cancel"> | null {
  switch (call) {
    case "":
    case "response":
      return "result";
    case "status":
      return "status";
    case "status/stream":
      return "stream";
    case "cancel":
      return "cancel";
    default:
      return null;
  }
}

function statusAnswer(
  simulation: Simulation,
  request: QueuedRequest,
  base: string,
  logs: "none" | "asked",
): Answer {
  const position = simulation.queue.position(request);
  const body = statusBody(request, { base, now: simulation.clock.now(), position, logs });
  return jsonAnswer(body["status"] === "COMPLETED" ? 200 : 202, body, { "x-fal-request-id": request.id });
}

function resultAnswer(simulation: Simulation, request: QueuedRequest, base: string): Answer {
  if (request.finishedAt === null) return jsonAnswer(400, { detail: "Request is still in progress" });
  const result = resultOf(request, base, simulation.studio.sizeOf(request));
  return jsonAnswer(result.status, result.body, result.headers);
}

function cancelAnswer(simulation: Simulation, request: QueuedRequest): Answer {
  const answers: Readonly<Record<ReturnType<Simulation["queue"]["cancel"]>, readonly [number, Json]>> = {
    requested: [202, { status: "CANCELLATION_REQUESTED" }],
    completed: [400, { status: "ALREADY_COMPLETED" }],
    unknown: [404, { status: "NOT_FOUND" }],
  };
  const [status, body] = answers[simulation.queue.cancel(request.id)];
  return jsonAnswer(status, body);
}

function common(simulation: Simulation, reply: FastifyReply) {
  return { reply, clock: simulation.clock, stopping: simulation.stopping };
}

/** Addresses are built from what the caller used, because the port may be another one after a restart. */
export function baseOf(request: FastifyRequest): string {
  return `http://${request.headers.host ?? "127.0.0.1"}`;
}
