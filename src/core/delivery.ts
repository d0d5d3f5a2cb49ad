import { type FailureCode, ReplyError, TakeFailure } from "../errors.ts";
import { type BroughtPictures, bringPictures } from "./bring-pictures.ts";
import { createGate } from "./gate.ts";
import type { LiveJob, LiveJobs } from "./live.ts";
import type { Job } from "./model.ts";
import type { CoreParts } from "./parts.ts";
import { createStop } from "./signals.ts";
import type { View } from "./view.ts";
import { cancelledView, deliveringView, doneView, failedView } from "./views.ts";

/** Shows how a job ended, and only then stores it as ended. */
export interface Delivery {
  /** Takes the job over; the work goes on by itself and ends by `done`, `failed` or `cancelled`. */
  start(job: Job, live: LiveJob): void;
  /** Gives up waiting for a platform to come back, and resolves when nothing is on its way any more. */
  stop(): Promise<void>;
}

/** Pauses between tries to show a result, ms; the last one repeats until the platform is back. */
export const RETRY_PAUSES_MS = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000] as const;
/** Pauses between tries while the platform refuses a result, ms: a proxy's mistake passes, a missing right may come back. */
export const REFUSED_PAUSES_MS = [2_000, 8_000, 30_000] as const;
/** Results on their way at once: each may hold buffers of its upload. */
const AT_ONCE = 8;
/** How often a picture is made smaller when the platform still says that it is too large. */
const REFITS = 3;

interface Ending {
  readonly state: "done" | "failed" | "cancelled";
  readonly failure: Job["failure"];
  readonly removed: boolean;
}

const failed = (failure: Job["failure"]): Ending => ({ state: "failed", failure, removed: false });

export function createDelivery(parts: CoreParts, lives: LiveJobs): Delivery {
  const { book, pictures, clock, telemetry } = parts;
  const gate = createGate(AT_ONCE);
  const stopping = createStop();
  const running = new Set<Promise<void>>();

  async function deliver(job: Job, live: LiveJob): Promise<void> {
    const ending = await show(job, live);
    if (ending === null) return live.writer.stop();
    const ended = await book.change(job.id, (now) => ({
      ...now,
      state: ending.state,
      failure: ending.failure,
      finishedAt: clock.now(),
      removedAt: ending.removed ? clock.now() : now.removedAt,
    }));
    lives.close(job.id);
    report(ended, ending.state);
    parts.onEnded(ended);
  }

  /** Null when the process stops first: the record says `delivering`, so the next process goes on here. */
  async function show(job: Job, live: LiveJob): Promise<Ending | null> {
    if (!job.takes.some((take) => take.state === "fetched")) {
      if (job.cancel !== null && job.takes.some((take) => take.state === "cancelled"))
        return showLast(live, cancelledView(job, live.family), {
          state: "cancelled",
          failure: null,
          removed: false,
        });
      return showFailure(job, live, job.takes.find((take) => take.failure !== null)?.failure ?? "internal");
    }
    live.writer.show(deliveringView(job, live.family));
    let brought: BroughtPictures | null = null;
    try {
      brought = await bringPictures(pictures, job, "", stopping.signal);
      return await showPictures(job, live, brought);
    } catch (error) {
      if (stopping.signal.aborted) return null;
      telemetry({ type: "fault", where: "delivery", jobId: job.id, error });
      return await showFailure(job, live, error instanceof TakeFailure ? error.failure : "internal");
    } finally {
      await brought?.discard();
    }
  }

  /** Shows the pictures, smaller and smaller while the platform says that they are too large. */
  async function showPictures(job: Job, live: LiveJob, brought: BroughtPictures): Promise<Ending | null> {
    let rules = live.handle.pictures;
    for (let refits = 0; refits <= REFITS; refits += 1) {
      const images = await brought.fit(rules);
      const done: Ending = { state: "done", failure: null, removed: false };
      const ending = await insist(live, doneView(job, live.family, images), done);
      // Words are taken where a picture is not, without the right to attach files, say.
      if (ending === "refused") return showFailure(job, live, "delivery");
      if (ending !== "too-large") return ending;
      const largest = Math.max(...images.map((image) => image.bytes));
      rules = { ...rules, maxBytes: Math.floor(Math.min(rules.maxBytes, largest) * 0.75) };
    }
    return showFailure(job, live, "delivery");
  }

  const showFailure = (job: Job, live: LiveJob, failure: FailureCode) =>
    showLast(live, failedView(job, live.family, failure), failed(failure));

  /** A view without pictures cannot be too large. */
  async function showLast(live: LiveJob, view: View, ending: Ending): Promise<Ending | null> {
    const shown = await insist(live, view, ending);
    return shown === "too-large" || shown === "refused" ? failed("delivery") : shown;
  }

  /** Shows a final view, however long the platform is away. */
  async function insist(
    live: LiveJob,
    view: View,
    ending: Ending,
  ): Promise<Ending | "too-large" | "refused" | null> {
    let refusals = 0;
    for (let tries = 0; !stopping.signal.aborted; tries += 1) {
      try {
        await gate.run(() => live.writer.finish(view));
        return ending;
      } catch (error) {
        if (!(error instanceof ReplyError)) throw error;
        telemetry({ type: "fault", where: "reply", jobId: view.jobId, error });
        if (error.problem === "too-large") return "too-large";
        if (error.problem === "gone") return { ...ending, removed: true };
        if (error.problem === "unavailable" || error.problem === "paced") {
          await pause(tries, error.retryAfterMs);
          continue;
        }
        const again = error.problem === "forbidden" ? REFUSED_PAUSES_MS[refusals] : undefined;
        if (again === undefined) return "refused";
        refusals += 1;
        await pause(tries, again);
      }
    }
    return null;
  }

  const pause = (tries: number, ms: number | null = null) =>
    clock
      .sleep(ms ?? RETRY_PAUSES_MS[Math.min(tries, RETRY_PAUSES_MS.length - 1)] ?? 0, stopping.signal)
      .catch(() => undefined);

  /** A fault of our own (a broken store, say) is waited out: showing the same view again is harmless. */
  async function persist(job: Job, live: LiveJob): Promise<void> {
    for (let tries = 0; !stopping.signal.aborted; tries += 1) {
      try {
        return await deliver(job, live);
      } catch (error) {
        telemetry({ type: "fault", where: "delivery", jobId: job.id, error });
        await pause(tries);
      }
    }
  }

  function report(job: Job, outcome: Ending["state"]): void {
    const { startedAt, paintedAt, finishedAt, createdAt } = job;
    telemetry({
      type: "job-finished",
      jobId: job.id,
      platform: job.requester.platform,
      outcome,
      failure: job.failure,
      waitedMs: startedAt === null ? null : startedAt - createdAt,
      paintedMs: startedAt === null || paintedAt === null ? null : paintedAt - startedAt,
      deliveredMs: paintedAt === null || finishedAt === null ? null : finishedAt - paintedAt,
    });
  }

  return {
    start(job, live) {
      const work = persist(job, live).finally(() => running.delete(work));
      running.add(work);
    },
    async stop() {
      stopping.abort("shutdown");
      await Promise.all(running);
    },
  };
}
