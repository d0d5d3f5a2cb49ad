import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Records } from "../../src/core/ports.ts";
import type { FakeClock } from "../support/fake-clock.ts";

/** What the suite stores: `{ n }`. */
export type Numbered = { readonly n: number };

export interface RecordsDescriptor {
  /** Fresh, empty records on a clock the suite moves. */
  create(): Promise<RecordsWorld>;
  /** `harm`: whether records can rot and the store can fail at all; without it `corrupt` and `fail` are never called. */
  readonly differences: { readonly harm: "possible" | "impossible" };
}

export interface RecordsWorld {
  readonly records: Records<Numbered>;
  /** Records of another namespace in the same store. */
  readonly others: Records<Numbered>;
  readonly clock: FakeClock;
  /** Makes the record under that key unreadable. */
  corrupt(key: string): Promise<void>;
  fail(): Promise<void>;
  /** What was reported as unreadable so far. */
  readonly setAside: readonly { readonly key: string; readonly code: string }[];
  close(): Promise<void>;
}

/** What every Records guarantees. */
export function recordsContract(name: string, descriptor: RecordsDescriptor): void {
  describe(`${name} as records`, () => {
    let world: RecordsWorld;
    beforeEach(async () => {
      world = await descriptor.create();
    });
    afterEach(() => world.close());

    it("gives back what was set last, and null for what was not", async () => {
      const { records } = world;
      await records.set("a", { n: 1 });
      await records.set("a", { n: 2 });
      expect(await records.get("a")).toEqual({ n: 2 });
      expect(await records.get("b")).toBeNull();
    });

    it("lets exactly one of many simultaneous inserts win, and leaves the winner alone", async () => {
      const won = await Promise.all(Array.from({ length: 20 }, (_, n) => world.records.insert("a", { n })));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await world.records.get("a")).toEqual({ n: won.indexOf(true) });
    });

    it("forgets what was removed, and does not mind removing it again", async () => {
      await world.records.set("a", { n: 1 });
      await world.records.remove("a");
      await world.records.remove("a");
      expect(await world.records.get("a")).toBeNull();
      expect(await world.records.insert("a", { n: 2 })).toBe(true);
    });

    it("lists everything by key in ascending order, also a lot of it", async () => {
      const keys = Array.from({ length: 250 }, (_, n) => `k-${String(n * 7919).padStart(9, "0")}`);
      for (const [n, key] of [...keys].reverse().entries()) await world.records.set(key, { n });
      await world.records.set("é", { n: 0 });
      await world.records.set("Z", { n: 0 });
      expect((await world.records.all()).map(([key]) => key)).toEqual(["Z", ...keys, "é"]);
    });

    it("keeps keys apart that look like patterns or like a namespace of their own", async () => {
      const keys = ["%", "_", "a:b", "a", "things:a", "other:a", "", "'", '"; drop table x'];
      for (const [n, key] of keys.entries()) {
        if (key !== "") await world.records.set(key, { n });
      }
      for (const [n, key] of keys.entries()) {
        expect(await world.records.get(key)).toEqual(key === "" ? null : { n });
      }
    });

    it("keeps namespaces apart", async () => {
      await world.records.set("a", { n: 1 });
      await world.others.set("a", { n: 2 });
      await world.others.set("b", { n: 3 });
      expect(await world.records.all()).toEqual([["a", { n: 1 }]]);
      await world.records.remove("b");
      expect(await world.others.get("b")).toEqual({ n: 3 });
    });

    describe("with a time to live", () => {
      it.each(["set", "insert"] as const)("keeps what was %s until its time is up", async (how) => {
        const { records, clock } = world;
        await records[how]("a", { n: 1 }, 1000);
        await clock.advance(999);
        expect(await records.get("a")).toEqual({ n: 1 });
        expect(await records.insert("a", { n: 2 })).toBe(false);
        await clock.advance(1);
        expect(await records.get("a")).toBeNull();
        expect(await records.all()).toEqual([]);
      });

      it("takes an expired record for absent when inserting, and starts its time anew", async () => {
        const { records, clock } = world;
        await records.insert("a", { n: 1 }, 1000);
        await clock.advance(1500);
        expect(await records.insert("a", { n: 2 }, 1000)).toBe(true);
        await clock.advance(999);
        expect(await records.get("a")).toEqual({ n: 2 });
      });

      it("keeps for ever what is set without one, even over one that had it", async () => {
        const { records, clock } = world;
        await records.set("a", { n: 1 }, 1000);
        await records.set("a", { n: 2 });
        await clock.advance(10_000_000);
        expect(await records.get("a")).toEqual({ n: 2 });
      });

      it.each([0, -5])("does not take a time to live of %d ms for ever", async (ttlMs) => {
        await world.records.set("a", { n: 1 }, ttlMs);
        await world.clock.advance(1);
        expect(await world.records.get("a")).toBeNull();
      });
    });

    if (descriptor.differences.harm === "possible") harmCases(() => world);
  });
}

function harmCases(world: () => RecordsWorld): void {
  it("leaves a record that cannot be read out of the list, reports it, and says so when it is asked for", async () => {
    const { records, corrupt } = world();
    for (const n of [1, 2, 3]) await records.set(`k${n}`, { n });
    await corrupt("k2");
    expect((await records.all()).map(([key]) => key)).toEqual(["k1", "k3"]);
    expect(world().setAside).toEqual([{ key: "k2", code: "store" }]);
    await expect(records.get("k2")).rejects.toMatchObject({ name: "BotError", code: "store" });
    expect(await records.insert("k2", { n: 4 })).toBe(false);
  });

  it("throws `store` from every call when the store fails, and never reads as absent", async () => {
    const { records, fail } = world();
    await records.set("a", { n: 1 });
    await fail();
    const calls = [
      records.get("a"),
      records.set("b", { n: 2 }),
      records.insert("c", { n: 3 }),
      records.remove("a"),
      records.all(),
    ];
    for (const call of calls) {
      await expect(call).rejects.toMatchObject({ name: "BotError", code: "store" });
    }
  });
}
