import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { BotError } from "../errors.ts";

/** The place of a database that is gone with its process. */
export const MEMORY = ":memory:";

/** The path a `sqlite:` URL names, or `MEMORY`. Nothing is looked at. @throws BotError `config` for any other URL. */
export function pathIn(url: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? "";
  const path = url.slice(scheme.length + 1).replace(/^\/\//, "");
  if (scheme === "sqlite" && path !== "") return path;
  throw new BotError("This kind of storage is not known.", {
    code: "config",
    // The scheme only: the rest may hold a password.
    context: { scheme },
    remedy: "Set DATABASE_URL to sqlite:<path>, for example sqlite:./data/imagine-bot.sqlite.",
  });
}

/** The folder of the file a `sqlite:` URL names; null: no file. @throws BotError `config` for any other URL. */
export function folderOf(url: string): string | null {
  const path = pathIn(url);
  return path === MEMORY ? null : dirname(path);
}

/** The path with symbolic links followed; the file need not be there yet, its folder must be. */
export function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return join(realpathSync(dirname(path)), basename(path));
  }
}
