import { expect } from "vitest";
import { z } from "zod";
import { createMemoryRecords } from "../../src/storage/memory.ts";
import { recordsContract } from "../contracts/records.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createSqliteWorld } from "./sqlite-world.ts";

const numbered = z.object({ n: z.number() });

recordsContract("SQLite behind Keyv", {
  differences: { harm: "possible" },
  create: async () => {
    const world = await createSqliteWorld();
    return {
      records: world.storage.records("things", numbered),
      others: world.storage.records("other", numbered),
      clock: world.clock,
      setAside: world.setAside,
      corrupt: (key) => world.overwrite("things", key, '{"n":"many"}'),
      fail: world.fail,
      close: world.close,
    };
  },
});

recordsContract("Memory", {
  differences: { harm: "impossible" },
  create: async () => {
    const clock = createFakeClock();
    return {
      records: createMemoryRecords(clock),
      others: createMemoryRecords(clock),
      clock,
      setAside: [],
      corrupt: () => expect.unreachable(),
      fail: () => expect.unreachable(),
      close: async () => {},
    };
  },
});
