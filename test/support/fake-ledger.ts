import type { Ledger, LedgerScope, Spent } from "../../src/core/ledger.ts";
import { type Job, workspaceOf } from "../../src/core/model.ts";
import { periodOf } from "../../src/core/money.ts";

/** What a ledger tells; what was entered is given once, whole. */
export type ToldLedger = Pick<Ledger, "spent" | "days">;

export interface LedgerEntry {
  readonly at: number;
  readonly microUsd: number;
  readonly workspace: string;
}

/** A ledger that knows the bot and its workspaces, and nothing of people. */
export function createFakeLedger(entries: readonly LedgerEntry[]): ToldLedger {
  const within = (scope: LedgerScope) =>
    entries.filter(
      ({ workspace }) => scope.type === "bot" || ("workspace" in scope && scope.workspace === workspace),
    );
  const sum = (some: readonly LedgerEntry[]): Spent => ({
    microUsd: some.reduce((total, { microUsd }) => total + microUsd, 0),
    pictures: some.length,
  });
  return {
    spent: async (scope, at) => {
      const inThe = (period: "day" | "month") =>
        sum(within(scope).filter((entry) => periodOf(period, entry.at) === periodOf(period, at)));
      return { day: inThe("day"), month: inThe("month") };
    },
    days: async (scope, since) => {
      const later = within(scope).filter(({ at }) => at >= since);
      const days = [...new Set(later.map(({ at }) => periodOf("day", at)))].sort();
      return days.map((day) => ({ day, ...sum(later.filter(({ at }) => periodOf("day", at) === day)) }));
    },
  };
}

/** What a ledger would have entered for these jobs: the terms' price for each painted take. */
export function entriesOf(jobs: readonly Job[]): readonly LedgerEntry[] {
  return jobs.flatMap(({ createdAt, terms, takes, requester }) =>
    takes
      .filter(({ state }) => state === "fetched")
      .map(() => ({ at: createdAt, microUsd: terms.microUsd ?? 0, workspace: workspaceOf(requester) })),
  );
}
