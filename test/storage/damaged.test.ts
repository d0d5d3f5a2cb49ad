import { mkdtemp, open as openFile, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { openStorage } from "../../src/storage/storage.ts";
import { aJob, aReplyRef } from "../support/builders.ts";

let path = "";
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "imagine-bot-damaged-"));
  path = join(folder, "bot.sqlite");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = () => openStorage({ url: `sqlite:${path}`, clock: systemClock, onUnreadable: () => {} });
const idOf = (nth: number) => `job-${String(nth).padStart(3, "0")}`;
const jobOf = (nth: number) => aJob({ id: idOf(nth), reply: aReplyRef({ messageKey: `message-${nth}` }) });

/** A closed database with jobs 0 to 199 in it, ordered by their ids on its pages. */
async function filled(): Promise<void> {
  const storage = open();
  for (let nth = 0; nth < 200; nth += 1) await storage.jobs.insert(jobOf(nth));
  await storage.close();
}

/** Overwrites the page that holds a job's record. */
async function ruinPageOf(id: string): Promise<void> {
  const bytes = await readFile(path);
  const pageSize = bytes.readUInt16BE(16);
  const at = bytes.indexOf(`"id":"${id}"`);
  const file = await openFile(path, "r+");
  await file.write(Buffer.alloc(pageSize, 0xff), 0, pageSize, Math.floor(at / pageSize) * pageSize);
  await file.close();
}

describe("a database with one bad page", () => {
  it("says so where the page is needed, and never that there is no such job", async () => {
    await filled();
    await ruinPageOf(idOf(100));
    const storage = open();
    await expect(storage.jobs.get(idOf(100))).rejects.toMatchObject({ code: "store" });
    await expect(storage.jobs.byMessage("message-100")).rejects.toMatchObject({ code: "store" });
    await expect(storage.jobs.open()).rejects.toMatchObject({ code: "store" });
    await storage.close();
  });

  it("goes on with everything else", async () => {
    await filled();
    await ruinPageOf(idOf(100));
    const storage = open();
    expect(await storage.jobs.get(idOf(3))).toEqual(jobOf(3));
    expect(await storage.jobs.byMessage("message-197")).toEqual(jobOf(197));
    expect(await storage.jobs.insert(jobOf(999))).toBe(true);
    expect(await storage.jobs.get(idOf(999))).toEqual(jobOf(999));
    await storage.close();
  });
});

describe("a database that may not grow", () => {
  it("takes a whole job or nothing of it, and goes on when it may grow again", async () => {
    const database = openSqlite(path);
    database.run("create table ballast (text text)");
    const [[pages] = []] = database.rows("pragma page_count");
    database.run(`pragma max_page_count = ${Number(pages)}`);
    const insert = () =>
      database.transaction(() => {
        for (let nth = 0; nth < 50; nth += 1)
          database.run("insert into ballast values (?)", "x".repeat(1000));
      });
    expect(insert).toThrow(/full/);
    expect(database.rows("select count(*) from ballast")).toEqual([[0]]);
    database.run("pragma max_page_count = 100000");
    insert();
    expect(database.rows("select count(*) from ballast")).toEqual([[50]]);
    database.close();
  });
});

describe("a database that somebody else is writing into", () => {
  it("is waited for a second, then said to be unusable, and used again when they are done", async () => {
    const storage = open();
    const other = new Database(path);
    other.exec("begin immediate");
    await expect(storage.jobs.insert(jobOf(1))).rejects.toMatchObject({ code: "store" });
    expect(await storage.jobs.get(idOf(1))).toBeNull();
    other.exec("rollback");
    expect(await storage.jobs.insert(jobOf(1))).toBe(true);
    other.close();
    await storage.close();
  });

  it("cannot be made or brought up to date meanwhile, and the start says so", async () => {
    const other = new Database(path);
    other.exec("begin exclusive; create table theirs (text text)");
    expect(open).toThrow(expect.objectContaining({ code: "store", remedy: expect.any(String) }));
    other.close();
    await open().close();
  });
});
