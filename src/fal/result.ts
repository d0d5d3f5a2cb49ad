import type { Clock } from "../core/clock.ts";
import type { Ticket } from "../core/model.ts";
import type { TakeProgress } from "../core/ports.ts";
import { TakeFailure } from "../errors.ts";
import { backoffMs } from "./backoff.ts";
import { isStillRunning } from "./billed.ts";
import { CallError, type Refusal } from "./call-error.ts";
import { failureNamed, failureOfRefusal, failureOfWord, speaksForFal, unitsOf } from "./errors.ts";
import { imageOf, outputSchema } from "./models.ts";
import type { FalStatus } from "./status.ts";
import type { Transport } from "./transport.ts";

type Done = Extract<TakeProgress, { type: "done" }>;

/** How long a result that makes no sense is asked for again, ms: fal keeps it, and whatever garbles it may pass. */
const UNREADABLE_MS = 120_000;

/**
 * What a finished request came to: `done`, after `painted` where it is not to be had at once. Asks until fal answers,
 * with growing pauses, because the picture is paid for.
 * @throws TakeFailure when fal says that it failed or its answer makes no sense for long, or the signal's reason.
 */
export async function* outcomeOf(
  { transport, clock }: { readonly transport: Transport; readonly clock: Clock },
  ticket: Ticket,
  status: FalStatus,
  signal: AbortSignal,
): AsyncGenerator<TakeProgress> {
  const named = failureOfWord(status.error_type);
  if (named !== null) throw failureNamed(named, status.error_type ?? "");
  const failedAtFal = status.error != null && status.error !== "";

  /** When answers began to make no sense; null: the last one did. */
  let unreadableSince: number | null = null;
  for (let failures = 1; ; failures += 1) {
    signal.throwIfAborted();
    let refusal: Refusal | null = null;
    try {
      yield await fetchResult(transport, ticket, signal);
      return;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      refusal = error.refusal;
      if (refusal !== null && isFinal(refusal, failures, failedAtFal)) throw failureOfRefusal(refusal);
      const isUnreadable = error.problem === "garbled" || error.problem === "too-large";
      unreadableSince = isUnreadable ? (unreadableSince ?? clock.elapsed()) : null;
      if (unreadableSince !== null && clock.elapsed() - unreadableSince >= UNREADABLE_MS)
        throw new TakeFailure("picture-unavailable", "fal's result cannot be read", { cause: error });
    }
    if (failures === 1 && !failedAtFal && !(refusal !== null && isStillRunning(refusal)))
      yield { type: "painted" };
    await clock.sleep(pauseMs(refusal, failures), signal);
  }
}

async function fetchResult(transport: Transport, ticket: Ticket, signal: AbortSignal): Promise<Done> {
  const { value, headers } = await transport.call("result", signal, (client) =>
    client.queue.result(ticket.endpoint, { requestId: ticket.requestId }),
  );
  const output = outputSchema.safeParse(value.data);
  // Of another shape altogether it is as unreadable as no JSON; an empty list is an answer.
  if (!output.success) throw new CallError("garbled");
  const image = imageOf(output.data);
  if (image === null)
    throw new TakeFailure("provider-failure", "fal's result holds no picture", {
      billableUnits: unitsOf(headers),
    });
  return { type: "done", image, billableUnits: unitsOf(headers) };
}

// How often a refusal that may be a stumble is asked again before it counts.
const PATIENCE = 4;

function isFinal(refusal: Refusal, failures: number, failedAtFal: boolean): boolean {
  if (isStillRunning(refusal)) return false;
  if (speaksForFal(refusal)) return true;
  switch (refusal.status) {
    case 408:
    case 425:
    case 429:
      return false;
    case 502:
    case 503:
    case 504:
      // A gateway in trouble, unless fal has said already that the request failed: then this is its failure.
      return failedAtFal && failures >= PATIENCE;
    case 401:
    case 403:
    case 404:
      return failures >= PATIENCE;
    default:
      return failedAtFal || refusal.status < 500 || failures >= PATIENCE;
  }
}

function pauseMs(refusal: Refusal | null, failures: number): number {
  if (refusal !== null && isStillRunning(refusal)) return backoffMs(failures, 50, 2000);
  const asked = Number.parseFloat(refusal?.headers.get("retry-after") ?? "") * 1000;
  return Math.max(backoffMs(failures, 300, 10_000), Number.isFinite(asked) ? Math.min(asked, 10_000) : 0);
}
