import Database from "libsql";
import { BotError } from "../errors.ts";
import { migrate } from "./migrations.ts";

/** One open SQLite database. Every call is synchronous and throws what SQLite throws. */
export interface SqliteDatabase {
  /** Runs a statement; gives the number of changed rows. */
  run(sql: string, ...values: readonly SqlValue[]): number;
  /** All rows, each with its cells in the order of the select list. */
  rows(sql: string, ...values: readonly SqlValue[]): readonly (readonly unknown[])[];
  /** All or nothing. Must not be nested. */
  transaction<T>(work: () => T): T;
  /** Safe to call twice; every other call throws from then on. */
  close(): void;
}

export type SqlValue = string | number | null;

/**
 * How long a write waits for another connection (the owner's `sqlite3`, a backup tool) before it fails. Everything
 * waits meanwhile, and platforms give three seconds to say that nothing can be saved.
 */
const BUSY_TIMEOUT_MS = 1000;

/**
 * Opens the file (or `:memory:`), creates it and brings its tables up to date.
 * A write that returned survives a power cut: WAL with `synchronous = FULL`.
 * @throws BotError `store`, also for a file that is no database or that a newer version wrote.
 */
export function openSqlite(path: string): SqliteDatabase {
  let handle: Database.Database | null = null;
  try {
    handle = new Database(path);
    handle.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    handle.pragma("journal_mode = WAL");
    handle.pragma("synchronous = FULL");
    const database = wrap(handle);
    migrate(database);
    return database;
  } catch (cause) {
    handle?.close();
    if (cause instanceof BotError) throw cause;
    throw new BotError("The database cannot be opened.", {
      code: "store",
      context: { path },
      cause,
      remedy: "Check that DATABASE_URL names a file this user may create, read and write.",
    });
  }
}

function wrap(handle: Database.Database): SqliteDatabase {
  const statements = new Map<string, Database.Statement>();
  const prepare = (sql: string): Database.Statement => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = handle.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };

  return {
    run: (sql, ...values) => prepare(sql).run(...values).changes,
    rows: (sql, ...values) => {
      const rows: unknown = prepare(sql)
        .raw()
        .all(...values);
      return Array.isArray(rows) ? rows : [];
    },
    transaction: (work) => {
      handle.exec("begin immediate");
      try {
        const value = work();
        handle.exec("commit");
        return value;
      } catch (error) {
        // A full disk has ended it already, and libsql's own helper then fails with that instead of the reason.
        if (handle.inTransaction) handle.exec("rollback");
        throw error;
      }
    },
    close: () => {
      // In libsql a prepared statement goes on working after close(); a new one is refused.
      statements.clear();
      handle.close();
    },
  };
}
