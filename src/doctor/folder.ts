import { mkdtemp, rmdir, stat, statfs } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";

/** What a folder is good for. */
export type FolderState =
  | {
      readonly type: "writable";
      /** Whether it is there; else the next start makes it, which it can. */
      readonly exists: boolean;
      /** Free for this user on its disk, bytes. */
      readonly freeBytes: number;
      /** Which disk: the same number means the same one. */
      readonly device: number;
    }
  | {
      readonly type: "refused";
      /** The folder that cannot be written or made into one. */
      readonly at: string;
      /** Node's code, such as EACCES. */
      readonly code: string;
    };

/**
 * Looks whether files can be made in a folder, or in the nearest one above it that is there. It leaves nothing behind.
 * Permission bits alone do not tell: a disk may be mounted read-only, or be full.
 */
export async function lookAt(folder: string): Promise<FolderState> {
  const path = resolve(folder);
  for (let at = path; ; at = dirname(at)) {
    try {
      const { dev } = await stat(at);
      await rmdir(await mkdtemp(join(at, ".doctor-")));
      const { bavail, bsize } = await statfs(at);
      return { type: "writable", exists: at === path, freeBytes: bavail * bsize, device: dev };
    } catch (error) {
      const code = codeOf(error);
      // Under a file there is no folder either; the file itself then says so.
      const isAbsent = code === "ENOENT" || (code === "ENOTDIR" && (await isMissing(at)));
      if (!isAbsent || dirname(at) === at) return { type: "refused", at, code };
    }
  }
}

async function isMissing(path: string): Promise<boolean> {
  return stat(path).then(
    () => false,
    () => true,
  );
}

const coded = z.object({ code: z.string() });

/** Node's code of an error, such as EACCES; `unknown` when it has none. */
export function codeOf(error: unknown): string {
  return coded.safeParse(error).data?.code ?? "unknown";
}

/** Bytes as people read them: `12 MB`. */
export function inWords(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const amount = bytes / 1000 ** power;
  return `${amount < 10 && power > 0 ? amount.toFixed(1) : Math.round(amount)} ${units[power]}`;
}
