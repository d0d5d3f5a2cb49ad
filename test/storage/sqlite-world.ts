import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { openStorage, type Storage } from "../../src/storage/storage.ts";
import { createFakeClock, type FakeClock } from "../support/fake-clock.ts";

/** A storage on a file of its own, and a second connection that harms it from outside. */
export interface SqliteWorld {
  readonly path: string;
  readonly storage: Storage;
  readonly clock: FakeClock;
  readonly setAside: { key: string; code: string }[];
  /** Overwrites a stored value. */
  overwrite(namespace: string, key: string, value: string): Promise<void>;
  /** Runs SQL on a connection of its own; gives the rows, if it has any. */
  sql(statement: string, ...values: readonly string[]): readonly (readonly unknown[])[];
  /** Takes the table away: every later statement fails as on a ruined disk. */
  fail(): Promise<void>;
  close(): Promise<void>;
}

export async function createSqliteWorld(): Promise<SqliteWorld> {
  const folder = await mkdtemp(join(tmpdir(), "imagine-bot-storage-"));
  const path = join(folder, "bot.sqlite");
  const clock = createFakeClock();
  const setAside: { key: string; code: string }[] = [];
  const storage = openStorage({
    url: `sqlite:${path}`,
    clock,
    onUnreadable: (key, error) => setAside.push({ key, code: error.code }),
  });

  const sql: SqliteWorld["sql"] = (statement, ...values) => {
    const handle = new Database(path);
    try {
      const prepared = handle.prepare(statement);
      if (!prepared.reader) {
        prepared.run(...values);
        return [];
      }
      const rows: unknown = prepared.raw().all(...values);
      return Array.isArray(rows) ? rows : [];
    } finally {
      handle.close();
    }
  };

  return {
    path,
    storage,
    clock,
    setAside,
    sql,
    overwrite: async (namespace, key, value) => {
      sql("update entries set value = ? where namespace = ? and key = ?", value, namespace, key);
    },
    fail: async () => {
      sql("drop table entries");
    },
    close: async () => {
      await storage.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
