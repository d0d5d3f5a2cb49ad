import { existsSync } from "node:fs";
import { chmod, mkdtemp, open, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { diagnoseStorage } from "../../src/storage/diagnose.ts";
import { openStorage } from "../../src/storage/storage.ts";
import { asNobody } from "../support/as-nobody.ts";
import { aJob } from "../support/builders.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { findingsOf } from "../support/findings.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "doctor-"));
  path = join(folder, "bot.sqlite");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const diagnosed = (url = `sqlite:${path}`) => findingsOf(diagnoseStorage({ url }));

/** A database that a bot with some jobs left behind. */
async function leaveDatabase(jobs = 3): Promise<void> {
  const storage = openStorage({ url: `sqlite:${path}`, clock: createFakeClock(), onUnreadable() {} });
  for (let n = 0; n < jobs; n += 1) {
    const state = n === 0 ? "running" : "done";
    await storage.jobs.insert(aJob({ id: `j-${n}`, createdAt: n, state }));
  }
  await storage.close();
}

function withDatabase(work: (handle: Database.Database) => void): void {
  const handle = new Database(path);
  work(handle);
  handle.close();
}

describe("a database that is well", () => {
  it("need not be there yet, and is not made", async () => {
    expect(await diagnosed()).toMatchObject([
      { mark: "ok", what: `${path} is not there yet; the first start makes it.` },
    ]);
    expect(existsSync(path)).toBe(false);
  });

  it("is told with its jobs, its size and who has it", async () => {
    await leaveDatabase();
    expect(await diagnosed()).toMatchObject([
      { mark: "ok", what: expect.stringMatching(/: 3 jobs, 1 of them open; \d+ kB, sound, not in use\.$/) },
    ]);
  });

  it("is left as it was", async () => {
    await leaveDatabase();
    const before = await readdir(folder);
    await diagnosed();
    expect(await readdir(folder)).toEqual(before);
    const again = openStorage({ url: `sqlite:${path}`, clock: createFakeClock(), onUnreadable() {} });
    expect(await again.jobs.history(null, 10)).toHaveLength(3);
    await again.close();
  });

  it("may be empty", async () => {
    await writeFile(path, "");
    expect(await diagnosed()).toMatchObject([{ mark: "ok", what: expect.stringContaining("still empty") }]);
    expect((await readdir(folder)).filter((name) => name !== "bot.sqlite")).toEqual([]);
  });

  it("may be in memory", async () => {
    expect(await diagnosed("sqlite::memory:")).toMatchObject([{ mark: "ok" }]);
  });
});

describe("a database with a trouble makes one line with the fix:", () => {
  async function trouble() {
    const findings = await diagnosed();
    const [found, ...others] = findings.filter(({ mark }) => mark !== "ok");
    expect(others).toEqual([]);
    expect(found?.fix).toEqual(expect.stringMatching(/^[A-Z].*\.$/));
    return found;
  }

  it("jobs that cannot be read", async () => {
    await leaveDatabase();
    withDatabase((handle) => handle.exec("update entries set value = '{' where key = 'job/j-1'"));
    expect(await trouble()).toMatchObject({
      mark: "warning",
      what: "1 of 3 jobs cannot be read and are left out everywhere.",
    });
  });

  it("a newer version's", async () => {
    await leaveDatabase();
    withDatabase((handle) => handle.pragma("user_version = 99"));
    expect(await trouble()).toMatchObject({
      mark: "failure",
      what: expect.stringContaining("written by a newer version of the bot (schema 99, known is 2)"),
    });
  });

  it.each([0, 1])("another program's, with version %d of its own", async (version) => {
    withDatabase((handle) => handle.exec(`create table bookmarks (x); pragma user_version = ${version}`));
    expect(await trouble()).toMatchObject({
      mark: "failure",
      what: expect.stringContaining("another program's"),
    });
  });

  it("no database at all", async () => {
    await writeFile(path, "these are only words ".repeat(100));
    expect(await trouble()).toMatchObject({ mark: "failure", what: `${path} is no SQLite database.` });
  });

  it("damage", async () => {
    await leaveDatabase(200);
    withDatabase((handle) => handle.pragma("wal_checkpoint(truncate)"));
    const file = await open(path, "r+");
    await file.write(Buffer.alloc(4096 * 5, 0x5a), 0, 4096 * 5, 4096 * 3);
    await file.close();
    expect(await trouble()).toMatchObject({
      mark: "failure",
      what: expect.stringMatching(/damaged|cannot be read/),
    });
  });

  it("somebody who keeps it to himself", async () => {
    const other = new Database(path);
    other.exec("create table entries (x); pragma user_version = 1; begin exclusive");
    expect(await trouble()).toMatchObject({
      mark: "warning",
      what: `Another program holds ${path} for itself, so it could not be read.`,
    });
    other.close();
  });

  it("a file that is read-only", async () => {
    await leaveDatabase();
    await chmod(folder, 0o777);
    await chmod(path, 0o444);
    expect(await asNobody(trouble)).toMatchObject({
      mark: "failure",
      what: `${path} cannot be written (EACCES).`,
    });
  });

  it("a folder that is read-only", async () => {
    await leaveDatabase();
    await chmod(folder, 0o555);
    expect(await asNobody(trouble)).toMatchObject({
      mark: "failure",
      what: `The folder of ${path} cannot be written: EACCES at ${folder}.`,
    });
    await chmod(folder, 0o755);
  });

  it("a folder where the file should be", async () => {
    path = folder;
    expect(await trouble()).toMatchObject({ mark: "failure", what: `${path} cannot be written (EISDIR).` });
  });
});
