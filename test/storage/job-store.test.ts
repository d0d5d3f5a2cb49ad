import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { type Job, personOf } from "../../src/core/model.ts";
import type { JobStore } from "../../src/core/ports.ts";
import { createMemoryJobStore } from "../../src/storage/memory.ts";
import { openStorage } from "../../src/storage/storage.ts";
import { jobStoreContract } from "../contracts/job-store.ts";
import { aJob, aReplyRef, aRequester, BUILT_AT } from "../support/builders.ts";
import { createSqliteWorld, type SqliteWorld } from "./sqlite-world.ts";

jobStoreContract("SQLite behind Keyv", {
  differences: { harm: "possible" },
  create: async () => {
    const world = await createSqliteWorld();
    return {
      store: world.storage.jobs,
      setAside: world.setAside,
      corrupt: (id) => world.overwrite("jobs", `job/${id}`, '{"schema":1,"id":'),
      fail: world.fail,
      close: world.close,
    };
  },
});

jobStoreContract("Memory", {
  differences: { harm: "impossible" },
  create: async () => ({
    store: createMemoryJobStore(),
    setAside: [],
    corrupt: () => expect.unreachable(),
    fail: () => expect.unreachable(),
    close: async () => {},
  }),
});

describe("the job store on SQLite", () => {
  let world: SqliteWorld;
  beforeEach(async () => {
    world = await createSqliteWorld();
  });
  afterEach(() => world.close());

  it("answers like the one in memory, whatever happens to the jobs", async () => {
    const step = fc.record({
      type: fc.constantFrom("insert" as const, "save" as const),
      id: fc.constantFrom("a", "b", "c", "d/1"),
      user: fc.constantFrom("u", "v/w", "%"),
      state: fc.constantFrom("accepted" as const, "running" as const, "done" as const),
      messageKey: fc.constantFrom(null, "m1", "m2"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const storage = openStorage({ url: "sqlite::memory:", clock: systemClock, onUnreadable: () => {} });
        const model = createMemoryJobStore();
        for (const { type, id, user, state, messageKey } of steps) {
          // Requester and moment of a job never change.
          const requester = (await model.get(id))?.requester ?? aRequester({ user });
          const job = aJob({ id, state, requester, createdAt: BUILT_AT + ((id.codePointAt(0) ?? 0) % 2) });
          const sent = { ...job, reply: aReplyRef({ messageKey }) };
          expect(await storage.jobs[type](sent)).toEqual(await model[type](sent));
        }
        expect(await everything(storage.jobs)).toEqual(await everything(model));
        await storage.close();
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ["a state nobody knows", { state: "sleeping" }],
    ["a newer shape", { schema: 3 }],
    ["a missing reply", { reply: undefined }],
    ["a reply without its data", { reply: { platform: "x", messageKey: null, scope: "s" } }],
    ["a time that is no number", { createdAt: "yesterday" }],
  ])("does not trust a record with %s", async (_, change) => {
    await world.storage.jobs.insert(aJob());
    await world.overwrite("jobs", "job/job-1", JSON.stringify({ ...aJob(), ...change }));
    await expect(world.storage.jobs.get("job-1")).rejects.toMatchObject({ code: "store" });
  });

  it("never quotes a record in the error that says it cannot be read", async () => {
    await world.storage.jobs.insert(aJob());
    for (const text of [
      "a secret prompt",
      '{"request":{"prompt":["a secret prompt"]},"state":"a secret prompt"}',
    ]) {
      await world.overwrite("jobs", "job/job-1", text);
      const error: unknown = await world.storage.jobs.get("job-1").catch((thrown: unknown) => thrown);
      expect(JSON.stringify([String(error), error])).toContain("problem");
      expect(JSON.stringify([String(error), error])).not.toContain("secret");
    }
  });

  it("reads only open jobs to find the open ones, and only as many of a history as asked for", async () => {
    const { jobs } = world.storage;
    const odd = aRequester({ user: "odd" });
    for (let n = 0; n < 300; n++) {
      const requester = n % 2 === 0 ? aRequester({ user: "even" }) : odd;
      const job = aJob({ id: `job-${n}`, createdAt: BUILT_AT + n, state: "queued", requester });
      await jobs.insert(job);
      if (n < 295) await jobs.save({ ...job, state: "done" });
    }
    // Whatever is ruined and read is reported, so what is not reported was not read.
    for (let n = 0; n < 260; n++) await world.overwrite("jobs", `job/job-${n}`, "-");
    expect(await jobs.open()).toHaveLength(5);
    expect(await jobs.history(personOf(odd), 20)).toHaveLength(20);
    expect(await jobs.history(null, 40)).toHaveLength(40);
    expect(world.setAside).toEqual([]);
  });

  it("looks keys up by range, never by reading the table", async () => {
    const plan = world.sql(
      "explain query plan select key from entries where namespace = 'jobs' and key >= 'open/' and key < 'open0' and (expires_at is null or expires_at > 1) order by key desc limit 5",
    );
    expect(plan.map((row) => row[3])).toEqual([
      expect.stringMatching(/^SEARCH .*namespace=\? AND key>\? AND key<\?/),
    ]);
  });

  it("tolerates an index entry without its record", async () => {
    await world.storage.jobs.insert(aJob({ reply: aReplyRef({ messageKey: "m" }) }));
    world.sql("delete from entries where key = 'job/job-1'");
    expect(await everything(world.storage.jobs)).toEqual([[], [], [], null, null]);
    expect(world.setAside).toEqual([]);
  });

  it("drops a finished job from the open ones when a crash came between the two", async () => {
    await world.storage.jobs.insert(aJob());
    await world.overwrite("jobs", "job/job-1", JSON.stringify(aJob({ state: "done" })));
    expect(await world.storage.jobs.open()).toEqual([]);
    expect(world.sql("select key from entries where key like 'open/%'")).toEqual([]);
  });

  it("stores nothing of a job when one of its index entries cannot be stored", async () => {
    world.sql(
      "create trigger no_history before insert on entries when new.key like 'time/%' begin select raise(abort, 'full'); end",
    );
    await expect(world.storage.jobs.insert(aJob())).rejects.toMatchObject({ code: "store" });
    await expect(world.storage.jobs.save(aJob())).rejects.toMatchObject({ code: "store" });
    expect(world.sql("select key from entries")).toEqual([]);
  });
});

async function everything(store: JobStore): Promise<readonly (readonly Job[] | Job | null)[]> {
  return [
    await store.open(),
    await store.history(null, 10),
    await store.history(personOf(aRequester({ user: "u" })), 3),
    await store.byMessage("m1"),
    await store.byMessage("m2"),
  ];
}
