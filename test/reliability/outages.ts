import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import type { Product } from "../support/product.ts";

/** A way in which the disk or the database stops working under a running product, and works again. */
export interface Outage {
  readonly name: string;
  /** The folder in which the product has to live; null: anywhere. */
  readonly parent: string | null;
  begin(product: Product, home: string): void;
  end(product: Product): void;
  close(): void;
}

/** Where the product keeps its database, from its home. */
export const DATABASE = join("data", "imagine-bot.sqlite");

/** Every file is as large as it may become: the kernel refuses each further byte (EFBIG). Needs no rights. */
export function noMoreBytes(): Outage {
  // The soft limit alone, which the process's own user may lift again.
  const limit = (pid: number, bytes: string) =>
    execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:`]);
  return {
    name: "a disk that takes no more bytes",
    parent: null,
    begin: ({ pid }) => void limit(pid, "0"),
    end: ({ pid }) => void limit(pid, "unlimited"),
    close: () => {},
  };
}

/** A small disk of its own, really full (ENOSPC); null where this user may not mount one. */
export function fullDisk(): Outage | null {
  const parent = mkdtempSync(join(tmpdir(), "small-disk-"));
  const ballast = join(parent, "ballast");
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", parent], { stdio: "ignore" });
  } catch {
    rmSync(parent, { recursive: true });
    return null;
  }
  return {
    name: "a full disk",
    parent,
    begin() {
      try {
        for (;;) appendFileSync(ballast, Buffer.alloc(64 * 1024));
      } catch {
        // Full. What is left of the last block is too little for anything.
      }
    },
    end: () => rmSync(ballast),
    close() {
      execFileSync("umount", ["--lazy", parent]);
      rmSync(parent, { recursive: true });
    },
  };
}

/** Somebody else writes into the database and does not end. */
export function lockedDatabase(): Outage {
  let other: Database.Database | null = null;
  const close = () => {
    other?.close();
    other = null;
  };
  return {
    name: "a locked database",
    parent: null,
    begin(_, home) {
      other = new Database(join(home, DATABASE));
      other.exec("begin immediate");
    },
    end: close,
    close,
  };
}
