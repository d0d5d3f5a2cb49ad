import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { BotError } from "../errors.ts";
import { openSqlite } from "./sqlite.ts";

/**
 * Writes a whole, consistent copy of the database at `path` to `target`, also while a bot is using it.
 * @throws BotError `config` when there is no database or `target` exists already, `store` when the copy fails.
 */
export function backupDatabase(path: string, target: string): void {
  if (!existsSync(path))
    throw new BotError(`There is no database at ${path}.`, { code: "config", remedy: "Check DATABASE_URL." });
  if (existsSync(target))
    throw new BotError(`${target} is there already.`, {
      code: "config",
      remedy: "Name a file that does not exist yet.",
    });
  mkdirSync(dirname(target), { recursive: true });
  const database = openSqlite(path);
  try {
    database.run("vacuum into ?", target);
  } catch (cause) {
    throw new BotError("The copy could not be written.", {
      code: "store",
      cause,
      remedy: "Check the free space there.",
    });
  } finally {
    database.close();
  }
}
