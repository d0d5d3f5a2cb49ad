import Database from "libsql";
import { BotError } from "../errors.ts";

/**
 * Takes the lock of the database at `path`, a file beside it, until the returned function is called or this process
 * ends in whatever way: the lock is the operating system's, so a kill -9 frees it too.
 * Nothing else in this process may open the lock file: closing any handle on it would drop the lock (POSIX).
 * @throws BotError `locked` when somebody else holds it, `store` when the file cannot be made.
 */
export function takeInstanceLock(path: string): () => void {
  const lockPath = `${path}.lock`;
  let handle: Database.Database | null = null;
  try {
    const lock = new Database(lockPath);
    handle = lock;
    lock.exec("BEGIN EXCLUSIVE");
    return () => lock.close();
  } catch (cause) {
    handle?.close();
    if (cause instanceof Database.SqliteError && cause.code === "SQLITE_BUSY") {
      throw new BotError(
        "Another process of this bot is using the database, and two would pay for pictures twice.",
        {
          code: "locked",
          context: { lockPath },
          cause,
          remedy: "Stop the other process, or give this one a DATABASE_URL of its own.",
        },
      );
    }
    throw new BotError("The lock file beside the database cannot be made.", {
      code: "store",
      context: { lockPath },
      cause,
      remedy: "Check that this user may create files in the folder of the database.",
    });
  }
}
