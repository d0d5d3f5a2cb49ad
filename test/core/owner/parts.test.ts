import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatUsd, MAX_MICRO_USD, parseUsd, periodEnd } from "../../../src/core/money.ts";
import { POLICY_ENTRIES, policySchema, readValue, showValue } from "../../../src/core/policy/keys.ts";
import { limitsFor } from "../../../src/core/policy/policy.ts";
import { createPriceTag, LOOK_AGAIN_MS, LOOK_MS } from "../../../src/core/price-tag.ts";
import { createPromptCheck } from "../../../src/core/prompt-check.ts";
import { relativeTime } from "../../../src/core/view.ts";
import { aPolicy } from "../../support/builders.ts";
import { createFakeClock, settle } from "../../support/fake-clock.ts";

describe("money", () => {
  it.each([
    [45_000, "$0.045"],
    [5_000_000, "$5"],
    [12_500_000, "$12.50"],
    [1_200_000_000, "$1,200"],
    [1, "$0.000001"],
    [-45_000, "-$0.045"],
  ])("%i micro-dollars read %s", (microUsd, text) => {
    expect(formatUsd(microUsd)).toBe(text);
  });

  it("is read as it is written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_MICRO_USD }), (microUsd) => {
        expect(parseUsd(formatUsd(microUsd))).toBe(microUsd);
      }),
    );
  });

  it.each(["", "five", "1.2345678", "-1", "1,2", "2000000", "$", "1e3", "0x10"])(
    "does not read %j",
    (text) => {
      expect(parseUsd(text)).toBeNull();
    },
  );

  it("ends a day at the next midnight and a month at the next first, in UTC", () => {
    const eve = Date.UTC(2026, 11, 31, 23, 59, 59);
    expect(periodEnd("day", eve)).toBe(Date.UTC(2027, 0, 1));
    expect(periodEnd("month", eve)).toBe(Date.UTC(2027, 0, 1));
    expect(periodEnd("month", Date.UTC(2026, 1, 10))).toBe(Date.UTC(2026, 2, 1));
  });
});

describe("what can be set", () => {
  it("reads back what it shows, and every default", () => {
    for (const entry of POLICY_ENTRIES) {
      const fallback = readValue(entry, entry.fallback);
      expect([entry.option, fallback.ok]).toEqual([entry.option, true]);
      if (entry.kind.type === "words")
        for (const word of entry.kind.words) {
          const read = readValue(entry, ` ${word.toUpperCase()} `);
          expect(read.ok && showValue(entry, read.value)).toBe(word);
        }
    }
  });

  it("never lets a wrong value through, and says what would be right", () => {
    fc.assert(
      fc.property(fc.constantFrom(...POLICY_ENTRIES), fc.string(), (entry, typed) => {
        const read = readValue(entry, typed);
        if (read.ok)
          expect(policySchema.safeParse({ ...aPolicy(), [entry.key]: read.value }).success).toBe(true);
        else expect(read.problem).toMatch(/^set /);
      }),
    );
    const perHour = POLICY_ENTRIES.find((entry) => entry.key === "perHour");
    for (const typed of ["-1", "1.5", "100001", "many"])
      expect(perHour && readValue(perHour, typed)).toMatchObject({ ok: false });
  });

  it("shows numbers with their units", () => {
    const shown = (key: string, value: number | null) => {
      const entry = POLICY_ENTRIES.find((one) => one.key === key);
      return entry === undefined ? "" : showValue(entry, value);
    };
    expect(shown("cooldownSeconds", 10)).toBe("10 s");
    expect(shown("dayMicroUsd", null)).toBe("no ceiling");
    expect(shown("waiting", 1200)).toBe("1,200");
  });
});

describe("limits of a person with several roles", () => {
  it("are the most generous of each kind", () => {
    const policy = aPolicy({ perHour: 5, waiting: 2, cooldownSeconds: 30, personDayMicroUsd: 100 });
    const roles = {
      a: { perHour: 10, cooldownSeconds: 5 },
      b: { perHour: 7, waiting: null, personDayMicroUsd: 50 },
      c: { cooldownSeconds: null },
    };
    expect(limitsFor(policy, roles, ["a", "b", "unknown"])).toEqual({
      perHour: 10,
      waiting: null,
      cooldownSeconds: 5,
      personDayMicroUsd: 100,
      personMonthMicroUsd: null,
    });
    expect(limitsFor(policy, roles, ["c"]).cooldownSeconds).toBeNull();
    expect(limitsFor(policy, roles, []).perHour).toBe(5);
  });
});

describe("the price tag", () => {
  it("shows the fallback until the provider tells, asks again soon when it does not, and later when it does", async () => {
    const clock = createFakeClock();
    const answers: (number | null | Error)[] = [null, new Error("away"), 60_000, 60_000];
    const changes: number[] = [];
    let asked = 0;
    const tag = createPriceTag({
      read: async () => {
        asked += 1;
        const answer = answers.shift() ?? null;
        if (answer instanceof Error) throw answer;
        return answer;
      },
      fallback: 45_000,
      clock,
      onChange: (microUsd) => changes.push(microUsd),
    });
    tag.start();
    await settle();
    expect([tag.now(), asked]).toEqual([45_000, 1]);
    await clock.advance(LOOK_AGAIN_MS);
    await clock.advance(LOOK_AGAIN_MS);
    expect([tag.now(), asked, changes]).toEqual([60_000, 3, [60_000]]);
    await clock.advance(LOOK_MS);
    expect([asked, changes]).toEqual([4, [60_000]]);
    await tag.stop();
    expect(clock.pending()).toBe(0);
  });
});

describe("the prompt check", () => {
  it("compiles a workspace's list once, anew when it changes, and tells of entries that do nothing", () => {
    let compiled = 0;
    const unusable: string[] = [];
    const check = createPromptCheck({
      compile: ({ blocked }) => {
        compiled += 1;
        return { blocklist: { match: () => null }, unusable: blocked.filter((one) => one === "bad") };
      },
      blocked: ["base"],
      onUnusable: (workspace, entries) => unusable.push(`${workspace}: ${entries.join()}`),
    });
    check.for("a", { blocklist: ["x"], allowlist: [] });
    check.for("a", { blocklist: ["x"], allowlist: [] });
    check.for("a", { blocklist: ["x", "bad"], allowlist: [] });
    expect([compiled, unusable]).toEqual([2, ["a: bad"]]);
    for (let n = 0; n < 150; n += 1) check.for(`w${n}`, { blocklist: [], allowlist: [] });
    check.for("a", { blocklist: ["x", "bad"], allowlist: [] });
    expect(compiled).toBe(153);
  });
});

describe("a time relative to now", () => {
  it.each([
    [89_000, "in 89 s"],
    [90_000, "in 2 min"],
    [3 * 3_600_000, "in 3 h"],
    [-40 * 3_600_000, "2 days ago"],
  ])("%i ms reads %s", (gap, text) => {
    expect(relativeTime(gap, 0)).toBe(text);
  });
});
