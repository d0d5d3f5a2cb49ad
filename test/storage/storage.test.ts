import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { systemClock } from "../../src/core/clock.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { openStorage } from "../../src/storage/storage.ts";
import { aJob } from "../support/builders.ts";

describe("opening the storage", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "imagine-bot-open-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = (url: string) => openStorage({ url, clock: systemClock, onUnreadable: () => {} });
  const numbers = z.number();

  it("creates the file and its folders, and finds everything again later", async () => {
    const url = `sqlite:${join(folder, "a/b/bot.sqlite")}`;
    const first = open(url);
    await first.jobs.insert(aJob());
    await first.records("things", numbers).set("a", 1);
    await first.close();
    const second = open(url);
    expect(await second.jobs.get("job-1")).toEqual(aJob());
    expect(await second.records("things", numbers).all()).toEqual([["a", 1]]);
    await second.close();
  });

  it("understands the form with two slashes", async () => {
    await open(`sqlite://${join(folder, "bot.sqlite")}`).close();
    expect(existsSync(join(folder, "bot.sqlite"))).toBe(true);
  });

  it("keeps nothing on disk for sqlite::memory:", async () => {
    const storage = open("sqlite::memory:");
    expect(await storage.jobs.insert(aJob())).toBe(true);
    await storage.close();
    const again = open("sqlite::memory:");
    expect(await again.jobs.get("job-1")).toBeNull();
    await again.close();
  });

  it.each(["postgres://ada:secret@db/bot", "redis://localhost", "bot.sqlite", "sqlite:", ""])(
    "refuses %j with what to write instead, and without repeating it",
    (url) => {
      const error = thrownBy(() => open(url));
      expect(error).toMatchObject({ code: "config", remedy: expect.stringContaining("sqlite:./data/") });
      expect(JSON.stringify([String(error), error])).not.toContain("secret");
    },
  );

  it("refuses a file that is no database, and lets go of it", async () => {
    const path = join(folder, "bot.sqlite");
    await writeFile(path, "not a database at all, but long enough to have a header".repeat(20));
    for (const _ of [1, 2]) expect(thrownBy(() => open(`sqlite:${path}`))).toMatchObject({ code: "store" });
    expect(await readFile(path, "utf8")).toContain("not a database");
  });

  it("refuses a path that is a folder, and a folder that cannot be made", async () => {
    await mkdir(join(folder, "bot.sqlite"));
    await writeFile(join(folder, "file"), "");
    for (const path of ["bot.sqlite", "file/bot.sqlite"]) {
      expect(thrownBy(() => open(`sqlite:${join(folder, path)}`))).toMatchObject({
        code: "store",
        remedy: expect.stringContaining("DATABASE_URL"),
      });
    }
  });

  it("refuses a database that a newer version wrote, and does not touch it", async () => {
    const path = join(folder, "bot.sqlite");
    await open(`sqlite:${path}`).close();
    const handle = new Database(path);
    handle.pragma("user_version = 99");
    handle.close();
    const refusal = {
      code: "store",
      message: expect.stringContaining("newer"),
      context: { found: 99, known: 2 },
    };
    for (const _ of [1, 2]) expect(thrownBy(() => open(`sqlite:${path}`))).toMatchObject(refusal);
  });

  it("asks SQLite for writes that survive a power cut", () => {
    const database = openSqlite(join(folder, "bot.sqlite"));
    expect(database.rows("pragma journal_mode")).toEqual([["wal"]]);
    const full = 2;
    expect(database.rows("pragma synchronous")).toEqual([[full]]);
    database.close();
  });

  it("does not give out the jobs' own namespace, or one with an odd name", async () => {
    const storage = open("sqlite::memory:");
    for (const namespace of ["jobs", "", "A", "a:b"]) {
      expect(thrownBy(() => storage.records(namespace, numbers))).toMatchObject({ code: "misuse" });
    }
    await storage.close();
  });

  it("refuses keys that SQLite would mix up", async () => {
    const storage = open("sqlite::memory:");
    const records = storage.records("things", numbers);
    for (const key of ["a\u0000b", "\ud800"]) {
      await expect(records.set(key, 1)).rejects.toMatchObject({ code: "misuse" });
      await expect(records.insert(key, 1)).rejects.toMatchObject({ code: "misuse" });
    }
    await storage.close();
  });

  it("fails loudly after close, which may be called twice", async () => {
    const storage = open(`sqlite:${join(folder, "bot.sqlite")}`);
    const records = storage.records("things", numbers);
    await storage.jobs.insert(aJob());
    // Statements that ran before are what libsql would go on answering.
    await Promise.all([storage.jobs.get("job-1"), storage.jobs.open(), records.get("a"), records.all()]);
    await storage.close();
    await storage.close();
    const calls = [
      storage.jobs.get("job-1"),
      storage.jobs.insert(aJob()),
      storage.jobs.save(aJob()),
      storage.jobs.open(),
      records.get("a"),
      records.all(),
      storage.backup(join(folder, "late.sqlite")),
    ];
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: "store" });
  });

  describe("a backup", () => {
    it("is a whole database that opens like any other", async () => {
      const storage = open(`sqlite:${join(folder, "bot.sqlite")}`);
      await storage.jobs.insert(aJob());
      const target = join(folder, "backups/today.sqlite");
      await storage.backup(target);
      await storage.jobs.insert(aJob({ id: "job-2" }));
      const copy = open(`sqlite:${target}`);
      expect((await copy.jobs.history(null, 10)).map((job) => job.id)).toEqual(["job-1"]);
      await copy.close();
      await storage.close();
    });

    it("never overwrites a file", async () => {
      const storage = open(`sqlite:${join(folder, "bot.sqlite")}`);
      const target = join(folder, "precious");
      await writeFile(target, "precious");
      await expect(storage.backup(target)).rejects.toMatchObject({ code: "store" });
      expect(await readFile(target, "utf8")).toBe("precious");
      await storage.close();
    });
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return expect.unreachable("should have thrown");
}
