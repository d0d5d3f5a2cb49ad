import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Ledger, LedgerRules, Reservation } from "../../src/core/ledger.ts";
import { periodOf } from "../../src/core/money.ts";

/** Noon of a day in the middle of a month, epoch ms. */
const NOON = Date.UTC(2026, 10, 15, 12);
const HOUR = 3_600_000;

/** No limit at all. */
export const NO_RULES: LedgerRules = {
  ceilings: [],
  perHour: null,
  waiting: null,
  waitingHere: null,
  cooldownMs: null,
};

const anOrder = (job: string, overrides: Partial<Reservation> = {}): Reservation => ({
  job,
  takes: [`${job}.1`],
  workspace: "discord/g",
  person: "discord/g/ada",
  at: NOON,
  microUsd: 45_000,
  ...overrides,
});

/** What every Ledger does. `open` gives an empty one. */
export function ledgerContract(name: string, open: () => Promise<Ledger>): void {
  describe(`the ledger: ${name}`, () => {
    let ledger: Ledger;
    beforeEach(async () => {
      ledger = await open();
    });
    const here = { type: "workspace", workspace: "discord/g" } as const;
    const ada = { type: "person", person: "discord/g/ada" } as const;
    const dayOf = async (scope: Parameters<Ledger["spent"]>[0] = { type: "bot" }) =>
      (await ledger.spent(scope, NOON)).day;

    it("counts what is set aside in every scope and period", async () => {
      await ledger.reserve(anOrder("a"), NO_RULES);
      await ledger.reserve(anOrder("b", { person: "discord/g/ben", takes: ["b.1", "b.2"] }), NO_RULES);
      await ledger.reserve(anOrder("c", { workspace: "slack/t", person: "slack/t/ada" }), NO_RULES);
      expect(await dayOf()).toEqual({ microUsd: 180_000, pictures: 4 });
      expect(await dayOf(here)).toEqual({ microUsd: 135_000, pictures: 3 });
      expect(await dayOf(ada)).toEqual({ microUsd: 45_000, pictures: 1 });
      expect((await ledger.spent(here, NOON + 24 * HOUR)).day).toEqual({ microUsd: 0, pictures: 0 });
      expect((await ledger.spent(here, NOON + 24 * HOUR)).month).toEqual({ microUsd: 135_000, pictures: 3 });
    });

    it("sets a take's money aside once, however often it is asked", async () => {
      const rules = { ...NO_RULES, waiting: 1 };
      expect(await ledger.reserve(anOrder("a"), rules)).toEqual({ type: "reserved" });
      expect(await ledger.reserve(anOrder("a"), rules)).toEqual({ type: "reserved" });
      expect(await dayOf()).toEqual({ microUsd: 45_000, pictures: 1 });
    });

    it("lets the last affordable picture through, refuses the next, and says until when", async () => {
      const ceiling = { scope: "workspace", period: "day", microUsd: 90_000 } as const;
      const rules = { ...NO_RULES, ceilings: [ceiling] };
      const results = [];
      for (const job of ["a", "b", "c"]) results.push(await ledger.reserve(anOrder(job), rules));
      expect(results.map((one) => one.type)).toEqual(["reserved", "reserved", "refused"]);
      expect(results[2]).toEqual({
        type: "refused",
        by: { type: "ceiling", ...ceiling },
        until: Date.UTC(2026, 10, 16),
      });
      expect(await ledger.reserve(anOrder("d", { at: NOON + 12 * HOUR }), rules)).toEqual({
        type: "reserved",
      });
    });

    it("sets all of a job's takes aside or none", async () => {
      const rules = {
        ...NO_RULES,
        ceilings: [{ scope: "bot", period: "month", microUsd: 100_000 }],
      } as const;
      expect((await ledger.reserve(anOrder("a", { takes: ["a.1", "a.2", "a.3"] }), rules)).type).toBe(
        "refused",
      );
      expect(await dayOf()).toEqual({ microUsd: 0, pictures: 0 });
      expect((await ledger.reserve(anOrder("b", { takes: ["b.1", "b.2"] }), rules)).type).toBe("reserved");
    });

    it("gives back what was not billed, and makes room again", async () => {
      const rules = {
        ...NO_RULES,
        ceilings: [{ scope: "person", period: "day", microUsd: 45_000 }],
      } as const;
      await ledger.reserve(anOrder("a"), rules);
      expect((await ledger.reserve(anOrder("b"), rules)).type).toBe("refused");
      await ledger.refund("a.1");
      await ledger.refund("a.1");
      expect(await dayOf()).toEqual({ microUsd: 0, pictures: 0 });
      expect((await ledger.reserve(anOrder("b"), rules)).type).toBe("reserved");
    });

    it("sets money aside anew that was given back, within the limits of then", async () => {
      const rules = {
        ...NO_RULES,
        ceilings: [{ scope: "bot", period: "day", microUsd: 45_000 }],
      } as const;
      await ledger.reserve(anOrder("a"), rules);
      await ledger.refund("a.1");
      await ledger.reserve(anOrder("b"), rules);
      expect((await ledger.reserve(anOrder("a", { at: NOON + 1 }), rules)).type).toBe("refused");
      await ledger.refund("b.1");
      expect((await ledger.reserve(anOrder("a", { at: NOON + 2, microUsd: 40_000 }), rules)).type).toBe(
        "reserved",
      );
      expect(await dayOf()).toEqual({ microUsd: 40_000, pictures: 1 });
      expect(await ledger.pending()).toEqual([{ take: "a.1", job: "a", at: NOON + 2 }]);
    });

    it("settles with what was billed, the last word whatever was there", async () => {
      await ledger.reserve(anOrder("a"), NO_RULES);
      await ledger.settle("a.1", 60_000);
      await ledger.settle("a.1", 60_000);
      expect(await dayOf(ada)).toEqual({ microUsd: 60_000, pictures: 1 });
      await ledger.refund("a.1");
      expect(await dayOf(ada)).toEqual({ microUsd: 60_000, pictures: 1 });
      await ledger.reserve(anOrder("b"), NO_RULES);
      await ledger.refund("b.1");
      await ledger.settle("b.1", 45_000);
      expect(await dayOf(ada)).toEqual({ microUsd: 105_000, pictures: 2 });
    });

    it("does nothing for a take it never heard of", async () => {
      await ledger.settle("x.1", 1);
      await ledger.refund("x.1");
      await ledger.doubt("x.1");
      expect(await dayOf()).toEqual({ microUsd: 0, pictures: 0 });
    });

    it("keeps doubtful money set aside, but no longer counts the take as waiting", async () => {
      const rules = { ...NO_RULES, waiting: 1, waitingHere: 1 };
      await ledger.reserve(anOrder("a"), rules);
      expect(await ledger.reserve(anOrder("b"), rules)).toEqual({
        type: "refused",
        by: { type: "waiting", most: 1 },
        until: null,
      });
      await ledger.doubt("a.1");
      expect((await ledger.reserve(anOrder("b"), rules)).type).toBe("reserved");
      expect(await dayOf()).toEqual({ microUsd: 90_000, pictures: 2 });
      expect(await ledger.pending()).toEqual([
        { take: "a.1", job: "a", at: NOON },
        { take: "b.1", job: "b", at: NOON },
      ]);
      await ledger.refund("a.1");
      expect((await ledger.pending()).map((one) => one.take)).toEqual(["b.1"]);
    });

    it("bounds what a whole workspace has unfinished", async () => {
      const rules = { ...NO_RULES, waitingHere: 2 };
      await ledger.reserve(anOrder("a"), rules);
      await ledger.reserve(anOrder("b", { person: "discord/g/ben" }), rules);
      expect(await ledger.reserve(anOrder("c", { person: "discord/g/chloe" }), rules)).toMatchObject({
        by: { type: "waiting-here", most: 2 },
      });
      expect((await ledger.reserve(anOrder("d", { workspace: "slack/t" }), rules)).type).toBe("reserved");
    });

    it("counts the last hour to the millisecond, and says when there is room again", async () => {
      const rules = { ...NO_RULES, perHour: 2 };
      await ledger.reserve(anOrder("a"), rules);
      await ledger.reserve(anOrder("b", { at: NOON + 60_000 }), rules);
      expect(await ledger.reserve(anOrder("c", { at: NOON + HOUR - 1 }), rules)).toEqual({
        type: "refused",
        by: { type: "per-hour", most: 2 },
        until: NOON + HOUR,
      });
      expect((await ledger.reserve(anOrder("d", { at: NOON + HOUR }), rules)).type).toBe("reserved");
      expect(await ledger.activity("discord/g/ada", NOON + HOUR)).toEqual({ lastHour: 2, waiting: 3 });
    });

    it("never promises an hour in which a limit of none would let somebody in", async () => {
      const rules = { ...NO_RULES, perHour: 0 };
      expect(await ledger.reserve(anOrder("a"), rules)).toEqual({
        type: "refused",
        by: { type: "per-hour", most: 0 },
        until: null,
      });
    });

    it("keeps a person's requests apart, and does not count what was given back", async () => {
      const rules = { ...NO_RULES, cooldownMs: 30_000 };
      await ledger.reserve(anOrder("a"), rules);
      expect(await ledger.reserve(anOrder("b", { at: NOON + 29_999 }), rules)).toEqual({
        type: "refused",
        by: { type: "cooldown", most: 30_000 },
        until: NOON + 30_000,
      });
      await ledger.refund("a.1");
      expect((await ledger.reserve(anOrder("c", { at: NOON + 10_000 }), rules)).type).toBe("reserved");
    });

    it("tells day by day, and forgets what is old but not what is still set aside", async () => {
      const dayMs = 24 * HOUR;
      await ledger.reserve(anOrder("a", { at: NOON - 3 * dayMs }), NO_RULES);
      await ledger.settle("a.1", 45_000);
      await ledger.reserve(anOrder("b", { at: NOON - 3 * dayMs }), NO_RULES);
      await ledger.reserve(anOrder("c"), NO_RULES);
      expect(await ledger.days({ type: "bot" }, NOON - 7 * dayMs)).toEqual([
        { day: "2026-11-12", microUsd: 90_000, pictures: 2 },
        { day: "2026-11-15", microUsd: 45_000, pictures: 1 },
      ]);
      await ledger.prune(NOON - dayMs);
      expect(await ledger.days({ type: "bot" }, NOON - 7 * dayMs)).toEqual([
        { day: "2026-11-15", microUsd: 45_000, pictures: 1 },
      ]);
      expect((await ledger.pending()).map((one) => one.take)).toEqual(["b.1", "c.1"]);
    });

    it("adds up, and never passes a ceiling, whatever happens in whatever order", async () => {
      const takes = fc.integer({ min: 0, max: 9 });
      const step = fc.oneof(
        fc.record({ type: fc.constant("reserve" as const), take: takes }),
        fc.record({ type: fc.constant("refund" as const), take: takes }),
        fc.record({ type: fc.constant("doubt" as const), take: takes }),
        fc.record({ type: fc.constant("settle" as const), take: takes }),
      );
      const ceilings = [{ scope: "bot", period: "day", microUsd: 4 * 45_000 }] as const;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          ledger = await open();
          const states = new Map<number, "held" | "doubtful" | "settled" | "free">();
          for (const { type, take } of steps) {
            const id = `j${take}.1`;
            const state = states.get(take);
            if (type === "reserve") {
              const held = [...states.values()].filter((one) => one !== "free").length;
              const counts = state !== undefined && state !== "free";
              const verdict = await ledger.reserve(anOrder(`j${take}`), { ...NO_RULES, ceilings });
              expect(verdict.type).toBe(counts || held < 4 ? "reserved" : "refused");
              if (verdict.type === "reserved" && !counts) states.set(take, "held");
            } else if (type === "refund") {
              await ledger.refund(id);
              if (state === "held" || state === "doubtful") states.set(take, "free");
            } else if (type === "doubt") {
              await ledger.doubt(id);
              if (state === "held") states.set(take, "doubtful");
            } else if (state !== undefined && state !== "free") {
              await ledger.settle(id, 45_000);
              states.set(take, "settled");
            }
            const counted = [...states.values()].filter((one) => one !== "free").length;
            expect(await dayOf()).toEqual({ microUsd: counted * 45_000, pictures: counted });
            expect(counted).toBeLessThanOrEqual(4);
          }
        }),
        { numRuns: 60 },
      );
    });

    it("names its periods in UTC", () => {
      expect(periodOf("day", Date.UTC(2026, 11, 31, 23, 59))).toBe("2026-12-31");
      expect(periodOf("month", Date.UTC(2027, 0, 1))).toBe("2027-01");
    });
  });
}
