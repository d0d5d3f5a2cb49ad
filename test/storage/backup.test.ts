import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { backupDatabase } from "../../src/storage/backup.ts";
import { openStorage } from "../../src/storage/storage.ts";
import { aJob } from "../support/builders.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const open = (path: string) =>
  openStorage({ url: `sqlite:${path}`, clock: createFakeClock(), onUnreadable: () => {} });

it("a backup is whole and consistent while the bot has the database open", async () => {
  const folder = mkdtempSync(join(tmpdir(), "backup-"));
  const path = join(folder, "bot.sqlite");
  const storage = open(path);
  for (let n = 0; n < 50; n += 1) await storage.jobs.insert(aJob({ id: `j-${n}`, createdAt: n }));
  backupDatabase(path, join(folder, "copies", "one.sqlite"));
  await storage.jobs.insert(aJob({ id: "later", createdAt: 99 }));

  const copy = open(join(folder, "copies", "one.sqlite"));
  expect(await copy.jobs.history(null, 100)).toHaveLength(50);
  expect(await copy.jobs.open()).toHaveLength(50);
  await copy.close();
  await storage.close();
});

it("a backup never overwrites, and says when there is nothing to copy", () => {
  const folder = mkdtempSync(join(tmpdir(), "backup-"));
  expect(() => backupDatabase(join(folder, "none.sqlite"), join(folder, "copy.sqlite"))).toThrow(
    /no database/,
  );
  const path = join(folder, "bot.sqlite");
  void open(path).close();
  backupDatabase(path, join(folder, "copy.sqlite"));
  expect(() => backupDatabase(path, join(folder, "copy.sqlite"))).toThrow(/is there already/);
});
