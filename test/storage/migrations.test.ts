import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { openStorage } from "../../src/storage/storage.ts";
import { NO_RULES } from "../contracts/ledger.ts";

/** A database as version 1 of the schema left it, written down here so that no later change can touch it. */
const VERSION_1 = `
  create table entries (
    namespace text not null, key text not null, value text not null, expires_at integer,
    primary key (namespace, key)
  ) strict;
  create index entries_by_expiry on entries (expires_at) where expires_at is not null;
  pragma user_version = 1;
`;
const AT = 1_770_000_000_000;
const OLD_JOB = {
  schema: 1,
  id: "oldoldoldold",
  requester: { platform: "discord", workspace: "42", user: "7", name: "Ada" },
  request: { prompt: "a lighthouse", no: null, ratio: "1:1", seed: null, count: 1 },
  parentId: null,
  reply: { platform: "discord", messageKey: "discord/42/1/2", scope: "discord/9", data: { kind: "channel" } },
  state: "running",
  takes: [
    {
      id: "oldoldoldold.1",
      seed: 5,
      state: "submitted",
      submittingAt: AT,
      ticket: { requestId: "r", endpoint: "o/m" },
      image: null,
      billableUnits: null,
      failure: null,
    },
  ],
  failure: null,
  cancel: null,
  createdAt: AT,
  startedAt: AT,
  paintedAt: null,
  finishedAt: null,
  removedAt: null,
};

let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), "migrations-")), "bot.sqlite");
  const database = new Database(path);
  database.exec(VERSION_1);
  const insert = database.prepare("insert into entries (namespace, key, value) values ('jobs', ?, ?)");
  const time = `${String(AT).padStart(16, "0")}/${OLD_JOB.id}`;
  insert.run(`job/${OLD_JOB.id}`, JSON.stringify(OLD_JOB));
  for (const key of [
    `open/${time}`,
    `time/${time}`,
    `person/discord%2F42%2F7/${time}`,
    "message/discord/42/1/2",
  ])
    insert.run(key, JSON.stringify(OLD_JOB.id));
  database.close();
});

const open = () => openStorage({ url: `sqlite:${path}`, clock: systemClock, onUnreadable: () => {} });
const version = (): unknown => {
  const database = openSqlite(path);
  const found = database.rows("pragma user_version")[0]?.[0];
  database.close();
  return found;
};

describe("a database of the version before", () => {
  it("is brought up to date, and its jobs are read as today's, with no price and no place", async () => {
    const storage = open();
    const [job] = await storage.jobs.open();
    expect(job).toMatchObject({
      schema: 2,
      id: OLD_JOB.id,
      place: null,
      terms: { microUsd: null, showCost: false, spoiler: false },
      takes: OLD_JOB.takes,
    });
    expect((await storage.jobs.byMessage("discord/42/1/2"))?.id).toBe(OLD_JOB.id);
    expect(await storage.jobs.ofUser("discord", "7")).toHaveLength(1);
    await storage.close();
    expect(version()).toBe(2);
  });

  it("has a ledger from then on, which an old job leaves alone", async () => {
    const storage = open();
    await storage.ledger.settle("oldoldoldold.1", 0);
    const order = {
      job: "j",
      takes: ["j.1"],
      workspace: "discord/42",
      person: "discord/42/7",
      at: AT,
      microUsd: 1,
    };
    await storage.ledger.reserve(order, NO_RULES);
    expect((await storage.ledger.spent({ type: "bot" }, AT)).day.pictures).toBe(1);
    await storage.close();
  });

  it("keeps a job that was saved again, and opening it twice changes nothing", async () => {
    const first = open();
    const job = await first.jobs.get(OLD_JOB.id);
    if (job === null) throw new Error("The job is gone");
    await first.jobs.save({ ...job, state: "done", finishedAt: AT });
    await first.close();
    const second = open();
    expect(await second.jobs.open()).toEqual([]);
    expect(await second.jobs.get(OLD_JOB.id)).toEqual({ ...job, state: "done", finishedAt: AT });
    await second.close();
  });
});
