import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { z } from "zod";
import type { Clock } from "../core/clock.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Json } from "../core/model.ts";
import type { JobStore, Records } from "../core/ports.ts";
import { BotError } from "../errors.ts";
import { type OnUnreadable, storeCall } from "./failure.ts";
import { createJobStore } from "./job-store.ts";
import { createLedger } from "./ledger.ts";
import { MEMORY, pathIn, realPathOf } from "./place.ts";
import { createRecords } from "./records.ts";
import { takeInstanceLock } from "./single-instance.ts";
import { openSqlite, type SqliteDatabase } from "./sqlite.ts";
import { createTexts } from "./texts.ts";

/** Everything the bot keeps. */
export interface Storage {
  readonly jobs: JobStore;
  readonly ledger: Ledger;
  /** `namespace`: lower-case letters, digits and dashes; `jobs` is taken. Records that do not fit `schema` are unreadable. */
  records<T extends Json>(namespace: string, schema: z.ZodType<T>): Records<T>;
  /** Writes a whole, consistent copy to a path where no file is yet. Nothing else runs meanwhile. */
  backup(path: string): Promise<void>;
  /** Safe to call twice; every later call throws BotError `store`. */
  close(): Promise<void>;
}

const JOBS = "jobs";

/**
 * Opens the storage that `url` names, creating file and folder: `sqlite:<path>` or `sqlite::memory:`.
 * A file is this process's alone until `close`.
 * @throws BotError `config` (a URL it does not know), `locked` (another process has it), `store`.
 */
export function openStorage(options: {
  readonly url: string;
  readonly clock: Clock;
  readonly onUnreadable: OnUnreadable;
}): Storage {
  const { clock, onUnreadable } = options;
  const path = placeOf(options.url);
  const database = path === MEMORY ? openSqlite(path) : openLocked(path);

  return {
    jobs: createJobStore({ texts: createTexts({ database, clock, namespace: JOBS }), onUnreadable }),
    ledger: createLedger(database),
    records: (namespace, schema) => {
      if (namespace === JOBS || !/^[a-z][a-z0-9-]*$/.test(namespace)) {
        throw new BotError("A namespace is lower-case letters, digits and dashes, and not the jobs' own.", {
          code: "misuse",
          context: { namespace },
        });
      }
      return createRecords({ texts: createTexts({ database, clock, namespace }), schema, onUnreadable });
    },
    backup: (target) =>
      storeCall({ operation: "backup", target }, async () => {
        mkdirSync(dirname(target), { recursive: true });
        database.run("vacuum into ?", target);
      }),
    close: async () => database.close(),
  };
}

/** The lock belongs to the database object, so whoever still uses the one keeps the other from garbage collection. */
function openLocked(path: string): SqliteDatabase {
  const unlock = takeInstanceLock(path);
  try {
    const database = openSqlite(path);
    return {
      ...database,
      close: () => {
        database.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/**
 * The path of the database, with its folder in existence and symbolic links followed, so that two names of one file
 * meet at one lock.
 */
function placeOf(url: string): string {
  const path = pathIn(url);
  if (path === MEMORY) return MEMORY;
  try {
    mkdirSync(dirname(path), { recursive: true });
    return realPathOf(path);
  } catch (cause) {
    throw new BotError("The folder of the database cannot be made.", {
      code: "store",
      context: { path },
      cause,
      remedy: "Point DATABASE_URL at a folder this user may create and write.",
    });
  }
}
