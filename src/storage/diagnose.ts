import { existsSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import Database from "libsql";
import { z } from "zod";
import { type Finding, scribeOf } from "../doctor/finding.ts";
import { codeOf, inWords, lookAt } from "../doctor/folder.ts";
import { decode } from "./decode.ts";
import { jobSchema } from "./job-record.ts";
import { SCHEMA_VERSION } from "./migrations.ts";
import { MEMORY, pathIn, realPathOf } from "./place.ts";

const say = scribeOf("Database");

/** Reading a larger file through would hold up everything else for seconds. */
const MOST_CHECKED_BYTES = 1_000_000_000;
const PAGE_SIZE = 500;
const BUSY_TIMEOUT_MS = 500;

/**
 * Looks at the database `url` names without changing anything, also while a bot is using it. Never to be run inside
 * the bot itself: closing a second handle on the lock file would drop the bot's own lock (POSIX).
 */
export async function* diagnoseStorage({ url }: { readonly url: string }): AsyncGenerator<Finding> {
  const named = pathIn(url);
  if (named === MEMORY) return yield say.ok("Kept in memory only; there is nothing to look at.");
  const folder = await lookAt(dirname(named));
  if (folder.type === "refused") {
    yield say.failure(
      `The folder of ${named} cannot be written: ${folder.code} at ${folder.at}.`,
      "Let this user write there, or point DATABASE_URL at another folder.",
    );
    return;
  }
  if (!existsSync(named)) return yield say.ok(`${named} is not there yet; the first start makes it.`);
  const path = realPathOf(named);
  const refusal = await writing(path);
  if (refusal !== null) {
    yield say.failure(
      `${named} cannot be written (${refusal}).`,
      "Let this user write the file, or point DATABASE_URL at another one.",
    );
    return;
  }
  yield* readThrough(named, path);
}

async function writing(path: string): Promise<string | null> {
  try {
    await (await open(path, "r+")).close();
    return null;
  } catch (error) {
    return codeOf(error);
  }
}

async function* readThrough(named: string, path: string): AsyncGenerator<Finding> {
  const use = usedBy(path);
  const handle = new Database(path);
  try {
    handle.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    handle.pragma("query_only = on");
    const version = versionOf(handle);
    if (version.type === "foreign") {
      yield say.failure(
        `${named} is a database of another program's.`,
        "Point DATABASE_URL at a file of this bot's, or at one that is not there yet.",
      );
      return;
    }
    if (version.number > SCHEMA_VERSION) {
      yield say.failure(
        `${named} was written by a newer version of the bot (schema ${version.number}, known is ${SCHEMA_VERSION}).`,
        "Update the bot, or point DATABASE_URL at a backup made before the update.",
      );
      return;
    }
    const damage = damageIn(handle, path);
    if (damage === "damaged") {
      yield say.failure(
        `${named} is damaged: SQLite's own check finds faults in it.`,
        "Stop the bot and go back to a backup (set DATABASE_URL to it).",
      );
      return;
    }
    const contents = version.number === 0 ? "still empty" : await contentsOf(handle);
    if (typeof contents !== "string" && contents.unreadable > 0)
      yield say.warning(
        `${contents.unreadable} of ${contents.jobs + contents.unreadable} jobs cannot be read and are left out everywhere.`,
        "Go back to a backup if they matter; the others are not touched.",
      );
    const kept =
      typeof contents === "string" ? contents : `${contents.jobs} jobs, ${contents.open} of them open`;
    yield say.ok(
      `${named}: ${kept}; ${inWords(bytesOf(path))}, ${damage === "sound" ? "sound" : "too large to check in passing"}, ${use}.`,
    );
  } catch (error) {
    yield unreadable(named, error);
  } finally {
    handle.close();
  }
}

function unreadable(named: string, error: unknown): Finding {
  const code = codeOf(error);
  if (code === "SQLITE_NOTADB")
    return say.failure(
      `${named} is no SQLite database.`,
      "Point DATABASE_URL at another file, or go back to a backup.",
    );
  if (code === "SQLITE_BUSY")
    return say.warning(
      `Another program holds ${named} for itself, so it could not be read.`,
      "Close whatever has it open (sqlite3, a backup tool), then run the doctor again.",
    );
  return say.failure(
    `${named} cannot be read (${code}).`,
    "Check the disk, or go back to a backup (set DATABASE_URL to it).",
  );
}

/** The bot keeps its lock file locked for as long as it runs; whoever may read it shows that nobody does. */
function usedBy(path: string): "in use by a running bot" | "not in use" | "perhaps in use" {
  const lockPath = `${path}.lock`;
  if (!existsSync(lockPath)) return "not in use";
  let lock: Database.Database | null = null;
  try {
    lock = new Database(lockPath);
    lock.prepare("select count(*) from sqlite_master").all();
    return "not in use";
  } catch (error) {
    return codeOf(error) === "SQLITE_BUSY" ? "in use by a running bot" : "perhaps in use";
  } finally {
    lock?.close();
  }
}

const firstCell = z.tuple([z.union([z.string(), z.number()])]).rest(z.unknown());

/** The first cell of the first row. */
function cell(handle: Database.Database, sql: string): string | number | null {
  const rows: unknown = handle.prepare(sql).raw().all();
  return Array.isArray(rows) ? (firstCell.safeParse(rows[0]).data?.[0] ?? null) : null;
}

function versionOf(
  handle: Database.Database,
): { readonly type: "foreign" } | { readonly type: "ours"; readonly number: number } {
  const number = Number(cell(handle, "pragma user_version") ?? 0);
  const tables = Number(cell(handle, "select count(*) from sqlite_master where type = 'table'"));
  const ours = Number(cell(handle, "select count(*) from sqlite_master where name = 'entries'"));
  // A newer version may have renamed its tables.
  if (number > SCHEMA_VERSION || (number === 0 ? tables === 0 : ours === 1)) return { type: "ours", number };
  return { type: "foreign" };
}

/** What was written last lies in a file beside it for a while. */
function bytesOf(path: string): number {
  return [path, `${path}-wal`].reduce((sum, file) => sum + (existsSync(file) ? statSync(file).size : 0), 0);
}

function damageIn(handle: Database.Database, path: string): "sound" | "damaged" | "not checked" {
  if (bytesOf(path) > MOST_CHECKED_BYTES) return "not checked";
  return cell(handle, "pragma quick_check(1)") === "ok" ? "sound" : "damaged";
}

interface Contents {
  readonly jobs: number;
  readonly unreadable: number;
  readonly open: number;
}

const page = z.array(z.tuple([z.string(), z.string()]));

async function contentsOf(handle: Database.Database): Promise<Contents> {
  const read = handle
    .prepare(
      "select key, value from entries where namespace = 'jobs' and key > ? and key < 'job0' order by key limit ?",
    )
    .raw();
  let jobs = 0;
  let unreadable = 0;
  let last = "job/";
  for (;;) {
    const rows = page.parse(read.all(last, PAGE_SIZE));
    for (const [key, value] of rows) {
      last = key;
      if (decode(value, jobSchema).ok) jobs += 1;
      else unreadable += 1;
    }
    if (rows.length < PAGE_SIZE) break;
    // The other checks are waiting for the network meanwhile.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const open = cell(
    handle,
    "select count(*) from entries where namespace = 'jobs' and key > 'open/' and key < 'open0'",
  );
  return { jobs, unreadable, open: Number(open) };
}
