import type { Clock } from "../core/clock.ts";
import type { JobId } from "../core/model.ts";
import type { JobQueue, QueueVerdict } from "../core/ports.ts";
import { BotError } from "../errors.ts";
import { createWaitingLine, type Place } from "./waiting-line.ts";

/**
 * The waiting line of one process. A job that waits, sleeps (`later`) or runs is left as it is when pushed again.
 * One consumer at a time. A job that sleeps can be removed, but its place is unknown (`ahead` is null) until it is
 * back; when the consumer stops, sleepers are back at once. `onFault` hears of handlers that reject; their job counts
 * as finished.
 */
export function createRoundRobinQueue(options: {
  readonly clock: Clock;
  readonly onFault: (id: JobId, error: unknown) => void;
}): JobQueue {
  const { clock, onFault } = options;
  const line = createWaitingLine();
  const sleeping = new Map<JobId, AbortController>();
  const running = new Set<JobId>();
  let consumer: Consumer | null = null;
  let arrivals = 0;

  const startNext = (): void => {
    while (consumer !== null && running.size < consumer.concurrency) {
      const place = line.take();
      if (place === null) return;
      running.add(place.id);
      void run(place, consumer.handler);
    }
  };

  const run = async (place: Place, handler: Handler): Promise<void> => {
    const verdict = await judge(place.id, handler);
    running.delete(place.id);
    if (verdict.type === "later") void comeBack(place, verdict.afterMs);
    startNext();
  };

  const judge = async (id: JobId, handler: Handler): Promise<QueueVerdict> => {
    try {
      return await handler(id);
    } catch (error) {
      onFault(id, error);
      return { type: "finished" };
    }
  };

  const comeBack = async (place: Place, afterMs: number): Promise<void> => {
    if (consumer !== null) {
      const wake = new AbortController();
      sleeping.set(place.id, wake);
      // Rejects when the sleep was cut short, by `remove` or by the consumer's stop.
      await clock.sleep(afterMs, wake.signal).catch(() => {});
      if (sleeping.get(place.id) !== wake) return;
      sleeping.delete(place.id);
    }
    line.add(place);
    startNext();
  };

  return {
    push: async (id, person, lane) => {
      if (line.has(id) || sleeping.has(id) || running.has(id)) return;
      line.add({ id, person, lane, arrival: arrivals++ });
      startNext();
    },
    remove: async (id) => {
      const sleeper = sleeping.get(id);
      if (sleeper === undefined) return line.remove(id);
      sleeping.delete(id);
      sleeper.abort();
      return true;
    },
    ahead: async (id) => line.ahead(id),
    consume: (handler, concurrency) => {
      if (consumer !== null) throw new BotError("The queue has a consumer already.", { code: "misuse" });
      if (!(concurrency >= 1)) {
        throw new BotError("A queue works on at least one job at once.", {
          code: "misuse",
          context: { concurrency },
        });
      }
      const mine: Consumer = { handler, concurrency };
      consumer = mine;
      startNext();
      return () => {
        if (consumer !== mine) return;
        consumer = null;
        for (const sleeper of sleeping.values()) sleeper.abort();
      };
    },
  };
}

type Handler = (id: JobId) => Promise<QueueVerdict>;

interface Consumer {
  readonly handler: Handler;
  readonly concurrency: number;
}
