import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { openStorage } from "../../src/storage/storage.ts";

const HOLD_LOCK = fileURLToPath(new URL("./fixtures/hold-lock.mjs", import.meta.url));

describe("one process per database", () => {
  let folder = "";
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "imagine-bot-lock-"));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await kill(child);
    await rm(folder, { recursive: true, force: true });
  });

  const open = (name = "bot.sqlite") =>
    openStorage({ url: `sqlite:${join(folder, name)}`, clock: systemClock, onUnreadable: () => {} });

  /** Another process that tries to take the lock; gives its first words. */
  const rival = async () => {
    const child = spawn(process.execPath, [HOLD_LOCK, join(folder, "bot.sqlite.lock")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const [words] = await once(child.stdout, "data");
    return { child, words: String(words).trim() };
  };

  it("refuses a database that another process has, with a sentence and a remedy", async () => {
    expect((await rival()).words).toBe("held");
    expect(() => open()).toThrow(
      expect.objectContaining({
        code: "locked",
        message: expect.stringContaining("Another process"),
        remedy: expect.stringContaining("DATABASE_URL"),
      }),
    );
  });

  it("gets the database once the other process was killed without warning", async () => {
    const { child } = await rival();
    await kill(child);
    await open().close();
  });

  it("keeps another process out while open, and lets it in after close", async () => {
    const storage = open();
    expect((await rival()).words).toBe("SQLITE_BUSY");
    await storage.close();
    expect((await rival()).words).toBe("held");
  });

  it("refuses a second storage in this process too, also by another name of the file", async () => {
    const storage = open();
    await mkdir(join(folder, "elsewhere"));
    await symlink(join(folder, "bot.sqlite"), join(folder, "elsewhere", "alias.sqlite"));
    expect(() => open()).toThrow(expect.objectContaining({ code: "locked" }));
    expect(() => open("elsewhere/alias.sqlite")).toThrow(expect.objectContaining({ code: "locked" }));
    await storage.close();
    await open().close();
  });

  it("leaves another database in the same folder alone", async () => {
    const storage = open();
    await open("other.sqlite").close();
    await storage.close();
  });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}
