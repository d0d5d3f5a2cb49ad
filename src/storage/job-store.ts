import { z } from "zod";
import { isFinal, type Job, type JobId, personOf } from "../core/model.ts";
import type { JobStore } from "../core/ports.ts";
import { type Decoded, decode } from "./decode.ts";
import { type OnUnreadable, unreadable } from "./failure.ts";
import { jobSchema } from "./job-record.ts";
import type { Entry } from "./keyv-sqlite.ts";
import type { Texts } from "./texts.ts";

/*
 * Jobs and their indexes are entries of one Keyv namespace, and an entry's key says what it is:
 *
 *   job/<id>                      the record
 *   message/<message key>         → id
 *   open/<time>/<id>              not final yet
 *   person/<person>/<time>/<id>   a person's history
 *   time/<time>/<id>              everybody's history
 *
 * A job and its index entries are written by one call, which the adapter makes one transaction. Only `open/…` is
 * ever taken away, after the record that made it stale; a reader drops what it finds stale there, and tolerates an
 * index entry without its record, so a store without transactions could stand in.
 */

const messageSchema = z.string();

/** Digits of an epoch time in a key, so that keys sort like times. */
const TIME_DIGITS = 16;
/** Keys looked at in one go when forgetting. */
const PRUNE_STEP = 100;

export function createJobStore(options: {
  readonly texts: Texts;
  readonly onUnreadable: OnUnreadable;
}): JobStore {
  const { texts, onUnreadable } = options;

  const read = async (id: JobId): Promise<Decoded<Job> | null> => {
    const text = await texts.get(recordKey(id));
    return text === null ? null : decode(text, jobSchema);
  };
  /** Null also for a record that cannot be read, which is reported. */
  const readOrSetAside = async (id: JobId): Promise<Job | null> => {
    const found = await read(id);
    if (found === null || found.ok) return found?.value ?? null;
    onUnreadable(recordKey(id), unreadable(texts.namespace, recordKey(id), found.problem));
    return null;
  };
  const get = async (id: JobId): Promise<Job | null> => {
    const found = await read(id);
    if (found === null) return null;
    if (!found.ok) throw unreadable(texts.namespace, recordKey(id), found.problem);
    return found.value;
  };

  const forget = async (job: Job): Promise<void> => {
    // The record first: an index entry without its record is tolerated, the other way round it would stay.
    await texts.remove(recordKey(job.id));
    for (const entry of indexEntries(job)) await texts.remove(entry.key);
  };
  /** Everybody who ever asked for something, as in `personOf`, one look-up each. */
  async function* people(): AsyncGenerator<string> {
    let { from, to } = under("person/");
    for (;;) {
      const [key] = await texts.keys({ from, to, order: "ascending", limit: 1 });
      const person = key?.split("/")[1];
      if (person === undefined) return;
      yield decodeURIComponent(person);
      from = under(`person/${person}/`).to;
    }
  }

  return {
    get,
    forget: async (id) => {
      const job = await get(id);
      if (job !== null) await forget(job);
    },
    ofUser: async (platform, user) => {
      const jobs: Job[] = [];
      for await (const person of people()) {
        if (!isUser(person, platform, user)) continue;
        const prefix = personPrefix(person);
        const keys = await texts.keys({
          ...under(prefix),
          order: "ascending",
          limit: Number.MAX_SAFE_INTEGER,
        });
        for (const key of keys) {
          const job = await readOrSetAside(idIn(key, prefix));
          if (job !== null) jobs.push(job);
        }
      }
      return jobs.sort((one, other) => one.createdAt - other.createdAt);
    },
    insert: (job) => texts.insert(recordEntry(job), indexEntries(job)),
    save: async (job) => {
      await texts.setMany([recordEntry(job), ...indexEntries(job)]);
      if (isFinal(job)) await texts.remove(openKey(job));
    },
    byMessage: async (messageKey) => {
      const key = messageIndexKey(messageKey);
      const text = await texts.get(key);
      if (text === null) return null;
      const id = decode(text, messageSchema);
      if (!id.ok) throw unreadable(texts.namespace, key, id.problem);
      return get(id.value);
    },
    open: async () => {
      const jobs: Job[] = [];
      const keys = await texts.keys({
        ...under("open/"),
        order: "ascending",
        limit: Number.MAX_SAFE_INTEGER,
      });
      for (const key of keys) {
        const job = await readOrSetAside(idIn(key, "open/"));
        if (job === null) continue;
        if (isFinal(job)) await texts.remove(key);
        else jobs.push(job);
      }
      return jobs;
    },
    history: async (person, limit, before) => {
      const prefix = person === null ? "time/" : personPrefix(person);
      const jobs: Job[] = [];
      let { from, to } = under(prefix);
      if (before !== undefined) to = `${prefix}${timeAndId(before)}`;
      while (jobs.length < limit) {
        const wanted = limit - jobs.length;
        const keys = await texts.keys({ from, to, order: "descending", limit: wanted });
        for (const key of keys) {
          const job = await readOrSetAside(idIn(key, prefix));
          if (job !== null) jobs.push(job);
          to = key;
        }
        if (keys.length < wanted) break;
      }
      return jobs;
    },
    prune: async (before, limit) => {
      let pruned = 0;
      let { from } = under("time/");
      const to = `time/${timeDigits(before)}`;
      while (pruned < limit) {
        const keys = await texts.keys({ from, to, order: "ascending", limit: PRUNE_STEP });
        for (const key of keys) {
          const job = await readOrSetAside(idIn(key, "time/"));
          if (job === null || !isFinal(job) || pruned === limit) continue;
          await forget(job);
          pruned += 1;
        }
        const last = keys.at(-1);
        if (last === undefined || keys.length < PRUNE_STEP) break;
        // Right behind the last key seen, which may belong to a job that stays.
        from = `${last}\u0001`;
      }
      return pruned;
    },
  };
}

function recordEntry(job: Job): Entry {
  return { key: recordKey(job.id), value: JSON.stringify(job) };
}

function indexEntries(job: Job): readonly Entry[] {
  const { messageKey } = job.reply;
  const person = personPrefix(personOf(job.requester));
  const keys = [`time/${timeAndId(job)}`, `${person}${timeAndId(job)}`];
  if (!isFinal(job)) keys.push(openKey(job));
  if (messageKey !== null) keys.push(messageIndexKey(messageKey));
  return keys.map((key) => ({ key, value: JSON.stringify(job.id) }));
}

function recordKey(id: JobId): string {
  return `job/${id}`;
}

function messageIndexKey(messageKey: string): string {
  return `message/${messageKey}`;
}

function openKey(job: Job): string {
  return `open/${timeAndId(job)}`;
}

/** Encoded, so that no person's keys lie among another's. */
function personPrefix(person: string): string {
  return `person/${encodeURIComponent(person)}/`;
}

/** Whether a person, as in `personOf`, is this user in some workspace. Ids of users and workspaces hold no slash. */
function isUser(person: string, platform: string, user: string): boolean {
  return person.startsWith(`${platform}/`) && person.endsWith(`/${user}`);
}

function timeAndId({ id, createdAt }: Pick<Job, "id" | "createdAt">): string {
  return `${timeDigits(createdAt)}/${id}`;
}

function timeDigits(time: number): string {
  return String(Math.max(Math.floor(time), 0)).padStart(TIME_DIGITS, "0");
}

function idIn(key: string, prefix: string): JobId {
  return key.slice(prefix.length + TIME_DIGITS + 1);
}

/** Every key that begins with `prefix`, which ends in a slash: "0" is the character after it. */
function under(prefix: string): { from: string; to: string } {
  return { from: prefix, to: `${prefix.slice(0, -1)}0` };
}
