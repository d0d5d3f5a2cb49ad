import { BotError } from "../errors.ts";
import { mayPass, whileAway, whileBroken } from "./away.ts";
import type { Job } from "./model.ts";
import type { CoreParts } from "./parts.ts";
import type { Records } from "./ports.ts";
import { createStop } from "./signals.ts";

/**
 * Takes replies of finished jobs away. The wish is written down first and crossed out last: whenever the process
 * ends in between, the next one brings it to its end, and no job is left that says its message stands.
 */
export interface Removal {
  /**
   * Resolves when the reply is gone, or will be as soon as its platform is back.
   * @throws ReplyError when the platform refuses · BotError `store` when nothing could be written down.
   */
  remove(job: Job): Promise<void>;
  /** Takes up what an earlier process had begun. @throws BotError `store`. */
  start(): Promise<void>;
  /** Hands back what waits for a platform or the store. */
  stop(): Promise<void>;
}

const PREFIX = "remove/";

/** `records`: where wishes are kept, beside others whose keys begin with another word. */
export function createRemoval(parts: CoreParts, records: Records<string>): Removal {
  const { adapters, book, store, clock, telemetry } = parts;
  const stopping = createStop();
  const running = new Set<Promise<void>>();

  function takeAway(job: Job): Promise<void> {
    const adapter = adapters.get(job.requester.platform);
    if (adapter === undefined) throw new BotError("No adapter for the job's platform.", { code: "misuse" });
    return adapter.openReply(job.reply, async () => undefined).remove();
  }

  const crossOut = (job: Job) => records.remove(PREFIX + job.id);

  async function note(job: Job): Promise<void> {
    await book.change(job.id, (now) => (now.removedAt === null ? { ...now, removedAt: clock.now() } : null));
    await crossOut(job);
  }

  /** Keeps hold of work that waits for somebody, until it ends or we stop. */
  function own(job: Job, work: () => Promise<void>): void {
    const onFault = (error: unknown) => telemetry({ type: "fault", where: "removal", jobId: job.id, error });
    const task: Promise<void> = whileBroken(clock, stopping.signal, onFault, work)
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) onFault(error);
      })
      .finally(() => running.delete(task));
    running.add(task);
  }

  const finish = (job: Job) => async (): Promise<void> => {
    try {
      await whileAway(clock, stopping.signal, () => takeAway(job));
    } catch (error) {
      // Refused for good: the message stands, and so does the record.
      if (!stopping.signal.aborted) await crossOut(job);
      throw error;
    }
    await note(job);
  };

  return {
    async remove(job) {
      await records.set(PREFIX + job.id, "");
      try {
        await takeAway(job);
      } catch (error) {
        if (mayPass(error)) return own(job, finish(job));
        await crossOut(job);
        throw error;
      }
      await note(job).catch((error: unknown) => {
        telemetry({ type: "fault", where: "removal", jobId: job.id, error });
        own(job, () => note(job));
      });
    },
    async start() {
      for (const [key] of await records.all()) {
        if (!key.startsWith(PREFIX)) continue;
        const job = await store.get(key.slice(PREFIX.length));
        if (job === null) await records.remove(key);
        else if (adapters.has(job.requester.platform)) own(job, finish(job));
      }
    },
    async stop() {
      stopping.abort("shutdown");
      await Promise.all(running);
    },
  };
}
