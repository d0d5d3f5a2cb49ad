import { BotError } from "../errors.ts";
import { createKeyedLock } from "./keyed-lock.ts";
import type { Job, JobId, Take, TakeId } from "./model.ts";
import type { JobStore } from "./ports.ts";

/** One writer per job: every change reads the stored job, decides, and stores, with nobody in between. */
export interface JobBook {
  /** Applies `change` to the job as it is now and stores the result; null leaves it as it is. Returns the job after. */
  change(id: JobId, change: (job: Job) => Job | null): Promise<Job>;
  /** The same for one take of a job. */
  changeTake(id: JobId, takeId: TakeId, change: Partial<Take>, alsoJob?: Partial<Job>): Promise<Job>;
}

/** `changed` hears of every change once it is stored, before anybody else can change the job again. */
export function createJobBook(store: JobStore, changed: (before: Job, after: Job) => Promise<void>): JobBook {
  const lock = createKeyedLock();
  const change: JobBook["change"] = (id, decide) =>
    lock.run(id, async () => {
      const job = await store.get(id);
      if (job === null)
        throw new BotError("A job that was stored is no longer there.", { code: "store", context: { id } });
      const next = decide(job);
      if (next === null) return job;
      await store.save(next);
      await changed(job, next);
      return next;
    });
  return {
    change,
    changeTake: (id, takeId, takeChange, jobChange = {}) =>
      change(id, (job) => ({
        ...job,
        ...jobChange,
        takes: job.takes.map((take) => (take.id === takeId ? { ...take, ...takeChange } : take)),
      })),
  };
}
