import type { FastifyReply } from "fastify";
import type { Json } from "../../core/model.ts";
import { underSignals } from "../../core/signals.ts";
import { cut, deliver, faultStatus, htmlAnswer } from "../answer.ts";
import type { Fault } from "../faults.ts";
import { type QueuedRequest, stateOf } from "../request.ts";
import type { Simulation } from "../simulation.ts";
import { statusBody } from "../status.ts";

interface StreamParts {
  readonly simulation: Simulation;
  readonly request: QueuedRequest;
  readonly reply: FastifyReply;
  readonly base: string;
  readonly logs: "none" | "asked";
  readonly fault: Fault | null;
}

const HUGE_BYTES = 64 * 1024 * 1024;

/** Server-sent statuses: one event for each change, a comment line in silence, the end after COMPLETED. */
export async function streamStatus(parts: StreamParts): Promise<void> {
  const { simulation, reply, fault } = parts;
  switch (fault?.kind) {
    case "reset-before":
      return cut(reply);
    case "status":
    case "wrong-type": {
      const answer = fault.kind === "status" ? faultStatus(fault) : htmlAnswer;
      return deliver({
        reply,
        fault: null,
        act: () => answer,
        clock: simulation.clock,
        stopping: simulation.stopping,
      });
    }
    case "slow":
      await simulation.clock.sleep(fault.delayMs ?? 2000, simulation.stopping);
      break;
    default:
      break;
  }
  openStream(parts);
}

function openStream(parts: StreamParts): void {
  const { simulation, request, reply, fault } = parts;
  reply.hijack();
  const { raw } = reply;
  // The reader may leave at any moment; a write that comes too late is no error of ours.
  raw.on("error", () => {});
  raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  raw.flushHeaders();
  if (fault?.kind === "hang") return;

  const next = eventsOf(parts);
  const push = () => {
    const event = raw.writableEnded || raw.destroyed ? null : next();
    if (event === null) return;
    if (fault === null || fault.kind === "slow") raw.write(`data: ${event}\n\n`);
    else spoil(reply, event, fault);
    if (stateOf(request) === "COMPLETED" && !raw.writableEnded) raw.end();
  };

  push();
  const unsubscribe = simulation.queue.onChange(push);
  const closed = new AbortController();
  raw.once("close", () => {
    unsubscribe();
    closed.abort();
  });
  commentWhileOpen(parts, closed.signal).catch(() => {}); // the stream has closed
}

/** Spoils the first event, which is also the last. */
function spoil({ raw }: FastifyReply, event: string, fault: Fault): void {
  switch (fault.kind) {
    case "malformed":
      raw.end(`data: ${event.slice(0, event.length / 2)}\n\n`);
      return;
    case "huge":
      raw.end(`data: {"detail":"${"a".repeat(fault.bytes ?? HUGE_BYTES)}"}\n\n`);
      return;
    case "reset-after":
      // Not a reset: that could overtake the event itself.
      raw.write(`data: ${event}\n\n`, () => raw.destroy());
      return;
    default:
      raw.end(`data: ${event}\n\n`);
  }
}

/** Keeps proxies from closing a silent stream, every 15 s as fal does. */
function commentWhileOpen({ simulation, reply }: StreamParts, closed: AbortSignal): Promise<void> {
  return underSignals([closed, simulation.stopping], async (signal) => {
    for (;;) {
      await simulation.clock.sleep(simulation.streamCommentMs, signal);
      if (reply.raw.writableEnded) return;
      reply.raw.write(": ping\n\n");
    }
  });
}

/** The next event's JSON, or null while nothing has changed. */
function eventsOf({ simulation, request, base, logs }: StreamParts): () => string | null {
  let lastSeen = "";
  let logsSent = 0;
  return () => {
    const position = simulation.queue.position(request);
    const body = statusBody(request, { base, now: simulation.clock.now(), position, logs });
    const seen = JSON.stringify(body);
    if (seen === lastSeen) return null;
    lastSeen = seen;
    const lines = body["logs"];
    if (!Array.isArray(lines) || simulation.settings().streamLogs === "cumulative") return seen;
    const fresh: Json = lines.slice(logsSent);
    logsSent = lines.length;
    return JSON.stringify({ ...body, logs: fresh });
  };
}
