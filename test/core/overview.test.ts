import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Job, JobState, Take, TakeState } from "../../src/core/model.ts";
import {
  OVERVIEW_DAYS,
  PROMPT_SHOWN,
  RECENT_REQUESTS,
  summarise,
  TOP_PEOPLE,
} from "../../src/core/overview.ts";
import { createOverviewReader } from "../../src/core/overview-reader.ts";
import { createMemoryJobStore } from "../../src/storage/memory.ts";
import { aJob, aPlace, aReplyRef, aRequest, aRequester, aTake } from "../support/builders.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A morning, UTC. */
const NOW = Date.UTC(2026, 5, 30, 9);

/** A job that went the whole way: waited 1 s, painted in 8 s, delivered in 0.5 s. */
function aDoneJob(overrides: Partial<Job> = {}): Job {
  const createdAt = overrides.createdAt ?? NOW - HOUR_MS;
  return aJob({
    state: "done",
    takes: [aTake({ state: "fetched" })],
    createdAt,
    startedAt: createdAt + 1000,
    paintedAt: createdAt + 9000,
    finishedAt: createdAt + 9500,
    ...overrides,
  });
}

describe("an overview of nothing", () => {
  it("still has every day, ending today", () => {
    const { days, ...rest } = summarise([], NOW);
    expect(days).toHaveLength(OVERVIEW_DAYS);
    expect(days[0]?.day).toBe("2026-06-01");
    expect(days.at(-1)).toEqual({
      day: "2026-06-30",
      done: 0,
      failed: 0,
      cancelled: 0,
      medians: { waiting: null, painting: null, delivery: null },
    });
    expect(rest).toEqual({
      jobs: 0,
      failures: [],
      times: { waiting: null, painting: null, delivery: null },
      people: [],
      workspaces: [],
      recent: [],
    });
  });
});

describe("pictures", () => {
  const todayOf = (...jobs: readonly Job[]) => {
    const day = summarise(jobs, NOW).days.at(-1);
    return day === undefined ? null : { done: day.done, failed: day.failed, cancelled: day.cancelled };
  };

  it("are counted one by one, by how each ended", () => {
    const takes = [
      aTake({ state: "fetched" }),
      aTake({ state: "failed", failure: "busy" }),
      aTake({ state: "fetched" }),
    ];
    expect(todayOf(aDoneJob({ takes }))).toEqual({ done: 2, failed: 1, cancelled: 0 });
    expect(
      todayOf(aJob({ state: "cancelled", takes: [aTake({ state: "cancelled" })], createdAt: NOW })),
    ).toEqual({ done: 0, failed: 0, cancelled: 1 });
  });

  it("that were painted but never shown are failures", () => {
    const job = aDoneJob({ state: "failed", failure: "delivery" });
    expect(todayOf(job)).toEqual({ done: 0, failed: 1, cancelled: 0 });
    expect(summarise([job], NOW).failures).toEqual([{ kind: "delivery", pictures: 1 }]);
  });

  it("count nowhere while they are not finished", () => {
    expect(todayOf(aJob({ state: "running", createdAt: NOW }))).toEqual({ done: 0, failed: 0, cancelled: 0 });
    expect(summarise([aJob({ state: "running", createdAt: NOW })], NOW).jobs).toBe(1);
  });

  it("belong to the day they were asked for, and to none once that is too long ago", () => {
    const at = [NOW, NOW - DAY_MS, NOW - 29 * DAY_MS, NOW - 30 * DAY_MS];
    const { days, jobs } = summarise(
      at.map((createdAt) => aDoneJob({ createdAt })),
      NOW,
    );
    expect(days.filter((day) => day.done > 0).map(({ day }) => day)).toEqual([
      "2026-06-01",
      "2026-06-29",
      "2026-06-30",
    ]);
    expect(jobs).toBe(3);
  });

  it("that failed are listed by kind, the most frequent first", () => {
    const failed = (failure: Take["failure"]) =>
      aJob({ state: "failed", failure, takes: [aTake({ state: "failed", failure })], createdAt: NOW });
    const jobs = [failed("busy"), failed("timeout"), failed("timeout")];
    expect(summarise(jobs, NOW).failures).toEqual([
      { kind: "timeout", pictures: 2 },
      { kind: "busy", pictures: 1 },
    ]);
  });

  it("add up: every picture of a finished job is counted once, and every failure has a kind", () => {
    const states: readonly JobState[] = ["accepted", "queued", "running", "delivering"];
    const finals: readonly JobState[] = ["done", "failed", "cancelled"];
    const takes: readonly TakeState[] = [
      ...["queued", "submitting", "submitted", "working"],
      ...["fetched", "failed", "cancelled"],
    ] as TakeState[];
    const job = fc.record({
      state: fc.constantFrom(...states, ...finals),
      takes: fc.array(fc.constantFrom(...takes), { minLength: 1, maxLength: 4 }),
      age: fc.integer({ min: 0, max: 40 * DAY_MS }),
      user: fc.constantFrom("ada", "ben", "cy"),
    });
    fc.assert(
      fc.property(fc.array(job, { maxLength: 60 }), (drawn) => {
        const jobs = drawn
          .toSorted((a, b) => a.age - b.age)
          .map(({ state, age, user, takes: ends }, n) =>
            aJob({
              id: `job-${n}`,
              state,
              requester: aRequester({ user }),
              createdAt: NOW - age,
              takes: ends.map((end) => aTake({ state: end })),
            }),
          );
        const { days, failures, people, ...overview } = summarise(jobs, NOW);
        const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
        const counted = jobs.filter((one) => one.createdAt >= Date.UTC(2026, 5, 1));
        const finished = counted.filter((one) => finals.includes(one.state));
        expect(overview.jobs).toBe(counted.length);
        expect(sum(days.flatMap((day) => [day.done, day.failed, day.cancelled]))).toBe(
          sum(finished.map((one) => one.takes.length)),
        );
        expect(sum(failures.map(({ pictures }) => pictures))).toBe(sum(days.map((day) => day.failed)));
        expect(sum(people.map(({ pictures }) => pictures))).toBe(sum(days.map((day) => day.done)));
        expect(sum(people.map(({ microUsd }) => microUsd))).toBe(
          45_000 * counted.flatMap((one) => one.takes).filter((take) => take.state === "fetched").length,
        );
      }),
    );
  });
});

describe("times", () => {
  const waits = (...seconds: readonly number[]) =>
    seconds.map((wait, n) => aDoneJob({ id: `job-${n}`, startedAt: NOW - HOUR_MS + wait * 1000 }));

  it("are those within which half and nine tenths were through, each a time that was seen", () => {
    expect(summarise(waits(1, 2, 3, 4, 5, 6, 7, 8, 9, 100), NOW).times.waiting).toEqual({
      half: 5000,
      most: 9000,
    });
    expect(summarise(waits(7), NOW).times.waiting).toEqual({ half: 7000, most: 7000 });
  });

  it("are kept for every leg and every day", () => {
    const { times, days } = summarise([aDoneJob()], NOW);
    expect(times).toEqual({
      waiting: { half: 1000, most: 1000 },
      painting: { half: 8000, most: 8000 },
      delivery: { half: 500, most: 500 },
    });
    expect(days.at(-1)?.medians).toEqual({ waiting: 1000, painting: 8000, delivery: 500 });
  });

  it("leave out what failed, and are never below nothing when a clock was set back", () => {
    const failed = aDoneJob({ state: "failed", failure: "delivery" });
    expect(summarise([failed], NOW).times.delivery).toBeNull();
    expect(summarise(waits(-5), NOW).times.waiting).toEqual({ half: 0, most: 0 });
  });
});

describe("people", () => {
  it("are listed by pictures, under their newest name, with what they cost", () => {
    const ada = aRequester({ user: "1", name: "Ada L." });
    const { people } = summarise(
      [
        aDoneJob({ requester: aRequester({ user: "2", name: "Ben", platform: "slack" }) }),
        aDoneJob({ requester: ada, takes: [aTake({ state: "fetched", billableUnits: 2 })] }),
        aDoneJob({ requester: { ...ada, name: "Ada" } }),
      ],
      NOW,
    );
    expect(people).toEqual([
      { name: "Ada L.", platform: "discord", pictures: 2, microUsd: 135_000, unpriced: 0 },
      { name: "Ben", platform: "slack", pictures: 1, microUsd: 45_000, unpriced: 0 },
    ]);
  });

  it("have pictures without a price from before prices were kept", () => {
    const terms = { microUsd: null, showCost: false, spoiler: false };
    const { people } = summarise([aDoneJob({ terms }), aDoneJob()], NOW);
    expect(people).toMatchObject([{ pictures: 2, microUsd: 45_000, unpriced: 1 }]);
  });

  it("are told apart where they share a name, and only the first of many are named", () => {
    const jobs = Array.from({ length: TOP_PEOPLE + 5 }, (_, n) =>
      aDoneJob({ requester: aRequester({ user: `user-${n}` }) }),
    );
    expect(summarise(jobs, NOW).people).toHaveLength(TOP_PEOPLE);
  });
});

describe("workspaces", () => {
  it("are listed by pictures, private conversations among them", () => {
    const from = (workspace: string | null) => aDoneJob({ requester: aRequester({ workspace }) });
    const { workspaces } = summarise([from("quiet"), from("busy"), from("busy"), from(null)], NOW);
    expect(workspaces).toEqual([
      { workspace: "discord/busy", pictures: 2 },
      { workspace: "discord/quiet", pictures: 1 },
      { workspace: "discord/-", pictures: 1 },
    ]);
  });
});

describe("recent requests", () => {
  const first = (job: Job) => summarise([job], NOW).recent[0];

  it("are the newest ones, with what the owner needs to find them", () => {
    const jobs = Array.from({ length: RECENT_REQUESTS + 3 }, (_, n) => aDoneJob({ id: `job-${n}` }));
    const { recent } = summarise(jobs, NOW);
    expect(recent).toHaveLength(RECENT_REQUESTS);
    expect(recent[0]).toEqual({
      id: "job-0",
      at: NOW - HOUR_MS,
      name: "Ada",
      platform: "discord",
      prompt: "a lighthouse at dusk",
      seeds: [42],
      state: "done",
      failure: null,
      microUsd: 45_000,
      messageKey: null,
      isDeleted: false,
    });
  });

  it("show a long prompt cut, and never half a character", () => {
    const prompt = "🎲".repeat(PROMPT_SHOWN + 1);
    expect(first(aDoneJob({ request: aRequest({ prompt }) }))?.prompt).toBe(
      `${"🎲".repeat(PROMPT_SHOWN - 1)}…`,
    );
    const whole = "🎲".repeat(PROMPT_SHOWN);
    expect(first(aDoneJob({ request: aRequest({ prompt: whole }) }))?.prompt).toBe(whole);
  });

  it("keep the prompt of a private conversation to themselves", () => {
    expect(first(aDoneJob({ place: aPlace({ kind: "direct" }) }))?.prompt).toBeNull();
    const fromBeforePlaces = { place: null, requester: aRequester({ workspace: null }) };
    expect(first(aDoneJob(fromBeforePlaces))?.prompt).toBeNull();
    expect(first(aDoneJob({ place: null }))?.prompt).toBe("a lighthouse at dusk");
  });

  it("lead to no message that was deleted", () => {
    const reply = aReplyRef({ messageKey: "m-1" });
    expect(first(aDoneJob({ reply }))).toMatchObject({ messageKey: "m-1", isDeleted: false });
    expect(first(aDoneJob({ reply, removedAt: NOW }))).toMatchObject({ messageKey: null, isDeleted: true });
  });

  it("have no known cost where the price was not kept, and cost nothing while nothing is painted", () => {
    const terms = { microUsd: null, showCost: false, spoiler: false };
    expect(first(aDoneJob({ terms }))?.microUsd).toBeNull();
    expect(first(aJob({ createdAt: NOW }))?.microUsd).toBe(0);
  });
});

describe("reading an overview", () => {
  async function aReader(ages: readonly number[], mostJobs?: number) {
    const clock = createFakeClock(NOW);
    const store = createMemoryJobStore();
    for (const [n, age] of ages.entries())
      await store.insert(aDoneJob({ id: `job-${n}`, createdAt: NOW - age }));
    const reader = createOverviewReader({ store, clock, ...(mostJobs === undefined ? {} : { mostJobs }) });
    /** Moves the clock through the pauses of a reading. */
    const read = async () => {
      const reading = reader.read();
      let isOver = false;
      void reading.finally(() => {
        isOver = true;
      });
      await settle();
      while (!isOver) await clock.advance(1);
      return reading;
    };
    return { clock, store, reader, read };
  }
  const hours = (count: number) => Array.from({ length: count }, (_, n) => n * HOUR_MS);

  it("counts every job of the time, over many batches, and stops where it ends", async () => {
    const { read } = await aReader([...hours(350), 31 * DAY_MS, 32 * DAY_MS]);
    expect(await read()).toMatchObject({ overview: { jobs: 350 }, cutAt: null });
  });

  it("says from where on it counted when there was too much", async () => {
    const { read } = await aReader(hours(350), 120);
    expect(await read()).toMatchObject({ overview: { jobs: 120 }, cutAt: NOW - 120 * HOUR_MS });
    const enough = await aReader(hours(120), 120);
    expect(await enough.read()).toMatchObject({ overview: { jobs: 120 }, cutAt: null });
  });

  it("is shared by all who ask within some seconds, and then made anew", async () => {
    const { clock, store, reader, read } = await aReader(hours(3));
    const [one, other] = await Promise.all([reader.read(), reader.read()]);
    expect(one).toBe(other);
    await store.insert(aDoneJob({ id: "new" }));
    await clock.advance(4_900);
    expect((await read()).overview.jobs).toBe(3);
    await clock.advance(200);
    expect((await read()).overview.jobs).toBe(4);
  });

  it("is kept longer where reading takes long, so that reading is never most of the work", async () => {
    const { clock, store } = await aReader(hours(500));
    const history: typeof store.history = async (...args) => {
      await clock.sleep(500);
      return store.history(...args);
    };
    const reader = createOverviewReader({ store: { history }, clock });
    const reading = reader.read();
    await clock.advance(6_000);
    await clock.advance(100_000);
    expect(await reader.read()).toBe(await reading);
  });

  it("fails as the store does, and tries again at the next call", async () => {
    const { clock, store } = await aReader(hours(1));
    let isDown = true;
    const reader = createOverviewReader({
      clock,
      store: {
        history: async (...args) => {
          if (isDown) throw new Error("down");
          return store.history(...args);
        },
      },
    });
    await expect(reader.read()).rejects.toThrow("down");
    isDown = false;
    expect((await reader.read()).overview.jobs).toBe(1);
  });
});
