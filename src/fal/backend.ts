import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import type { ImageBackend } from "../core/ports.ts";
import type { Telemetry } from "../core/telemetry.ts";
import { BotError, SubmitNotSent, SubmitUnknown, TakeFailure } from "../errors.ts";
import { backoffMs } from "./backoff.ts";
import { billedFor } from "./billed.ts";
import { CallError } from "./call-error.ts";
import { submitError } from "./errors.ts";
import { createFollow } from "./follow.ts";
import { findInHistory } from "./history.ts";
import { inputFor } from "./models.ts";
import { isRequestId } from "./request-id.ts";
import { createTransport, type FalUrls } from "./transport.ts";

export interface FalBackendOptions {
  /** `id:secret` or a single key, as fal documents both. */
  readonly credentials: string;
  /** Endpoint id, such as `imagineart/imagineart-1.5-pro-preview/text-to-image`. */
  readonly model: string;
  readonly urls: FalUrls;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly timeouts?: FalTimeouts;
}

export interface FalTimeouts {
  /** A whole call, ms. @default 8000 */
  readonly callMs?: number;
  /** A status stream without a byte for so long is given up, ms; fal sends a comment every 15 s. @default 35000 */
  readonly silenceMs?: number;
}

/** An image backend that holds connections. */
export interface FalBackend extends ImageBackend {
  /** Cuts every connection; whoever still follows a take sees it as lost, so abort those first. */
  close(): Promise<void>;
}

// Somebody waits for it, and a cancel may be repeated.
const CANCEL_PATIENCE_MS = 5000;
// fal tells where a request stands as soon as a stream opens.
const FIRST_STATUS_MS = 3000;
// Most pictures are painted by then, so few streams are opened twice.
const NEXT_STATUS_MS = 30_000;

const ENDPOINT_ID = /^[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)+$/;

const ticketSchema = z.looseObject({ request_id: z.string().refine(isRequestId) });

/** Creates the backend over fal's queue. It connects on its first call. @throws BotError `config` for a model that is no endpoint id. */
export function createFalBackend(options: FalBackendOptions): FalBackend {
  const { model, clock } = options;
  if (!ENDPOINT_ID.test(model)) {
    throw new BotError("FAL_MODEL is no endpoint id", {
      code: "config",
      remedy: "Set FAL_MODEL to an id as on the model's page at fal, such as owner/model/text-to-image.",
    });
  }
  const callMs = options.timeouts?.callMs ?? 8000;
  const transport = createTransport({
    credentials: options.credentials,
    urls: options.urls,
    clock,
    telemetry: options.telemetry,
    callMs,
    silenceMs: options.timeouts?.silenceMs ?? 35_000,
  });

  return {
    async submit(order, signal) {
      const input = checkedInput(order);
      if (signal.aborted) throw new SubmitNotSent("Given up before it was sent", { cause: signal.reason });
      const answer = await transport
        .call("submit", signal, (client) => client.queue.submit<string>(model, { input }))
        .catch((error: unknown) => {
          throw submitError(error);
        });
      const ticket = ticketSchema.safeParse(answer.value);
      if (!ticket.success) throw new SubmitUnknown("fal took the request but gave no usable id");
      return { requestId: ticket.data.request_id, endpoint: model };
    },

    follow: createFollow({
      transport,
      clock,
      patience: { firstMs: Math.min(callMs, FIRST_STATUS_MS), nextMs: NEXT_STATUS_MS },
    }),

    async cancel({ requestId, endpoint }) {
      const until = clock.elapsed() + CANCEL_PATIENCE_MS;
      for (let tries = 1; ; tries += 1) {
        try {
          await transport.call("cancel", null, (client) => client.queue.cancel(endpoint, { requestId }));
          return "stopped";
        } catch (error) {
          const refusal = error instanceof CallError ? error.refusal : null;
          // Said to a second try, it may be the first one that has completed it.
          if (refusal?.word === "ALREADY_COMPLETED" && tries === 1) return "too-late";
          const isRefused = refusal !== null && refusal.status < 500 && refusal.status !== 429;
          const pauseMs = backoffMs(tries, 300, 2000);
          if (isRefused || clock.elapsed() + pauseMs > until) return "unknown";
          await clock.sleep(pauseMs);
        }
      }
    },

    billed: (ticket, signal) => billedFor(transport, ticket, signal),

    reconcile: (order, since, taken) => findInHistory({ transport, clock, model }, order, since, taken),

    close: () => transport.close(),
  };
}

function checkedInput(order: Parameters<typeof inputFor>[0]) {
  try {
    return inputFor(order);
  } catch {
    // What zod says would quote the prompt.
    throw new TakeFailure("bad-input", "The order is not one this model takes");
  }
}
