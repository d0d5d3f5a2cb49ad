import type { Clock } from "../core/clock.ts";
import { isFinal, type Job, type Json, personOf } from "../core/model.ts";
import type { JobStore, Records } from "../core/ports.ts";

/** A JobStore that forgets everything with the process: for tests. Keeps copies, as a real store does. */
export function createMemoryJobStore(): JobStore {
  const jobs = new Map<string, Job>();
  const ids = new Map<string, string>();

  const put = (job: Job): void => {
    jobs.set(job.id, structuredClone(job));
    if (job.reply.messageKey !== null) ids.set(job.reply.messageKey, job.id);
  };
  const sorted = (): Job[] => [...jobs.values()].sort(byTimeThenId);

  return {
    insert: async (job) => {
      if (jobs.has(job.id)) return false;
      put(job);
      return true;
    },
    save: async (job) => put(job),
    get: async (id) => copyOf(jobs.get(id)),
    byMessage: async (messageKey) => {
      const id = ids.get(messageKey);
      return id === undefined ? null : copyOf(jobs.get(id));
    },
    open: async () =>
      sorted()
        .filter((job) => !isFinal(job))
        .map((job) => structuredClone(job)),
    history: async (person, limit, before) =>
      sorted()
        .reverse()
        .filter((job) => person === null || personOf(job.requester) === person)
        .filter((job) => before === undefined || byTimeThenId(job, before) < 0)
        .slice(0, limit)
        .map((job) => structuredClone(job)),
    ofUser: async (platform, user) =>
      sorted()
        .filter(({ requester }) => requester.platform === platform && requester.user === user)
        .map((job) => structuredClone(job)),
    forget: async (id) => {
      jobs.delete(id);
    },
    prune: async (before, limit) => {
      const old = sorted().filter((job) => isFinal(job) && job.createdAt < before);
      for (const job of old.slice(0, limit)) jobs.delete(job.id);
      return Math.min(old.length, limit);
    },
  };
}

/** Records that are forgotten with the process: for tests. */
export function createMemoryRecords<T extends Json>(clock: Clock): Records<T> {
  const records = new Map<string, { readonly value: T; readonly expiresAt: number }>();

  const living = (key: string) => {
    const found = records.get(key);
    return found !== undefined && found.expiresAt > clock.now() ? found : null;
  };
  const put = (key: string, value: T, ttlMs: number): void => {
    records.set(key, { value: structuredClone(value), expiresAt: clock.now() + Math.max(1, ttlMs) });
  };

  return {
    get: async (key) => copyOf(living(key)?.value),
    set: async (key, value, ttlMs = Number.POSITIVE_INFINITY) => put(key, value, ttlMs),
    insert: async (key, value, ttlMs = Number.POSITIVE_INFINITY) => {
      if (living(key) !== null) return false;
      put(key, value, ttlMs);
      return true;
    },
    remove: async (key) => {
      records.delete(key);
    },
    all: async () =>
      [...records.keys()].sort(byUtf8).flatMap((key) => {
        const found = living(key);
        return found === null ? [] : [[key, structuredClone(found.value)] as const];
      }),
  };
}

function copyOf<T>(value: T | undefined): T | null {
  return value === undefined ? null : structuredClone(value);
}

function byTimeThenId(a: Pick<Job, "id" | "createdAt">, b: Pick<Job, "id" | "createdAt">): number {
  return a.createdAt - b.createdAt || byUtf8(a.id, b.id);
}

/** The order of SQLite, which is that of the bytes. */
function byUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
