import { chargeOf } from "./charge.ts";
import type { Clock } from "./clock.ts";
import type { JobBook } from "./job-book.ts";
import type { Ledger } from "./ledger.ts";
import type { Job, JobId, Take } from "./model.ts";
import type { ImageBackend, JobStore } from "./ports.ts";
import { createStop } from "./signals.ts";
import type { Telemetry } from "./telemetry.ts";

/**
 * Keeps the ledger in step with the jobs: money set aside is settled, given back, or asked about, as the records
 * tell. Doing it again is harmless, so a sweep mends whatever a crash or a broken store left behind.
 */
export interface Accounts {
  /** To be called after a change was stored. Never throws: what fails is made up for by the sweep. */
  changed(before: Job, after: Job): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export interface AccountsOptions {
  readonly ledger: Ledger;
  readonly store: JobStore;
  readonly book: () => JobBook;
  readonly backend: ImageBackend;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** How long entries are kept, ms; null: for ever. */
  readonly keepMs: number | null;
}

/** When a take in doubt is asked about after it ended, ms from then; afterwards by the sweep. */
export const ASK_AFTER_MS = [2_000, 10_000, 60_000] as const;
/** Time between two sweeps, ms. */
export const SWEEP_MS = 60 * 60_000;
/** How long the provider is asked about a take, ms: it keeps results of this size for some minutes up to days. */
const ASK_UP_TO_MS = 24 * 60 * 60_000;
/** A reservation of this process may be some moments older than its job, ms. */
const UNBORN_MS = 2 * 60_000;
/** Entries are kept at least for the month they count in, and the one before, ms. */
const LEAST_KEPT_MS = 62 * 24 * 60 * 60_000;
/** How many recent jobs are searched for tickets that a lost submit must not be matched with. */
const RECENT_JOBS = 500;

export function createAccounts(options: AccountsOptions): Accounts {
  const { ledger, store, book, backend, clock, telemetry, keepMs } = options;
  const stopping = createStop();
  const asking = new Map<string, Promise<void>>();
  let work: Promise<void> = Promise.resolve();
  /** What was set aside before is a former life's. */
  let startedAt = Number.NEGATIVE_INFINITY;
  const fault = (jobId: JobId | null, error: unknown) =>
    telemetry({ type: "fault", where: "ledger", jobId, error });

  async function post(job: Job, take: Take): Promise<void> {
    const charge = chargeOf(job, take);
    switch (charge.type) {
      case "open":
        return;
      case "free":
        return ledger.refund(take.id);
      case "billed":
        return ledger.settle(take.id, charge.microUsd);
      case "doubtful":
        return ledger.doubt(take.id);
    }
  }

  async function changed(before: Job, after: Job): Promise<void> {
    for (const take of after.takes) {
      const old = before.takes.find((one) => one.id === take.id);
      const charge = chargeOf(after, take);
      const was = old === undefined ? null : chargeOf(before, old);
      if (charge.type === "open" || JSON.stringify(charge) === JSON.stringify(was)) continue;
      try {
        await post(after, take);
      } catch (error) {
        fault(after.id, error);
      }
      if (charge.type === "doubtful") askLater(after.id, take.id);
    }
  }

  function askLater(jobId: JobId, takeId: string): void {
    if (asking.has(takeId) || stopping.signal.aborted) return;
    asking.set(
      takeId,
      askAgain(jobId, takeId).finally(() => asking.delete(takeId)),
    );
  }

  async function askAgain(jobId: JobId, takeId: string): Promise<void> {
    let waited = 0;
    for (const after of ASK_AFTER_MS) {
      try {
        await clock.sleep(after - waited, stopping.signal);
        waited = after;
        if (await clear(jobId, takeId)) return;
      } catch (error) {
        if (stopping.signal.aborted) return;
        fault(jobId, error);
      }
    }
  }

  /** Asks the provider about a take in doubt; true when the doubt is over. What it says goes into the record. */
  async function clear(jobId: JobId, takeId: string): Promise<boolean> {
    const job = await store.get(jobId);
    const take = job?.takes.find((one) => one.id === takeId);
    if (job === null || take === undefined || chargeOf(job, take).type !== "doubtful") return true;
    const ticket = take.ticket ?? (await find(job, take));
    if (ticket === null) return false;
    const answer = await backend.billed(ticket, stopping.signal);
    switch (answer.type) {
      case "open":
      case "unknown":
        return false;
      case "free":
        await book().changeTake(jobId, takeId, { billableUnits: 0 });
        return true;
      case "billed":
        await book().changeTake(jobId, takeId, { billableUnits: answer.units ?? 1 });
        return true;
    }
  }

  /** A lost submit may show in the provider's history later than anybody waited for it. */
  async function find(job: Job, take: Take) {
    const jobs = [...(await store.open()), ...(await store.history(null, RECENT_JOBS))];
    const taken = new Set(jobs.flatMap((other) => other.takes.map((one) => one.ticket?.requestId ?? "")));
    const order = { request: job.request, seed: take.seed };
    const answer = await backend.reconcile(order, take.submittingAt ?? job.createdAt, taken);
    if (typeof answer === "string") return null;
    await book().changeTake(job.id, take.id, { ticket: answer });
    return answer;
  }

  async function sweep(): Promise<void> {
    for (const { take: takeId, job: jobId, at } of await ledger.pending()) {
      if (stopping.signal.aborted) return;
      try {
        await settle(takeId, jobId, at);
      } catch (error) {
        fault(jobId, error);
      }
    }
    if (keepMs !== null) await ledger.prune(clock.now() - Math.max(keepMs, LEAST_KEPT_MS));
  }

  async function settle(takeId: string, jobId: JobId, at: number): Promise<void> {
    const job = await store.get(jobId);
    const take = job?.takes.find((one) => one.id === takeId);
    if (job === null || take === undefined) {
      // Set aside for a job that was never stored; nothing was ever asked of the provider for it.
      if (at < startedAt || at < clock.now() - UNBORN_MS) await ledger.refund(takeId);
      return;
    }
    await post(job, take);
    const isDoubtful = chargeOf(job, take).type === "doubtful";
    if (isDoubtful && at > clock.now() - ASK_UP_TO_MS) await clear(jobId, takeId);
  }

  async function rounds(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sweep().catch((error: unknown) => fault(null, error));
      await clock.sleep(SWEEP_MS, stopping.signal).catch(() => undefined);
    }
  }

  return {
    changed,
    start() {
      startedAt = clock.now();
      work = rounds();
    },
    async stop() {
      stopping.abort("shutdown");
      await Promise.all([work, ...asking.values()]);
    },
  };
}
