import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Job, type JobState, personOf } from "../../src/core/model.ts";
import type { JobStore } from "../../src/core/ports.ts";
import { aJob, aReplyRef, aRequest, aRequester, aTake, BUILT_AT } from "../support/builders.ts";

export interface JobStoreDescriptor {
  /** A fresh, empty store. */
  create(): Promise<JobStoreWorld>;
  /** `harm`: whether records can rot and the store can fail at all; without it `corrupt` and `fail` are never called. */
  readonly differences: { readonly harm: "possible" | "impossible" };
}

/** A store with the hooks that act on it from outside. */
export interface JobStoreWorld {
  readonly store: JobStore;
  /** Makes the stored record of that job unreadable. */
  corrupt(id: string): Promise<void>;
  /** Makes every later call fail, as a lost disk would. */
  fail(): Promise<void>;
  /** What was reported as unreadable so far. */
  readonly setAside: readonly { readonly key: string; readonly code: string }[];
  close(): Promise<void>;
}

const FINAL: readonly JobState[] = ["done", "failed", "cancelled"];
const UNFINISHED: readonly JobState[] = ["accepted", "queued", "running", "delivering"];

/** What every JobStore guarantees. */
export function jobStoreContract(name: string, descriptor: JobStoreDescriptor): void {
  describe(`${name} as a job store`, () => {
    let world: JobStoreWorld;
    beforeEach(async () => {
      world = await descriptor.create();
    });
    afterEach(() => world.close());

    const keep = async (...jobs: readonly Job[]) => {
      for (const job of jobs) await world.store.insert(job);
    };

    describe("one job", () => {
      it("gives back exactly what was stored", async () => {
        const job = aFullJob();
        expect(await world.store.insert(job)).toBe(true);
        expect(await world.store.get(job.id)).toEqual(job);
        const changed: Job = { ...job, state: "done", finishedAt: BUILT_AT + 9 };
        await world.store.save(changed);
        expect(await world.store.get(job.id)).toEqual(changed);
      });

      it("knows nothing of a job that was never stored", async () => {
        expect(await world.store.get("nobody")).toBeNull();
        expect(await world.store.byMessage("nobody")).toBeNull();
      });

      it("lets exactly one of many simultaneous inserts of one id win, and leaves the winner alone", async () => {
        const tries = Array.from({ length: 20 }, (_, n) => aJob({ createdAt: BUILT_AT + n }));
        const won = await Promise.all(tries.map((job) => world.store.insert(job)));
        expect(won.filter(Boolean)).toHaveLength(1);
        const winner = tries[won.indexOf(true)];
        expect(await world.store.get("job-1")).toEqual(winner);
        expect(await world.store.history(null, 50)).toEqual([winner]);
        expect(await world.store.open()).toEqual([winner]);
      });

      it("keeps a copy: what a caller does to its own object later does not reach the store", async () => {
        const data = { token: "first" };
        await keep(aJob({ reply: aReplyRef({ data }) }));
        data.token = "second";
        expect((await world.store.get("job-1"))?.reply.data).toEqual({ token: "first" });
      });
    });

    describe("finding a job by its message", () => {
      it("finds it once the reply has a message, whoever asks", async () => {
        await keep(aJob());
        await world.store.save(aJob({ reply: aReplyRef({ messageKey: "discord/c/1" }) }));
        expect((await world.store.byMessage("discord/c/1"))?.id).toBe("job-1");
      });

      it("finds it by the message it was inserted with", async () => {
        await keep(aJob({ reply: aReplyRef({ messageKey: "m" }) }));
        expect((await world.store.byMessage("m"))?.id).toBe("job-1");
      });

      it("still finds it by an earlier message", async () => {
        await keep(aJob({ reply: aReplyRef({ messageKey: "first" }) }));
        const moved = aJob({ reply: aReplyRef({ messageKey: "second" }) });
        await world.store.save(moved);
        expect(await world.store.byMessage("first")).toEqual(moved);
        expect(await world.store.byMessage("second")).toEqual(moved);
      });
    });

    describe("open jobs", () => {
      it("lists all that are not final, oldest first", async () => {
        const jobs = [...UNFINISHED, ...FINAL].map((state, n) => {
          return aJob({ id: `job-${n}`, state, createdAt: BUILT_AT - n });
        });
        await keep(...jobs);
        const open = await world.store.open();
        expect(open.map((job) => job.state)).toEqual([...UNFINISHED].reverse());
      });

      it("orders jobs of the same moment by id", async () => {
        await keep(aJob({ id: "b" }), aJob({ id: "c" }), aJob({ id: "a" }));
        expect((await world.store.open()).map((job) => job.id)).toEqual(["a", "b", "c"]);
      });

      it.each(FINAL)("drops a job that is saved as %s", async (state) => {
        await keep(aJob(), aJob({ id: "job-2" }));
        await world.store.save(aJob({ state }));
        expect((await world.store.open()).map((job) => job.id)).toEqual(["job-2"]);
      });
    });

    describe("history", () => {
      it("shows the newest first, by id among those of one moment, as many as asked for", async () => {
        await keep(
          aJob({ id: "a", createdAt: 1000 }),
          aJob({ id: "b", createdAt: 999 }),
          aJob({ id: "c", createdAt: 1000 }),
          aJob({ id: "d", createdAt: 20_000 }),
        );
        const ids = async (limit: number) => (await world.store.history(null, limit)).map((job) => job.id);
        expect(await ids(10)).toEqual(["d", "c", "a", "b"]);
        expect(await ids(2)).toEqual(["d", "c"]);
        expect(await ids(0)).toEqual([]);
      });

      it("goes on from any job, one that is no longer there included", async () => {
        const moments = [1000, 1000, 1001, 2000];
        await keep(...moments.map((createdAt, n) => aJob({ id: `job-${n}`, createdAt })));
        const person = personOf(aRequester());
        for (const whose of [null, person]) {
          const older = async (id: string, createdAt: number, limit = 10) =>
            (await world.store.history(whose, limit, { id, createdAt })).map((job) => job.id);
          expect(await older("job-3", 2000)).toEqual(["job-2", "job-1", "job-0"]);
          expect(await older("job-3", 2000, 1)).toEqual(["job-2"]);
          expect(await older("job-1", 1000)).toEqual(["job-0"]);
          expect(await older("gone", 1500)).toEqual(["job-2", "job-1", "job-0"]);
          expect(await older("job-0", 1000)).toEqual([]);
        }
      });

      it("shows each person only what is theirs, also where one's name begins another's", async () => {
        const people = [
          aRequester({ user: "u" }),
          aRequester({ user: "u/x" }),
          aRequester({ user: "u1" }),
          aRequester({ user: "u", workspace: null }),
          aRequester({ user: "u", platform: "slack" }),
        ];
        await keep(...people.map((requester, n) => aJob({ id: `job-${n}`, requester })));
        for (const [n, requester] of people.entries()) {
          const jobs = await world.store.history(personOf(requester), 10);
          expect(jobs.map((job) => job.id)).toEqual([`job-${n}`]);
        }
        expect(await world.store.history("discord/guild-1", 10)).toEqual([]);
      });

      it("forgets finished jobs of old, oldest first and so many at a time, indexes and all", async () => {
        const old = [1, 2, 3].map((n) =>
          aJob({
            id: `old-${n}`,
            state: "done",
            createdAt: BUILT_AT + n,
            reply: aReplyRef({ messageKey: `m-${n}` }),
          }),
        );
        const unfinished = aJob({ id: "unfinished", state: "running", createdAt: BUILT_AT });
        const recent = aJob({ id: "recent", state: "done", createdAt: BUILT_AT + 1000 });
        await keep(...old, unfinished, recent);
        const ids = async () => (await world.store.history(null, 10)).map((job) => job.id);

        expect(await world.store.prune(BUILT_AT + 1000, 2)).toBe(2);
        expect(await ids()).toEqual(["recent", "old-3", "unfinished"]);
        expect(await world.store.byMessage("m-1")).toBeNull();
        expect((await world.store.byMessage("m-3"))?.id).toBe("old-3");
        expect(await world.store.prune(BUILT_AT + 1000, 2)).toBe(1);
        expect(await world.store.prune(BUILT_AT + 1000, 2)).toBe(0);
        expect(await ids()).toEqual(["recent", "unfinished"]);
        expect(await world.store.open()).toEqual([unfinished]);
        expect(await world.store.history(personOf(recent.requester), 10)).toHaveLength(2);
      });

      it("forgets behind many that stay", async () => {
        await keep(
          ...Array.from({ length: 250 }, (_, n) =>
            aJob({ id: `u-${n}`, state: "running", createdAt: BUILT_AT + n }),
          ),
          aJob({ id: "old", state: "failed", createdAt: BUILT_AT + 500 }),
        );
        expect(await world.store.prune(BUILT_AT + 501, 100)).toBe(1);
        expect(await world.store.get("old")).toBeNull();
      });

      it("shows a job once, as it is now, however often it was saved", async () => {
        await keep(aJob());
        await world.store.save(aJob({ state: "running" }));
        const done = aJob({ state: "done", finishedAt: BUILT_AT + 5 });
        await world.store.save(done);
        expect(await world.store.history(personOf(done.requester), 10)).toEqual([done]);
      });
    });

    if (descriptor.differences.harm === "possible") harmCases(() => world);
  });
}

function harmCases(world: () => JobStoreWorld): void {
  describe("when a record cannot be read", () => {
    it("leaves it out of every list, reports it, and shows the others", async () => {
      const { store, corrupt } = world();
      for (const n of [1, 2, 3, 4]) await store.insert(aJob({ id: `job-${n}`, createdAt: BUILT_AT + n }));
      await corrupt("job-2");
      await corrupt("job-4");
      const ids = (jobs: readonly Job[]) => jobs.map((job) => job.id);
      expect(ids(await store.open())).toEqual(["job-1", "job-3"]);
      expect(world().setAside.map(({ code }) => code)).toEqual(["store", "store"]);
      expect(world().setAside.map(({ key }) => key.includes("job-2"))).toEqual([true, false]);
      expect(ids(await store.history(personOf(aJob().requester), 2))).toEqual(["job-3", "job-1"]);
      expect(ids(await store.history(null, 2))).toEqual(["job-3", "job-1"]);
    });

    it("says so when that very job is asked for: it is not absent", async () => {
      const { store, corrupt } = world();
      await store.insert(aJob({ reply: aReplyRef({ messageKey: "m" }) }));
      await corrupt("job-1");
      await expect(store.get("job-1")).rejects.toMatchObject({ name: "BotError", code: "store" });
      await expect(store.byMessage("m")).rejects.toMatchObject({ name: "BotError", code: "store" });
    });

    it("does not let a repeat of its request in again", async () => {
      const { store, corrupt } = world();
      await store.insert(aJob());
      await corrupt("job-1");
      expect(await store.insert(aJob())).toBe(false);
    });
  });

  it("throws `store` from every call when the store fails, and never reads as absent", async () => {
    const { store, fail } = world();
    await store.insert(aJob());
    await fail();
    const calls = [
      store.insert(aJob({ id: "job-2" })),
      store.save(aJob()),
      store.get("job-1"),
      store.get("nobody"),
      store.byMessage("m"),
      store.open(),
      store.history(null, 5),
      store.history("discord/guild-1/user-1", 5),
    ];
    for (const call of calls) {
      await expect(call).rejects.toMatchObject({ name: "BotError", code: "store" });
    }
  });
}

/** A job with every field filled in. */
function aFullJob(): Job {
  return aJob({
    requester: aRequester({ name: "Zoë 🎲" }),
    request: aRequest({ prompt: 'a "fox"\n\u0000 in \ud83e\udd8a snow: :base64:', no: "dogs", seed: 7 }),
    parentId: "job-0",
    reply: aReplyRef({
      messageKey: "discord/c/1",
      data: { token: ":x", parts: [1, null, true, { a: "b" }] },
    }),
    state: "delivering",
    takes: [
      aTake({
        state: "fetched",
        submittingAt: BUILT_AT + 1,
        ticket: { requestId: "r-1", endpoint: "e/1" },
        image: { url: "https://media.test/1.png", width: 1024, height: 768.5, contentType: "image/png" },
        billableUnits: 0.25,
      }),
      aTake({ id: "job-1-2", state: "failed", failure: "content-policy" }),
    ],
    failure: "delivery",
    cancel: { by: aRequester({ user: "mod" }), at: BUILT_AT + 4, outcome: "too-late" },
    startedAt: BUILT_AT + 1,
    paintedAt: BUILT_AT + 2,
    finishedAt: BUILT_AT + 3,
    removedAt: BUILT_AT + 4,
  });
}
