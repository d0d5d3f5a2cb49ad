import type { Ticket } from "../core/model.ts";
import type { Billed } from "../core/ports.ts";
import { CallError, type Refusal } from "./call-error.ts";
import { speaksForFal, unitsOf } from "./errors.ts";
import type { Transport } from "./transport.ts";

/** What fal billed for an ended request, read from its result. One call; costs nothing. */
export async function billedFor(transport: Transport, ticket: Ticket, signal: AbortSignal): Promise<Billed> {
  try {
    const { headers } = await transport.call("result", signal, (client) =>
      client.queue.result(ticket.endpoint, { requestId: ticket.requestId }),
    );
    return { type: "billed", units: unitsOf(headers) };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return error.refusal === null ? { type: "unknown" } : billedOf(error.refusal);
  }
}

function billedOf(refusal: Refusal): Billed {
  if (isStillRunning(refusal)) return { type: "open" };
  const units = unitsOf(refusal.headers);
  if (units !== null) return units > 0 ? { type: "billed", units } : { type: "free" };
  // fal's own word for a failure, without units: failures are not billed (source: fal's FAQ). A gateway's says nothing.
  return speaksForFal(refusal) ? { type: "free" } : { type: "unknown" };
}

/** A result asked for a moment too early (source: seen in the wild, undocumented). */
export function isStillRunning({ status, detail }: Refusal): boolean {
  return status === 400 && detail !== null && /still in progress/i.test(detail);
}
