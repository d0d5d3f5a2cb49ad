import { expect } from "vitest";
import type { JobId } from "../../src/core/model.ts";
import type { JobQueue, QueueVerdict } from "../../src/core/ports.ts";
import { eventually } from "../support/eventually.ts";
import { settle } from "../support/fake-clock.ts";

const FINISHED: QueueVerdict = { type: "finished" };

/** Pushes jobs named by their person and a number, "ada1 ada2 bob1". */
export async function pushAll(queue: JobQueue, ids: string, lane: "resumed" | "new" = "new"): Promise<void> {
  for (const id of ids.split(" ")) await queue.push(id, id.replace(/\d+$/, ""), lane);
}

/** Lets everything that waits run, one after another; gives the order they started in. */
export async function drain(queue: JobQueue, count: number): Promise<readonly JobId[]> {
  if (count === 0) return [];
  const started: JobId[] = [];
  let stop = () => {};
  await new Promise<void>((resolve) => {
    stop = queue.consume(async (id) => {
      if (started.push(id) === count) resolve();
      return FINISHED;
    }, 1);
  });
  stop();
  return started;
}

/** Starts just the next one and lets it finish. */
export async function takeOne(queue: JobQueue): Promise<JobId> {
  let stop = () => {};
  const taken = await new Promise<{ id: JobId; end: (verdict: QueueVerdict) => void }>((resolve) => {
    stop = queue.consume((id) => new Promise((end) => resolve({ id, end })), 1);
  });
  // Stopped before it ends, so that nothing starts in its place.
  stop();
  taken.end(FINISHED);
  await settle();
  return taken.id;
}

/** A handler whose jobs end when the test says so. */
export interface HeldHandler {
  /** In the order they started. */
  readonly started: readonly JobId[];
  readonly running: ReadonlySet<JobId>;
  handler(id: JobId): Promise<QueueVerdict>;
  /** @default verdict finished */
  end(id: JobId, verdict?: QueueVerdict): void;
  fail(id: JobId, error: Error): void;
  /** Waits until exactly these have started since the beginning, in this order. */
  hasStarted(ids: string): Promise<void>;
}

export function heldHandler(): HeldHandler {
  const started: JobId[] = [];
  const running = new Set<JobId>();
  const endings = new Map<JobId, (ending: QueueVerdict | Error) => void>();
  return {
    started,
    running,
    handler: (id) =>
      new Promise((resolve, reject) => {
        started.push(id);
        running.add(id);
        endings.set(id, (ending) => {
          running.delete(id);
          if (ending instanceof Error) reject(ending);
          else resolve(ending);
        });
      }),
    end: (id, verdict = FINISHED) => endings.get(id)?.(verdict),
    fail: (id, error) => endings.get(id)?.(error),
    hasStarted: (ids) => eventually(() => expect(started.join(" ")).toBe(ids)),
  };
}
