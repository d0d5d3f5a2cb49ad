import { compileBlocklist, readEntry } from "../../src/core/blocklist/blocklist.ts";
import type { OwnerOptions } from "../../src/core/core.ts";
import { blocksRecord, settingsRecord } from "../../src/core/policy/records.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { aPolicy } from "./builders.ts";

/** The owner's controls over a storage, with nothing limited unless a test says so. */
export function ownerOptions(storage: Storage, overrides: Partial<OwnerOptions> = {}): OwnerOptions {
  return {
    ledger: storage.ledger,
    workspaces: storage.records("workspaces", settingsRecord),
    blocks: storage.records("blocks", blocksRecord),
    defaults: aPolicy(),
    botCeilings: { day: null, month: null },
    owners: new Set(),
    alertChannels: [],
    blocklist: [],
    compileBlocklist,
    readEntry,
    price: () => 45_000,
    ...overrides,
  };
}
