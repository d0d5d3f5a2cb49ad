import { Keyv } from "keyv";
import type { Clock } from "../core/clock.ts";
import { BotError } from "../errors.ts";
import { storeCall } from "./failure.ts";
import { createKeyvSqlite, type Entry, type KeyRange } from "./keyv-sqlite.ts";
import type { SqliteDatabase } from "./sqlite.ts";

/**
 * Texts by key in one namespace: what records and jobs are kept in. This is Keyv, plus the two calls of our adapter
 * that Keyv has no word for (`insert`, `keys`). Every failure throws BotError `store`.
 */
export interface Texts {
  readonly namespace: string;
  get(key: string): Promise<string | null>;
  /** A `ttlMs` below 1 counts as 1. */
  set(key: string, value: string, ttlMs?: number): Promise<void>;
  /** All or none of them. */
  setMany(entries: readonly Entry[]): Promise<void>;
  /** Stores `entry` and `along` if the key of `entry` is absent; else nothing, and false. */
  insert(entry: Entry, along?: readonly Entry[]): Promise<boolean>;
  remove(key: string): Promise<void>;
  keys(range: KeyRange): Promise<readonly string[]>;
  /** By key in ascending order. */
  entries(): Promise<readonly (readonly [string, string])[]>;
}

export function createTexts(options: {
  readonly database: SqliteDatabase;
  readonly clock: Clock;
  readonly namespace: string;
}): Texts {
  const { namespace } = options;
  const adapter = createKeyvSqlite(options);
  const keyv = new Keyv<string>({
    store: adapter,
    namespace,
    // The adapter keeps namespaces apart in a column. Keyv's own prefix would leave a key alone that happens to
    // begin with the namespace, and so mix up two keys.
    useKeyPrefix: false,
    // Without it a failed read is "not found" and a failed write is nothing at all.
    throwOnErrors: true,
    emitErrors: false,
    // Keyv passes texts through unread. Reading JSON is the caller's, so that one bad record does not break off a
    // whole iteration; expiry is the adapter's, so that one clock decides it.
    serialize: ({ value }) => {
      if (typeof value !== "string") throw new TypeError("only texts are stored here");
      return value;
    },
    deserialize: <Value>(text: string) => ({ value: text as Value }),
  });
  const call = <T>(operation: string, work: () => Promise<T>): Promise<T> =>
    storeCall({ operation, namespace }, work);

  return {
    namespace,
    get: (key) => call("get", async () => (await keyv.get(key)) ?? null),
    set: (key, value, ttlMs) =>
      call("set", async () => {
        await keyv.set(checked(key), value, ttlOf(ttlMs));
      }),
    setMany: (entries) =>
      call("set", async () => {
        await keyv.setMany(entries.map(ready));
      }),
    insert: (entry, along = []) => call("insert", () => adapter.insert(ready(entry), along.map(ready))),
    remove: (key) =>
      call("remove", async () => {
        await keyv.delete(key);
      }),
    keys: (range) => call("keys", () => adapter.keys(range)),
    entries: () =>
      call("entries", async () => {
        const found: [string, string][] = [];
        for await (const entry of adapter.iterator()) found.push(entry);
        return found;
      }),
  };
}

function ready(entry: Entry) {
  const ttl = ttlOf(entry.ttl);
  return { key: checked(entry.key), value: entry.value, ...(ttl === undefined ? {} : { ttl }) };
}

/** Keyv takes a ttl of 0 for "no ttl", which would keep for ever what should be gone at once. */
function ttlOf(ttlMs: number | undefined): number | undefined {
  return ttlMs === undefined ? undefined : Math.max(1, Math.ceil(ttlMs));
}

/** SQLite cuts a text at NUL and replaces half a surrogate pair, so two such keys could be one. */
function checked(key: string): string {
  if (!/[\0\p{Surrogate}]/u.test(key)) return key;
  throw new BotError("A key must be whole Unicode text without NUL.", { code: "misuse" });
}
