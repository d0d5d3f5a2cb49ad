import type { Alerts } from "./alerts.ts";
import type { Clock } from "./clock.ts";
import type { Ledger } from "./ledger.ts";
import type { ModLog } from "./mod-log.ts";
import type { Policies } from "./policy/policies.ts";
import type { Owners } from "./policy/rights.ts";
import type { PromptCheck, ReadEntry } from "./prompt-check.ts";

/** What the owner's controls share. */
export interface OwnerParts {
  readonly ledger: Ledger;
  readonly policies: Policies;
  readonly promptCheck: PromptCheck;
  /** Reads an entry for the blocklist as an owner typed it. */
  readonly readEntry: ReadEntry;
  readonly modLog: ModLog;
  readonly alerts: Alerts;
  readonly owners: Owners;
  /** What one billable unit costs now, micro-USD. */
  readonly price: () => number;
  /** Ceilings of the whole bot, micro-USD, which only the configuration sets; null: none. */
  readonly botCeilings: { readonly day: number | null; readonly month: number | null };
  readonly clock: Clock;
}
