import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { openStorage } from "../../src/storage/storage.ts";
import { ledgerContract, NO_RULES } from "../contracts/ledger.ts";

const open = (url: string) => openStorage({ url, clock: systemClock, onUnreadable: () => {} });

ledgerContract("SQLite", async () => open("sqlite::memory:").ledger);

const ORDER = {
  job: "a",
  takes: ["a.1"],
  workspace: "discord/g",
  person: "discord/g/1234567890",
  at: Date.UTC(2026, 10, 15),
  microUsd: 45_000,
};

describe("the ledger in a file", () => {
  it("is there again after a restart, and never holds who somebody is", async () => {
    const path = join(await mkdtemp(join(tmpdir(), "ledger-")), "bot.sqlite");
    const first = open(`sqlite:${path}`);
    await first.ledger.reserve(ORDER, NO_RULES);
    await first.close();
    const second = open(`sqlite:${path}`);
    expect((await second.ledger.spent({ type: "bot" }, ORDER.at)).day.pictures).toBe(1);
    await second.close();
    const database = openSqlite(path);
    const rows = [...database.rows("select * from ledger"), ...database.rows("select * from ledger_totals")];
    expect(rows.length).toBeGreaterThan(6);
    expect(JSON.stringify(rows)).not.toContain("1234567890");
    database.close();
  });

  it("fails as loudly as the jobs do", async () => {
    const storage = open("sqlite::memory:");
    await storage.close();
    await expect(storage.ledger.reserve(ORDER, NO_RULES)).rejects.toMatchObject({ code: "store" });
    await expect(storage.ledger.spent({ type: "bot" }, 0)).rejects.toMatchObject({ code: "store" });
  });
});
