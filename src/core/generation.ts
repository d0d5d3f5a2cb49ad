import { BotError, ReplyError } from "../errors.ts";
import { createAnnouncer } from "./announcer.ts";
import { FAULT_PAUSE_MS, mayPass, whileAway, whileBroken } from "./away.ts";
import { createDelivery } from "./delivery.ts";
import { createLiveJobs, type LiveJob } from "./live.ts";
import {
  type ImageRequest,
  isFinal,
  isOnItsWay,
  type Job,
  type JobId,
  type Place,
  personOf,
  type ReplyRef,
  type Requester,
  type Take,
  type Terms,
  workspaceOf,
} from "./model.ts";
import { newJob } from "./new-job.ts";
import type { CoreParts } from "./parts.ts";
import type { QueueVerdict } from "./ports.ts";
import { createStop } from "./signals.ts";
import { createTakeRunner } from "./take-run.ts";
import type { View } from "./view.ts";
import { type Family, waitingView, workingView } from "./views.ts";

/** What is asked of the generation service. */
export interface Wish {
  readonly deliveryId: string;
  readonly requester: Requester;
  readonly place: Place;
  readonly terms: Terms;
  readonly request: ImageRequest;
  readonly parentId: JobId | null;
  readonly replyTo: ReplyRef;
}

/** The shared generation service: takes wishes in, brings every accepted one to exactly one end. */
export interface Generation {
  /**
   * Stores the job, has `say` post its first view, and puts it in line. `repeated`: this delivery was accepted
   * before, nothing more was done. @throws BotError `store` (nothing accepted) · ReplyError (nothing will be paid for).
   */
  accept(wish: Wish, say: (view: View) => Promise<ReplyRef>): Promise<"accepted" | "repeated">;
  /** Asks a job to end; `over` when it has its picture already. */
  cancel(id: JobId, by: Requester): Promise<"cancelling" | "over">;
  /** Takes every unfinished job up where its record says, then begins to work. */
  start(): Promise<void>;
  /** Hands running jobs back to the store; resolves when no submit and no delivery is on its way. */
  stop(): Promise<void>;
  /** Jobs waiting in our line and jobs past it, for metrics. */
  /** Resolves when this process has brought the job to its end; at once when it has nothing to do with it. */
  ended(id: JobId): Promise<void>;
  /** Has every waiting reply looked at again. */
  refresh(): void;
  counts(): { readonly waiting: number; readonly running: number };
}

/** How long a job whose turn it is waits for its first reply before others go first, and how long until it is back, ms. */
const REPLY_PATIENCE_MS = 2_000;
const REPLY_PAUSE_MS = 1_000;
/** How often a job looks whether a moderator's pause is over, ms. */
const PAUSED_LOOK_MS = 3_000;

export function createGeneration(parts: CoreParts): Generation {
  const { store, book, queue, clock, telemetry, settings, adapters, estimate, policies } = parts;
  const lives = createLiveJobs(parts, (id) => void endBeforeExpiry(id));
  const delivery = createDelivery(parts, lives);
  const announcer = createAnnouncer(parts, lives);
  const takes = createTakeRunner(parts);
  /** First replies on their way: a job is not painted before its reply stands. */
  const announcements = new Map<JobId, Promise<boolean>>();
  const working = new Set<Promise<QueueVerdict>>();
  const saying = new Set<Promise<void>>();
  const stopping = createStop();
  let stopConsuming = () => {};

  async function familyOf(job: Job): Promise<Family> {
    return { parent: job.parentId === null ? null : await store.get(job.parentId) };
  }

  async function accept(
    wish: Wish,
    say: (view: View) => Promise<ReplyRef>,
  ): Promise<"accepted" | "repeated"> {
    const job = newJob({ ...wish, now: clock.now() });
    if (!(await store.insert(job))) return "repeated";
    telemetry({ type: "job-accepted", jobId: job.id, platform: job.requester.platform });
    const announcement = announce(job, say);
    const told = announcement.then(
      () => true,
      () => false,
    );
    announcements.set(job.id, told);
    void told.then(() => announcements.delete(job.id));
    try {
      await announcement;
    } catch (error) {
      // Stopped before its reply stood: the next start goes on with it, so nobody is told that it was refused.
      if (!stopping.signal.aborted || error instanceof ReplyError) throw error;
    }
    return "accepted";
  }

  async function announce(job: Job, say: (view: View) => Promise<ReplyRef>): Promise<void> {
    let family: Family;
    let view: View;
    let reply: ReplyRef;
    try {
      family = await familyOf(job);
      await queue.push(job.id, personOf(job.requester), "new");
      const ahead = await queue.ahead(job.id);
      // No place in line means that its turn has come at once.
      view =
        ahead === null
          ? workingView(job, family, { type: "asking" }, null)
          : lives.placeView(job, family, ahead);
      reply = await sayOnce(job, view, say);
    } catch (error) {
      await queue.remove(job.id);
      // Whoever asked is told at once, also while the store cannot note it.
      if (!stopping.signal.aborted) own(patiently(job.id, () => abandon(job.id)));
      throw error;
    }
    await admit(job.id, reply, family, view);
  }

  /** The reply stands, so from here on nothing of ours may end the job: it is in the record, or found there again. */
  async function admit(id: JobId, reply: ReplyRef, family: Family, view: View): Promise<void> {
    try {
      const change = (now: Job): Job => ({
        ...now,
        reply,
        state: now.state === "accepted" ? "queued" : now.state,
      });
      const queued = await patiently(id, () => book.change(id, change));
      const live = lives.open(queued, reply, family, view);
      // Somebody was quicker with Cancel than the reply with its address.
      if (queued.cancel !== null) await leaveLine(id, live, queued.cancel.by);
      announcer.moved();
    } catch (error) {
      telemetry({ type: "fault", where: "accept", jobId: id, error });
    }
  }

  const patiently = <T>(id: JobId, work: () => Promise<T>): Promise<T> =>
    whileBroken(
      clock,
      stopping.signal,
      (error) => telemetry({ type: "fault", where: "record", jobId: id, error }),
      work,
    );

  /** Keeps hold of work that only our stop can end early; the record says then where to go on. */
  function own(work: Promise<unknown>): void {
    const owned: Promise<void> = work
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => saying.delete(owned));
    saying.add(owned);
  }

  /** Where it stays open whether the first try was shown, the reply's own `create` finds out, however long that takes. */
  async function sayOnce(job: Job, view: View, say: (view: View) => Promise<ReplyRef>): Promise<ReplyRef> {
    try {
      return await say(view);
    } catch (error) {
      if (!mayPass(error)) throw error;
      return create(job, view);
    }
  }

  async function create(job: Job, view: View): Promise<ReplyRef> {
    const keep = async (reply: ReplyRef): Promise<void> => {
      await book.change(job.id, (now) => ({ ...now, reply }));
    };
    const handle = adapterOf(job).openReply(job.reply, keep);
    return whileAway(clock, stopping.signal, () => handle.create(view));
  }

  function adapterOf(job: Job) {
    const adapter = adapters.get(job.requester.platform);
    if (adapter === undefined) throw new BotError("No adapter for the job's platform.", { code: "misuse" });
    return adapter;
  }

  /** One turn at the provider for one job. */
  async function paint(id: JobId): Promise<QueueVerdict> {
    const reply = await firstReply(id);
    if (reply === "late") return { type: "later", afterMs: REPLY_PAUSE_MS };
    if (reply === "refused") return { type: "finished" };
    const live = lives.get(id);
    const job = await store.get(id);
    if (job === null || live === null || isFinal(job) || job.state === "delivering")
      return { type: "finished" };
    const { pause } = (await policies.of(workspaceOf(job.requester))).settings;
    // What is at the provider already is followed to its end; the rest waits until somebody resumes.
    if (pause !== null && job.cancel === null && !job.takes.some(isOnItsWay)) {
      live.showStep(job, { type: "held", reason: pause.reason });
      return { type: "later", afterMs: PAUSED_LOOK_MS };
    }
    live.waiting = false;
    announcer.moved();
    for (const take of job.takes) {
      const verdict = await takes.run(await book.change(id, () => null), take.id, live);
      if (verdict.type === "later") return verdict;
      if (verdict.type === "handed-back") return { type: "finished" };
    }
    await settle(id, live);
    return { type: "finished" };
  }

  /** A platform that is away must not hold the line up for the others. */
  async function firstReply(id: JobId): Promise<"stands" | "refused" | "late"> {
    const told = announcements.get(id);
    if (told === undefined) return "stands";
    const over = new AbortController();
    const late = clock.sleep(REPLY_PATIENCE_MS, over.signal).then(
      () => "late" as const,
      () => "late" as const,
    );
    const reply = await Promise.race([told.then((stands) => (stands ? "stands" : "refused")), late]);
    over.abort();
    return reply;
  }

  async function settle(id: JobId, live: LiveJob): Promise<void> {
    live.waiting = false;
    delivery.start(await book.change(id, (now) => ({ ...now, state: "delivering" })), live);
  }

  const work = (id: JobId): Promise<QueueVerdict> => {
    const turn = paint(id)
      .catch((error: unknown): QueueVerdict => {
        // The record is where it was: the same step is tried again, and nothing is sent twice.
        telemetry({ type: "fault", where: "work", jobId: id, error });
        return { type: "later", afterMs: FAULT_PAUSE_MS };
      })
      .finally(() => working.delete(turn));
    working.add(turn);
    return turn;
  };

  async function cancel(id: JobId, by: Requester): Promise<"cancelling" | "over"> {
    const job = await book.change(id, (now) => {
      if (isFinal(now) || now.state === "delivering" || now.cancel !== null) return null;
      return { ...now, cancel: { by, at: clock.now(), outcome: null } };
    });
    if (isFinal(job) || job.state === "delivering") return "over";
    const live = lives.get(id);
    if (live !== null && !(await leaveLine(id, live, by))) live.stop("cancel");
    return "cancelling";
  }

  /** Ends a job that still waits with us; false when it is at the provider already. */
  const leaveLine = (id: JobId, live: LiveJob, by: Requester): Promise<boolean> =>
    endInLine(id, live, { state: "cancelled" }, { cancel: { by, at: clock.now(), outcome: "free" } });

  async function endInLine(
    id: JobId,
    live: LiveJob,
    takeEnd: Partial<Take>,
    jobEnd: Partial<Job>,
  ): Promise<boolean> {
    if (!(await queue.remove(id))) return false;
    try {
      const job = await store.get(id);
      // Back in line with something under way: only the provider can tell what becomes of that, so it is its turn now.
      if (job?.takes.some(isOnItsWay)) {
        await queue.push(id, live.person, "resumed");
        return false;
      }
      await book.change(id, (now) => ({
        ...now,
        ...jobEnd,
        takes: now.takes.map((take) => (take.state === "queued" ? { ...take, ...takeEnd } : take)),
      }));
      await settle(id, live);
    } catch (error) {
      // Out of line it would wait for ever; back in line it ends at its turn, as its record or its signal says.
      await queue.push(id, live.person, "new");
      throw error;
    }
    announcer.moved();
    return true;
  }

  /** The reply will soon be beyond change: what is not painted by now is ended while it can still be said. */
  async function endBeforeExpiry(id: JobId): Promise<void> {
    const live = lives.get(id);
    if (live === null) return;
    try {
      if (!(await endInLine(id, live, { state: "failed", failure: "timeout" }, {}))) live.stop("expiry");
    } catch (error) {
      live.stop("expiry");
      telemetry({ type: "fault", where: "expiry", jobId: id, error });
    }
  }

  /** Takes one unfinished job up again. */
  async function resume(job: Job): Promise<void> {
    if (!adapters.has(job.requester.platform)) return;
    const family = await familyOf(job);
    if (job.state === "accepted") {
      // Its first reply may or may not stand. Finding out must not hold the others up.
      own(sayAgain(job, family));
      return;
    }
    const live = lives.open(job, job.reply, family, null);
    if (job.state === "delivering") {
      live.waiting = false;
      delivery.start(job, live);
      return;
    }
    const atProvider = job.takes.some((take) => take.state !== "queued");
    live.waiting = !atProvider;
    await queue.push(job.id, personOf(job.requester), atProvider ? "resumed" : "new");
  }

  async function sayAgain(job: Job, family: Family): Promise<void> {
    try {
      const view = waitingView(job, family, { ahead: null, expectedAt: null, paused: false });
      const reply = await patiently(job.id, () => create(job, view));
      const queued = await patiently(job.id, () =>
        book.change(job.id, (now) => ({ ...now, reply, state: "queued" })),
      );
      lives.open(queued, reply, family, view);
      await queue.push(job.id, personOf(job.requester), "new");
      announcer.moved();
    } catch (error) {
      telemetry({ type: "fault", where: "resume", jobId: job.id, error });
      // Stopped on the way, the job stays where it is, for the next start.
      if (error instanceof ReplyError) await patiently(job.id, () => abandon(job.id));
    }
  }

  /** Nobody can be told, so nothing is painted. */
  const abandon = (id: JobId) =>
    book.change(id, (now) => ({ ...now, state: "failed", failure: "delivery", finishedAt: clock.now() }));

  return {
    accept,
    cancel,
    async start() {
      for (const job of await store.history(null, 20)) {
        const first = job.takes[0];
        if (job.paintedAt !== null && first?.submittingAt) estimate.learn(job.paintedAt - first.submittingAt);
      }
      for (const job of await store.open()) await resume(job);
      stopConsuming = queue.consume(work, settings.concurrency);
      announcer.moved();
    },
    async stop() {
      stopping.abort("shutdown");
      stopConsuming();
      announcer.stop();
      for (const [, live] of lives.all()) live.stop("shutdown");
      await Promise.all([...working, ...saying]);
      await delivery.stop();
      await Promise.all(lives.all().map(([, live]) => live.writer.stop()));
      for (const [id] of lives.all()) lives.close(id);
    },
    ended: (id) => lives.get(id)?.ended ?? Promise.resolve(),
    refresh: () => announcer.moved(),
    counts() {
      const all = lives.all();
      const waiting = all.filter(([, live]) => live.waiting).length;
      return { waiting, running: all.length - waiting };
    },
  };
}
