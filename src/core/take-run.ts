import { BotError, SubmitNotSent, SubmitUnknown, TakeFailure } from "../errors.ts";
import { PROBE_MS } from "./breaker.ts";
import { createKeyedLock } from "./keyed-lock.ts";
import type { LiveJob } from "./live.ts";
import type { Job, Take, Ticket } from "./model.ts";
import type { CoreParts } from "./parts.ts";
import type { TakeOrder } from "./ports.ts";
import { underSignals } from "./signals.ts";
import type { WorkStep } from "./views.ts";

/** `settled`: the take is final. `later`: try again after a while. `handed-back`: the process is stopping. */
export type TakeVerdict =
  | { readonly type: "settled" }
  | { readonly type: "later"; readonly afterMs: number }
  | { readonly type: "handed-back" };

export interface TakeRunner {
  /** Brings one take to its end, from wherever its record says it is. */
  run(job: Job, takeId: string, live: LiveJob): Promise<TakeVerdict>;
}

/** Pauses between tries while the provider cannot be reached; after the last the take fails, ms. */
export const UNREACHABLE_PAUSES_MS = [2_000, 4_000, 8_000, 15_000, 30_000] as const;
/** Pause between two looks into the provider's history, ms. */
const LOOK_AGAIN_MS = 2_000;
/** How long a take that may have finished at its deadline has to hand its picture over, ms. */
const LAST_CHANCE_MS = 15_000;
/** How many recent jobs are searched for tickets that a lost submit must not be matched with. */
const RECENT_JOBS = 500;

type Step = TakeVerdict | null;
const SETTLED: TakeVerdict = { type: "settled" };

/**
 * One take as a state machine whose state is the stored record: every step reads the record, does one thing at
 * the provider, and stores what came of it. A restart enters at the same place.
 */
export function createTakeRunner(parts: CoreParts): TakeRunner {
  const { store, book, backend, breaker, clock, telemetry, estimate, settings } = parts;
  const oneLookup = createKeyedLock();

  async function run(first: Job, takeId: string, live: LiveJob): Promise<TakeVerdict> {
    let job = first;
    for (;;) {
      const take = job.takes.find((one) => one.id === takeId);
      if (take === undefined)
        throw new BotError("A take vanished from its job.", { code: "internal", context: { takeId } });
      const verdict = await next(job, take, live);
      if (verdict !== null) return verdict;
      job = await book.change(job.id, () => null);
    }
  }

  function next(job: Job, take: Take, live: LiveJob): Promise<Step> {
    switch (take.state) {
      case "queued":
        return submit(job, take, live);
      case "submitting":
        // Known and not stored: the store failed in between. It is not to be lost over that.
        return live.ticket === null ? reconcile(job, take, live) : keepTicket(job, take, live.ticket, live);
      case "submitted":
      case "working":
        return take.ticket === null ? reconcile(job, take, live) : follow(job, take, take.ticket, live);
      case "fetched":
      case "failed":
      case "cancelled":
        return Promise.resolve(SETTLED);
    }
  }

  /** ms since the take's mark. Another process's mark tells by the machine's clock, which may have been set back since. */
  const ageOf = (take: Take, live: LiveJob): number =>
    live.markedAt === null
      ? Math.max(clock.now() - (take.submittingAt ?? clock.now()), 0)
      : clock.elapsed() - live.markedAt;
  const orderOf = (job: Job, take: Take): TakeOrder => ({ request: job.request, seed: take.seed });
  const fail = async (
    job: Job,
    take: Take,
    failure: TakeFailure["failure"],
    billableUnits: number | null = null,
  ): Promise<Step> => {
    await book.changeTake(job.id, take.id, { state: "failed", failure, billableUnits });
    return null;
  };
  const failWith = (job: Job, take: Take, error: TakeFailure): Promise<Step> =>
    fail(job, take, error.failure, error.billableUnits);

  async function submit(job: Job, take: Take, live: LiveJob): Promise<Step> {
    if (breaker.isOpen()) live.showStep(job, { type: "paused" });
    await breaker.pass(live.signal);
    const step = await trySubmit(job, take, live);
    // Whatever ended it without a word from the provider must not keep others waiting for one.
    breaker.undecided();
    return step;
  }

  async function trySubmit(job: Job, take: Take, live: LiveJob): Promise<Step> {
    if (live.signal.reason === "shutdown") return { type: "handed-back" };
    if (live.signal.reason === "expiry") return fail(job, take, "timeout");
    const now = clock.now();
    // Cancelling is decided under the same lock as the mark, so a cancel is never overtaken by a submit.
    const marked = await book.change(job.id, (stored) => {
      const change: Partial<Take> =
        stored.cancel === null ? { state: "submitting", submittingAt: now } : { state: "cancelled" };
      const cancel = stored.cancel === null ? null : { ...stored.cancel, outcome: "free" as const };
      return {
        ...stored,
        cancel,
        state: "running",
        startedAt: stored.startedAt ?? now,
        takes: stored.takes.map((one) => (one.id === take.id ? { ...one, ...change } : one)),
      };
    });
    if (marked.cancel !== null) return null;
    live.markedAt = clock.elapsed();
    live.isPainted = false;
    live.ticket = null;
    live.showStep(marked, { type: "asking" });
    try {
      // Not tied to the live signal: a submit on its way is always waited for, or its fate would be unknown.
      live.ticket = await backend.submit(orderOf(job, take), new AbortController().signal);
    } catch (error) {
      return unsent(marked, take, live, error);
    }
    breaker.close();
    return keepTicket(marked, take, live.ticket, live);
  }

  async function keepTicket(job: Job, take: Take, ticket: Ticket, live: LiveJob): Promise<Step> {
    await book.changeTake(job.id, take.id, { state: "submitted", ticket });
    live.ticket = null;
    return null;
  }

  async function unsent(job: Job, take: Take, live: LiveJob, error: unknown): Promise<Step> {
    if (error instanceof TakeFailure) {
      telemetry({ type: "fault", where: "submit", jobId: job.id, error });
      if (error.failure !== "account") {
        breaker.close();
        return failWith(job, take, error);
      }
      breaker.trip();
      return backInLine(job, take, live, { type: "paused" }, 0);
    }
    if (error instanceof SubmitNotSent) {
      const afterMs = UNREACHABLE_PAUSES_MS[live.attempts];
      live.attempts += 1;
      if (afterMs === undefined) return fail(job, take, "unreachable");
      return backInLine(job, take, live, { type: "retrying" }, afterMs);
    }
    // Anything else may have reached the provider: the mark stays, and the next step asks its history.
    if (!(error instanceof SubmitUnknown))
      telemetry({ type: "fault", where: "submit", jobId: job.id, error });
    return null;
  }

  /** The provider has nothing of it: it waits with us again, and can be cancelled for free. */
  async function backInLine(
    job: Job,
    take: Take,
    live: LiveJob,
    step: WorkStep,
    afterMs: number,
  ): Promise<Step> {
    await book.changeTake(job.id, take.id, { state: "queued", submittingAt: null }, { startedAt: null });
    live.showStep(job, step);
    return { type: "later", afterMs };
  }

  async function reconcile(job: Job, take: Take, live: LiveJob): Promise<Step> {
    live.showStep(job, { type: "checking" });
    const since = Math.min(take.submittingAt ?? job.createdAt, clock.now() - ageOf(take, live));
    const began = clock.elapsed();
    let until = began + settings.quietWindowMs;
    while (live.signal.reason !== "shutdown") {
      const answer = await lookUp(job, take, since);
      if (answer === "found") return null;
      const now = clock.elapsed();
      // A history that cannot be read says nothing: the quiet window starts once it can.
      if (answer === "unknown") until = Math.min(now + settings.quietWindowMs, began + settings.deadlineMs);
      if (now >= until) return fail(job, take, "unknown-fate");
      await clock.sleep(Math.min(LOOK_AGAIN_MS, until - now), live.signal).catch(() => undefined);
      if (live.signal.reason === "cancel") return giveUp(job, take);
      if (live.signal.reason === "expiry") return fail(job, take, "unknown-fate");
    }
    return { type: "handed-back" };
  }

  /** Two lost submits of the same input must not both find the same ticket, so only one looks at a time. */
  const lookUp = (job: Job, take: Take, since: number) =>
    oneLookup.run("", async () => {
      const jobs = [...(await store.open()), ...(await store.history(null, RECENT_JOBS))];
      const tickets = jobs.flatMap((other) => other.takes.map((one) => one.ticket?.requestId ?? ""));
      const answer = await backend.reconcile(orderOf(job, take), since, new Set(tickets));
      if (typeof answer === "string") return answer;
      await book.changeTake(job.id, take.id, { state: "submitted", ticket: answer });
      return "found";
    });

  /** Cancelled while nobody knew whether the submit had arrived. */
  async function giveUp(job: Job, take: Take): Promise<Step> {
    await settleCancel(job, take, "unknown");
    return null;
  }

  async function follow(job: Job, take: Take, ticket: Ticket, live: LiveJob): Promise<Step> {
    if (job.cancel !== null) return cancel(job, take, ticket, live);
    const left = settings.deadlineMs - ageOf(take, live);
    const limit = new AbortController();
    const over = new AbortController();
    void clock.sleep(Math.max(left, 0), over.signal).then(
      () => limit.abort("deadline"),
      () => undefined,
    );
    try {
      return await underSignals([live.signal, limit.signal], (signal) =>
        listen(job, take, ticket, live, signal),
      );
    } catch (error) {
      if (error instanceof TakeFailure) {
        telemetry({ type: "fault", where: "follow", jobId: job.id, error });
        if (error.failure !== "account") return failWith(job, take, error);
        // The key was taken from us, not the picture: it is asked for again until the job's deadline.
        breaker.trip();
        live.showStep(job, { type: "paused" });
        return { type: "later", afterMs: PROBE_MS };
      }
      if (live.signal.reason === "shutdown") return { type: "handed-back" };
      if (live.signal.reason === "cancel") return cancel(job, take, ticket, live);
      if (limit.signal.aborted || live.signal.reason === "expiry") return lastChance(job, take, ticket, live);
      throw error;
    } finally {
      over.abort();
    }
  }

  async function listen(
    job: Job,
    take: Take,
    ticket: Ticket,
    live: LiveJob,
    signal: AbortSignal,
  ): Promise<Step> {
    let now = job;
    for await (const step of backend.follow(ticket, signal)) {
      switch (step.type) {
        case "waiting":
          live.showStep(now, step);
          break;
        case "working":
          if (now.takes.some((one) => one.id === take.id && one.state === "submitted"))
            now = await book.changeTake(job.id, take.id, { state: "working" });
          live.showStep(now, step);
          break;
        case "painted":
          live.isPainted = true;
          live.showStep(now, step);
          break;
        case "done": {
          const paintedAt = clock.now();
          const { image, billableUnits } = step;
          await book.changeTake(job.id, take.id, { state: "fetched", image, billableUnits }, { paintedAt });
          if (live.markedAt !== null) estimate.learn(clock.elapsed() - live.markedAt);
          return SETTLED;
        }
      }
    }
    throw new TakeFailure("provider-failure", "The provider ended without a picture.");
  }

  /** The deadline has passed: ask the provider to stop, and unless it says that it did, see whether it was done. */
  async function lastChance(job: Job, take: Take, ticket: Ticket, live: LiveJob): Promise<Step> {
    const tooLate = () => fail(job, take, live.isPainted ? "picture-unavailable" : "timeout");
    if ((await backend.cancel(ticket)) === "stopped") return tooLate();
    const limit = new AbortController();
    const over = new AbortController();
    void clock.sleep(LAST_CHANCE_MS, over.signal).then(
      () => limit.abort("deadline"),
      () => undefined,
    );
    try {
      return await listen(job, take, ticket, live, limit.signal);
    } catch (error) {
      return error instanceof TakeFailure ? failWith(job, take, error) : tooLate();
    } finally {
      over.abort();
    }
  }

  async function cancel(job: Job, take: Take, ticket: Ticket, live: LiveJob): Promise<Step> {
    live.showStep(job, { type: "cancelling" });
    await settleCancel(job, take, await backend.cancel(ticket));
    return null;
  }

  const settleCancel = (job: Job, take: Take, outcome: "stopped" | "too-late" | "unknown") =>
    book.change(job.id, (stored) => ({
      ...stored,
      cancel: stored.cancel === null ? null : { ...stored.cancel, outcome },
      takes: stored.takes.map((one) => (one.id === take.id ? { ...one, state: "cancelled" as const } : one)),
    }));

  return { run };
}
