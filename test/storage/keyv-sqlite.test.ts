import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createKeyvSqlite } from "../../src/storage/keyv-sqlite.ts";
import { openSqlite, type SqliteDatabase } from "../../src/storage/sqlite.ts";
import { createFakeClock } from "../support/fake-clock.ts";

describe("the Keyv adapter", () => {
  let database: SqliteDatabase;
  let clock = createFakeClock();
  beforeEach(() => {
    database = openSqlite(":memory:");
    clock = createFakeClock();
  });
  afterEach(() => database.close());

  const adapter = (namespace: string) => {
    const created = createKeyvSqlite({ database, clock });
    created.namespace = namespace;
    return created;
  };
  const rows = () => database.rows("select namespace, key, value from entries order by namespace, key");

  it("gives keys by range, in either order, as many as asked for", async () => {
    const store = adapter("a");
    for (const key of ["a/1", "b/1", "b/2", "b/3", "b0", "c/1"]) await store.set(key, "x");
    await adapter("b").set("b/4", "x");
    const range = { from: "b/", to: "b0", limit: 10 };
    expect(await store.keys({ ...range, order: "ascending" })).toEqual(["b/1", "b/2", "b/3"]);
    expect(await store.keys({ ...range, order: "descending", limit: 2 })).toEqual(["b/3", "b/2"]);
    expect(await store.keys({ ...range, to: "b/3", order: "descending" })).toEqual(["b/2", "b/1"]);
  });

  it("takes what has expired for absent everywhere, without deleting on reading", async () => {
    const store = adapter("a");
    await store.set("k", "x", 10);
    await clock.advance(10);
    expect(await store.get("k")).toBeUndefined();
    expect(await store.getMany(["k"])).toEqual([undefined]);
    expect(await store.has("k")).toBe(false);
    expect(await store.keys({ from: "", to: "z", order: "ascending", limit: 9 })).toEqual([]);
    expect((await store.iterator().next()).done).toBe(true);
    expect(rows()).toHaveLength(1);
  });

  it("takes out what has expired, of every namespace, when the next perishable entry comes", async () => {
    await adapter("a").set("old", "x", 10);
    await adapter("b").set("old", "x", 10);
    await adapter("b").set("kept", "x");
    await clock.advance(10);
    await adapter("a").set("new", "x", 10);
    expect(rows().map(([namespace, key]) => `${namespace}/${key}`)).toEqual(["a/new", "b/kept"]);
  });

  it("stores several entries or none", async () => {
    const store = adapter("a");
    database.run(
      "create trigger full before insert on entries when new.key = 'bad' begin select raise(abort, 'x'); end",
    );
    const entries = ["good", "bad"].map((key) => ({ key, value: "x" }));
    await expect(store.setMany(entries)).rejects.toThrow();
    await expect(store.insert({ key: "first", value: "x" }, entries)).rejects.toThrow();
    expect(rows()).toEqual([]);
  });

  it("stores nothing along with an entry that is there already", async () => {
    const store = adapter("a");
    expect(await store.insert({ key: "k", value: "1" }, [{ key: "along", value: "1" }])).toBe(true);
    expect(await store.insert({ key: "k", value: "2" }, [{ key: "along", value: "2" }])).toBe(false);
    expect(rows()).toEqual([
      ["a", "along", "1"],
      ["a", "k", "1"],
    ]);
  });

  it("iterates over more than one page, also while entries come and go", async () => {
    const store = adapter("a");
    const keys = Array.from({ length: 250 }, (_, n) => String(1000 + n));
    for (const key of keys) await store.set(key, "x");
    const seen: string[] = [];
    for await (const [key] of store.iterator()) {
      seen.push(key);
      await store.delete(key);
      await store.set(`0${key}`, "behind");
    }
    expect(seen).toEqual(keys);
  });
});
