import { BotError } from "../errors.ts";
import type { SqliteDatabase } from "./sqlite.ts";

/**
 * What each schema version adds, oldest first: the database is at version n when the first n have run.
 * Append only; a version that was released never changes. Each runs in one transaction with its number.
 */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `create table entries (
      namespace text not null,
      key text not null,
      value text not null,
      expires_at integer,
      primary key (namespace, key)
    ) strict`,
    "create index entries_by_expiry on entries (expires_at) where expires_at is not null",
  ],
  [
    `create table ledger (
      take text primary key,
      job text not null,
      workspace text not null,
      person text not null,
      at integer not null,
      micro_usd integer not null,
      state text not null check (state in ('reserved', 'doubtful', 'settled', 'refunded'))
    ) strict, without rowid`,
    "create index ledger_by_person on ledger (person, at)",
    "create index ledger_by_time on ledger (at)",
    "create index ledger_pending on ledger (state, at) where state in ('reserved', 'doubtful')",
    "create index ledger_waiting on ledger (workspace) where state = 'reserved'",
    `create table ledger_totals (
      scope text not null,
      period text not null,
      micro_usd integer not null,
      pictures integer not null,
      primary key (scope, period)
    ) strict, without rowid`,
  ],
];

/** The version this bot writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Runs what is missing. The version is SQLite's own `user_version`, which `VACUUM INTO` copies along.
 * @throws BotError `store` when a newer version of the bot wrote the database.
 */
export function migrate(database: SqliteDatabase): void {
  const found = Number(database.rows("pragma user_version")[0]?.[0] ?? 0);
  if (found > MIGRATIONS.length) {
    throw new BotError("This database was written by a newer version of the bot.", {
      code: "store",
      context: { found, known: MIGRATIONS.length },
      remedy: "Update the bot, or point DATABASE_URL at a backup made before the update.",
    });
  }
  for (const [index, statements] of MIGRATIONS.entries()) {
    if (index < found) continue;
    database.transaction(() => {
      for (const statement of statements) database.run(statement);
      database.run(`pragma user_version = ${index + 1}`);
    });
  }
}
