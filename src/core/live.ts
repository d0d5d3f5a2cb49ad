import { expectedEnd } from "./estimate.ts";
import { type Job, type JobId, personOf, type ReplyRef, type Ticket } from "./model.ts";
import type { CoreParts } from "./parts.ts";
import type { ReplyHandle } from "./ports.ts";
import { createProgressWriter, type ProgressWriter } from "./progress.ts";
import type { View } from "./view.ts";
import { type Family, type WorkStep, waitingView, workingView } from "./views.ts";

/** Why a running take is let go. */
export type StopReason = "cancel" | "shutdown" | "expiry";

/** How long before a reply can no longer be changed its job is brought to an end, ms: time to stop and to say so. */
export const EXPIRY_MARGIN_MS = 45_000;

/** An unfinished job in this process: its open reply, its writer, and the way to stop it. */
export interface LiveJob {
  readonly handle: ReplyHandle;
  readonly writer: ProgressWriter;
  readonly family: Family;
  /** Whose it is, as in `personOf`. */
  readonly person: string;
  readonly signal: AbortSignal;
  /** Resolves when the job is over and stored as such. */
  readonly ended: Promise<void>;
  /** How often the provider could not be reached for this job. */
  attempts: number;
  /** The provider's word for the take at hand, from the submit until it is stored. */
  ticket: Ticket | null;
  /** The provider has said that the take at hand is finished. */
  isPainted: boolean;
  /** When this process set the mark of the take at hand, by `Clock.elapsed`; null: an earlier process did, or none. */
  markedAt: number | null;
  /** True while the job stands in our own line. */
  waiting: boolean;
  stop(reason: StopReason): void;
  showStep(job: Job, step: WorkStep): void;
  showPlace(job: Job, ahead: number): void;
}

export interface LiveJobs {
  /** The view of a job in our line with `ahead` others before it. */
  placeView(job: Job, family: Family, ahead: number): View;
  /** @throws BotError when the platform has no adapter here. */
  open(job: Job, reply: ReplyRef, family: Family, shown: View | null): LiveJob;
  get(id: JobId): LiveJob | null;
  close(id: JobId): void;
  all(): readonly (readonly [JobId, LiveJob])[];
}

/** `onExpiry` hears of unfinished jobs whose reply will soon be beyond change. */
export function createLiveJobs(parts: CoreParts, onExpiry: (id: JobId) => void): LiveJobs {
  const { adapters, budgets, book, breaker, estimate, clock, telemetry, settings } = parts;
  const jobs = new Map<JobId, LiveJob>();
  /** What is to be let go of when a job is over. */
  const ends = new Map<JobId, () => void>();
  const placeView = (job: Job, family: Family, ahead: number): View => {
    const end = expectedEnd(clock.now(), ahead, settings.concurrency, estimate.typicalMs());
    // Whole seconds: a place that did not change should give an equal view as often as possible.
    const expectedAt = end === null || breaker.isOpen() ? null : Math.round(end / 1000) * 1000;
    return waitingView(job, family, { ahead, expectedAt, paused: breaker.isOpen() });
  };
  return {
    placeView,
    open(job, reply, family, shown) {
      const { platform } = job.requester;
      const adapter = adapters.get(platform);
      const budget = budgets.get(platform);
      if (adapter === undefined || budget === undefined) throw new Error(`No adapter for ${platform}.`);
      const keep = async (ref: ReplyRef): Promise<void> => {
        await book.change(job.id, (now) => ({ ...now, reply: ref }));
      };
      const handle = adapter.openReply(reply, keep);
      const controller = new AbortController();
      const over = new AbortController();
      let end = () => {};
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      ends.set(job.id, () => {
        over.abort();
        end();
      });
      if (handle.expiresAt !== null) {
        const left = Math.max(handle.expiresAt - EXPIRY_MARGIN_MS - clock.now(), 0);
        void clock.sleep(left, over.signal).then(
          () => onExpiry(job.id),
          () => undefined,
        );
      }
      const { limits } = adapter;
      const writer = createProgressWriter({ handle, platform, limits, budget, clock, telemetry, shown });
      const live: LiveJob = {
        handle,
        writer,
        family,
        person: personOf(job.requester),
        signal: controller.signal,
        ended,
        attempts: 0,
        ticket: null,
        isPainted: false,
        markedAt: null,
        waiting: true,
        stop: (reason) => controller.abort(reason),
        showStep(now, step) {
          const typical = estimate.typicalMs();
          const expectedAt = typical === null || now.startedAt === null ? null : now.startedAt + typical;
          writer.show(workingView(now, family, step, expectedAt));
        },
        showPlace: (now, ahead) => writer.show(placeView(now, family, ahead)),
      };
      jobs.set(job.id, live);
      return live;
    },
    get: (id) => jobs.get(id) ?? null,
    close(id) {
      ends.get(id)?.();
      ends.delete(id);
      jobs.delete(id);
    },
    all: () => [...jobs],
  };
}
