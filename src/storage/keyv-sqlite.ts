import type { Clock } from "../core/clock.ts";
import type { SqliteDatabase } from "./sqlite.ts";

/** One text to store under a key. Without `ttl` (ms) it stays for ever. */
export interface Entry {
  readonly key: string;
  readonly value: string;
  readonly ttl?: number | undefined;
}

/** Keys from `from` up to, not including, `to`. */
export interface KeyRange {
  readonly from: string;
  readonly to: string;
  readonly order: "ascending" | "descending";
  readonly limit: number;
}

/**
 * A Keyv storage adapter for one namespace, with the two things Keyv has no word for: `insert` and `keys`.
 * Every call is one transaction; an entry past its time is absent everywhere.
 * Keyv writes `namespace` when it adopts the adapter, so each namespace needs an adapter of its own: a shared
 * one would mix them. It reads `opts.dialect` to decide whether there is an iterator.
 */
export interface KeyvSqlite {
  readonly opts: { readonly dialect: "sqlite" };
  namespace: string | undefined;
  get(key: string): Promise<string | undefined>;
  getMany(keys: readonly string[]): Promise<(string | undefined)[]>;
  has(key: string): Promise<boolean>;
  set(key: string, value: string, ttlMs?: number): Promise<void>;
  setMany(entries: readonly Entry[]): Promise<void>;
  /** Stores `entry` if its key is absent, and `along` with it; false, and nothing is stored, if it is there. */
  insert(entry: Entry, along?: readonly Entry[]): Promise<boolean>;
  /** True when the key was there. */
  delete(key: string): Promise<boolean>;
  clear(): Promise<void>;
  keys(range: KeyRange): Promise<readonly string[]>;
  /** Everything of a namespace by key in ascending order (of UTF-8 bytes). Writes meanwhile may or may not show. */
  iterator(namespace?: string): AsyncGenerator<[string, string], void>;
}

const LIVING = "(expires_at is null or expires_at > ?)";
const SELECT = `select value from entries where namespace = ? and key = ? and ${LIVING}`;
const INSERT = "insert into entries (namespace, key, value, expires_at) values (?, ?, ?, ?)";
const UPSERT = `${INSERT} on conflict do update set value = excluded.value, expires_at = excluded.expires_at`;
const INSERT_IF_ABSENT = `${INSERT} on conflict do nothing`;
const SWEEP = "delete from entries where expires_at <= ?";
const DELETE = "delete from entries where namespace = ? and key = ?";
const CLEAR = "delete from entries where namespace = ?";
const KEYS = `select key from entries where namespace = ? and key >= ? and key < ? and ${LIVING} order by key`;
const PAGE = `select key, value from entries where namespace = ? and key > ? and ${LIVING} order by key limit ?`;

const PAGE_SIZE = 100;

/** The table is `entries`; see migrations.ts. */
export function createKeyvSqlite(options: {
  readonly database: SqliteDatabase;
  readonly clock: Clock;
}): KeyvSqlite {
  const { database, clock } = options;

  const read = (namespace: string, key: string): string | undefined => {
    const row = database.rows(SELECT, namespace, key, clock.now())[0];
    return row === undefined ? undefined : textOf(row[0]);
  };
  const write = (sql: string, namespace: string, entry: Entry): number => {
    const expiresAt = entry.ttl === undefined ? null : clock.now() + entry.ttl;
    return database.run(sql, namespace, entry.key, entry.value, expiresAt);
  };
  // Whoever adds something that perishes takes out what has perished, so nothing else has to.
  const sweep = (): void => {
    database.run(SWEEP, clock.now());
  };

  const adapter: KeyvSqlite = {
    opts: { dialect: "sqlite" },
    namespace: undefined,

    async get(key) {
      return read(space(), key);
    },
    async getMany(keys) {
      return keys.map((key) => read(space(), key));
    },
    async has(key) {
      return read(space(), key) !== undefined;
    },
    async set(key, value, ttlMs) {
      await adapter.setMany([{ key, value, ttl: ttlMs }]);
    },
    async setMany(entries) {
      database.transaction(() => {
        if (entries.some((entry) => entry.ttl !== undefined)) sweep();
        for (const entry of entries) write(UPSERT, space(), entry);
      });
    },
    async insert(entry, along = []) {
      return database.transaction(() => {
        sweep();
        if (write(INSERT_IF_ABSENT, space(), entry) === 0) return false;
        for (const other of along) write(UPSERT, space(), other);
        return true;
      });
    },
    async delete(key) {
      return database.run(DELETE, space(), key) > 0;
    },
    async clear() {
      database.run(CLEAR, space());
    },
    async keys({ from, to, order, limit }) {
      const sql = `${KEYS} ${order === "ascending" ? "asc" : "desc"} limit ?`;
      return database.rows(sql, space(), from, to, clock.now(), limit).map((row) => textOf(row[0]));
    },
    async *iterator(namespace = space()) {
      let last = "";
      while (true) {
        const page = database.rows(PAGE, namespace, last, clock.now(), PAGE_SIZE);
        for (const [key, value] of page) {
          last = textOf(key);
          yield [last, textOf(value)];
        }
        if (page.length < PAGE_SIZE) return;
      }
    },
  };
  const space = (): string => adapter.namespace ?? "";
  return adapter;
}

function textOf(cell: unknown): string {
  if (typeof cell === "string") return cell;
  throw new TypeError(`expected text in the database, found ${typeof cell}`);
}
