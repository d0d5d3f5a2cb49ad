import type { Clock } from "../core/clock.ts";
import type { Ticket } from "../core/model.ts";
import type { TakeProgress } from "../core/ports.ts";
import { TakeFailure } from "../errors.ts";
import { backoffMs } from "./backoff.ts";
import { CallError } from "./call-error.ts";
import { failureOfRefusal } from "./errors.ts";
import { createPacing } from "./pace.ts";
import { requestUrl } from "./request-url.ts";
import { outcomeOf } from "./result.ts";
import { createStatusReader, type FalStatus, phaseOf, statusSchema } from "./status.ts";
import { type Patience, readStatuses } from "./status-stream.ts";
import type { Transport } from "./transport.ts";

export interface FollowOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** How long a stream may say nothing. */
  readonly patience: Patience;
}

// Answers in a row that may be a stumble (a ticket not listed yet, a key service in trouble) before they count.
const PATIENCE = 5;
const LONGEST_PAUSE_MS = 10_000;
// A stream that held for so long was a good one: the next is opened at once.
const GOOD_STREAM_MS = 2000;
const NO_STREAMS_MS = 60_000;

/** Follows takes to their end: by fal's status stream, and by polling for as long as no stream can be had. */
export function createFollow(options: FollowOptions) {
  const { transport, clock } = options;
  const pacing = createPacing();
  // Where streams are not offered at all, the next takes need not find out for themselves.
  let noStreamsUntil = 0;

  async function* streamed(ticket: Ticket, signal: AbortSignal): AsyncGenerator<FalStatus> {
    const stream = await transport.open(
      "status-stream",
      `${requestUrl(ticket)}/status/stream?logs=1`,
      signal,
    );
    yield* readStatuses(stream, clock, options.patience);
  }

  async function polled(ticket: Ticket, signal: AbortSignal): Promise<FalStatus | null> {
    const { value } = await transport.call("status", signal, (client) =>
      client.queue.status(ticket.endpoint, { requestId: ticket.requestId, logs: true }),
    );
    return statusSchema.safeParse(value).data ?? null;
  }

  return async function* follow(ticket: Ticket, signal: AbortSignal): AsyncGenerator<TakeProgress> {
    const reader = createStatusReader();
    const pace = pacing.start(clock.elapsed());
    const stumbles = createStumbles();
    let badStreams = 0;
    let streamAt = Math.max(clock.elapsed(), noStreamsUntil);
    let pollAt = clock.elapsed() + pace.next(clock.elapsed());

    /** Takes a status in; says what is new in it. */
    function take(status: FalStatus): TakeProgress | null {
      const phase = phaseOf(status);
      if (phase !== null && phase !== "missing") stumbles.forget();
      if (phase === "working") pace.working(clock.elapsed());
      if (phase === "finished") pace.finished(clock.elapsed());
      return reader.read(status);
    }

    async function* byStream(): AsyncGenerator<TakeProgress, FalStatus | null> {
      const openedAt = clock.elapsed();
      let heard = 0;
      pace.called();
      try {
        for await (const status of streamed(ticket, signal)) {
          heard += 1;
          const progress = take(status);
          if (progress !== null) yield progress;
          if (phaseOf(status) === "finished") return status;
        }
      } catch (error) {
        // Whatever broke the stream, a poll says what to make of it.
        if (!(error instanceof CallError)) throw error;
        // One that hangs is worse than none: there are no polls while it is waited for.
        const hung = heard === 0 && clock.elapsed() - openedAt >= options.patience.firstMs;
        if (hung || isNotOffered(error)) noStreamsUntil = clock.elapsed() + NO_STREAMS_MS;
      }
      const wasGood = heard > 0 && clock.elapsed() - openedAt >= GOOD_STREAM_MS;
      badStreams = wasGood ? 0 : badStreams + 1;
      const pauseMs = badStreams === 0 ? 0 : backoffMs(badStreams, 1000, LONGEST_PAUSE_MS);
      streamAt = Math.max(clock.elapsed() + pauseMs, noStreamsUntil);
      return null;
    }

    async function* byPoll(): AsyncGenerator<TakeProgress, FalStatus | null> {
      pace.called();
      try {
        const status = await polled(ticket, signal);
        const phase = status === null ? null : phaseOf(status);
        if (status === null || phase === null || phase === "missing") {
          pollAt = clock.elapsed() + stumbles.count(phase === "missing" ? "missing" : "unreadable");
          return null;
        }
        const progress = take(status);
        if (progress !== null) yield progress;
        if (phase === "finished") return status;
        pollAt = clock.elapsed() + pace.next(clock.elapsed());
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        pollAt = clock.elapsed() + stumbles.meet(error);
      }
      return null;
    }

    for (let finished: FalStatus | null = null; ; ) {
      signal.throwIfAborted();
      if (clock.elapsed() >= streamAt) {
        finished = yield* byStream();
        if (finished === null) pollAt = Math.min(pollAt, clock.elapsed() + pace.next(clock.elapsed()));
      } else if (clock.elapsed() >= pollAt) {
        finished = yield* byPoll();
      }
      if (finished !== null) {
        yield* outcomeOf({ transport, clock }, ticket, finished, signal);
        return;
      }
      await clock.sleep(Math.max(0, Math.min(pollAt, streamAt) - clock.elapsed()), signal);
    }
  };
}

/** Refused as such, rather than in trouble; a ticket or key in doubt says nothing about streams. */
function isNotOffered({ problem, status }: CallError): boolean {
  if (problem === "garbled") return true;
  return status !== null && status >= 400 && status < 500 && ![401, 403, 404, 408, 429].includes(status);
}

type Stumble = "missing" | "denied" | "unreadable" | "trouble";

/** Counts what went wrong in a row, and ends the take when it can no longer be a stumble. */
function createStumbles() {
  let last: Stumble | null = null;
  let inARow = 0;
  let failures = 0;

  function count(kind: Stumble): number {
    inARow = last === kind ? inARow + 1 : 1;
    last = kind;
    failures += 1;
    if (kind === "missing" && inARow >= PATIENCE) {
      throw new TakeFailure("provider-failure", "fal does not know this request (any more)");
    }
    return backoffMs(failures, 250, LONGEST_PAUSE_MS);
  }

  return {
    /** The pause to make, ms. @throws TakeFailure */
    count,
    /** @throws TakeFailure */
    meet(error: CallError): number {
      const { refusal } = error;
      if (refusal?.status === 404) return count("missing");
      if (refusal?.status !== 401 && refusal?.status !== 403) return count("trouble");
      const pauseMs = count("denied");
      if (inARow >= PATIENCE) throw failureOfRefusal(refusal);
      return pauseMs;
    },
    forget(): void {
      last = null;
      inARow = 0;
      failures = 0;
    },
  };
}
