import { createHash } from "node:crypto";
import type {
  Ledger,
  LedgerLimit,
  LedgerRules,
  LedgerScope,
  Reservation,
  Reserved,
  Spent,
} from "../core/ledger.ts";
import type { TakeId } from "../core/model.ts";
import { PERIODS, periodEnd, periodOf } from "../core/money.ts";
import { storeCall } from "./failure.ts";
import type { SqliteDatabase, SqlValue } from "./sqlite.ts";

type EntryState = "reserved" | "doubtful" | "settled" | "refunded";

interface Entry {
  readonly take: string;
  readonly workspace: string;
  /** Already a code. */
  readonly person: string;
  readonly at: number;
  readonly microUsd: number;
  readonly state: EntryState;
}

const HOUR_MS = 3_600_000;
const NOTHING: Spent = { microUsd: 0, pictures: 0 };

/**
 * The ledger in the jobs' own database: one row for each take, and running totals by scope and period, which a
 * row's change moves in the same transaction.
 */
export function createLedger(database: SqliteDatabase): Ledger {
  const call = <T>(operation: string, work: () => T): Promise<T> =>
    storeCall({ operation, namespace: "ledger" }, async () => database.transaction(work));

  function entryOf(take: TakeId): Entry | null {
    const sql = "select take, workspace, person, at, micro_usd, state from ledger where take = ?";
    const row = database.rows(sql, take)[0];
    if (row === undefined) return null;
    const [id, workspace, person, at, microUsd, state] = row;
    return {
      take: String(id),
      workspace: String(workspace),
      person: String(person),
      at: Number(at),
      microUsd: Number(microUsd),
      state: String(state) as EntryState,
    };
  }

  /** Moves the totals of every scope and period an entry belongs to. */
  function move(entry: Pick<Entry, "workspace" | "person" | "at">, microUsd: number, pictures: number): void {
    const scopes = ["bot", workspaceKey(entry.workspace), personKey(entry.person)];
    for (const scope of scopes)
      for (const period of PERIODS)
        database.run(
          `insert into ledger_totals (scope, period, micro_usd, pictures) values (?, ?, ?, ?)
          on conflict do update set micro_usd = micro_usd + excluded.micro_usd, pictures = pictures + excluded.pictures`,
          scope,
          periodOf(period, entry.at),
          microUsd,
          pictures,
        );
  }

  function change(take: TakeId, from: readonly EntryState[], to: EntryState, microUsd: number | null): void {
    const entry = entryOf(take);
    if (entry === null || !from.includes(entry.state)) return;
    const amount = microUsd ?? entry.microUsd;
    database.run("update ledger set state = ?, micro_usd = ? where take = ?", to, amount, take);
    const before = entry.state === "refunded" ? NOTHING : { microUsd: entry.microUsd, pictures: 1 };
    const after = to === "refunded" ? NOTHING : { microUsd: amount, pictures: 1 };
    move(entry, after.microUsd - before.microUsd, after.pictures - before.pictures);
  }

  function total(scope: string, period: string): Spent {
    const sql = "select micro_usd, pictures from ledger_totals where scope = ? and period = ?";
    const row = database.rows(sql, scope, period)[0];
    return row === undefined ? NOTHING : { microUsd: Number(row[0]), pictures: Number(row[1]) };
  }

  const count = (sql: string, ...values: readonly SqlValue[]): number =>
    Number(database.rows(`select count(*) from ledger where ${sql}`, ...values)[0]?.[0] ?? 0);
  const lastHour = (person: string, at: number): number =>
    count("person = ? and at > ? and at <= ? and state <> 'refunded'", person, at - HOUR_MS, at);
  const waitingOf = (person: string): number => count("person = ? and state = 'reserved'", person);

  /** The `n`th newest entry of a person that counts, 1 being the newest. */
  function momentOf(person: string, n: number): number | null {
    const sql =
      "select at from ledger where person = ? and state <> 'refunded' order by at desc limit 1 offset ?";
    const row = database.rows(sql, person, n - 1)[0];
    return row === undefined ? null : Number(row[0]);
  }

  /** The first rule that one more job would break. */
  function broken(order: Reservation, person: string, rules: LedgerRules): Reserved {
    const wanted = order.takes.length;
    const refused = (by: LedgerLimit, until: number | null): Reserved => ({ type: "refused", by, until });
    for (const { scope, period, microUsd } of rules.ceilings) {
      const key =
        scope === "bot" ? "bot" : scope === "workspace" ? workspaceKey(order.workspace) : personKey(person);
      const spent = total(key, periodOf(period, order.at)).microUsd + wanted * order.microUsd;
      if (spent > microUsd)
        return refused({ type: "ceiling", scope, period, microUsd }, periodEnd(period, order.at));
    }
    const { perHour, waiting, waitingHere, cooldownMs } = rules;
    const last = cooldownMs === null ? null : momentOf(person, 1);
    if (cooldownMs !== null && last !== null && last + cooldownMs > order.at)
      return refused({ type: "cooldown", most: cooldownMs }, last + cooldownMs);
    if (perHour !== null && lastHour(person, order.at) + wanted > perHour) {
      // Room for all of them once so many of the newest are all that is left within the hour.
      const blocking = perHour < wanted ? null : momentOf(person, perHour - wanted + 1);
      return refused({ type: "per-hour", most: perHour }, blocking === null ? null : blocking + HOUR_MS);
    }
    if (waiting !== null && waitingOf(person) + wanted > waiting)
      return refused({ type: "waiting", most: waiting }, null);
    if (
      waitingHere !== null &&
      count("workspace = ? and state = 'reserved'", order.workspace) + wanted > waitingHere
    )
      return refused({ type: "waiting-here", most: waitingHere }, null);
    return { type: "reserved" };
  }

  function reserve(order: Reservation, rules: LedgerRules): Reserved {
    const { takes, job, workspace, at, microUsd } = order;
    const counts = (take: TakeId) => (entryOf(take)?.state ?? "refunded") !== "refunded";
    if (takes.every(counts)) return { type: "reserved" };
    const person = codeOf(order.person);
    const verdict = broken(order, person, rules);
    if (verdict.type === "refused") return verdict;
    for (const take of takes) {
      const added = database.run(
        `insert into ledger (take, job, workspace, person, at, micro_usd, state)
        values (?, ?, ?, ?, ?, ?, 'reserved')
        on conflict (take) do update set at = excluded.at, micro_usd = excluded.micro_usd, state = excluded.state
        where state = 'refunded'`,
        ...[take, job, workspace, person, at, microUsd],
      );
      if (added > 0) move({ workspace, person, at }, microUsd, 1);
    }
    return verdict;
  }

  return {
    reserve: (order, rules) => call("reserve", () => reserve(order, rules)),
    settle: (take, microUsd) =>
      call("settle", () =>
        change(take, ["reserved", "doubtful", "settled", "refunded"], "settled", microUsd),
      ),
    refund: (take) => call("refund", () => change(take, ["reserved", "doubtful"], "refunded", null)),
    doubt: (take) => call("doubt", () => change(take, ["reserved"], "doubtful", null)),
    pending: () =>
      call("pending", () =>
        database
          .rows("select take, job, at from ledger where state in ('reserved', 'doubtful') order by at, take")
          .map(([take, job, at]) => ({ take: String(take), job: String(job), at: Number(at) })),
      ),
    spent: (scope, at) =>
      call("spent", () => ({
        day: total(keyOf(scope), periodOf("day", at)),
        month: total(keyOf(scope), periodOf("month", at)),
      })),
    activity: (person, at) =>
      call("activity", () => {
        const code = codeOf(person);
        return { lastHour: lastHour(code, at), waiting: waitingOf(code) };
      }),
    days: (scope, since) =>
      call("days", () =>
        database
          .rows(
            `select period, micro_usd, pictures from ledger_totals
            where scope = ? and length(period) = 10 and period >= ? and pictures > 0 order by period`,
            ...[keyOf(scope), periodOf("day", since)],
          )
          .map(([day, microUsd, pictures]) => ({
            day: String(day),
            microUsd: Number(microUsd),
            pictures: Number(pictures),
          })),
      ),
    prune: (before) =>
      call("prune", () => {
        database.run("delete from ledger where at < ? and state <> 'reserved'", before);
        // A month's total goes with its last day.
        database.run(
          "delete from ledger_totals where period < case length(period) when 10 then ? else ? end",
          ...[periodOf("day", before), periodOf("month", before)],
        );
      }),
  };
}

function keyOf(scope: LedgerScope): string {
  switch (scope.type) {
    case "bot":
      return "bot";
    case "workspace":
      return workspaceKey(scope.workspace);
    case "person":
      return personKey(codeOf(scope.person));
  }
}

const workspaceKey = (workspace: string): string => `workspace/${workspace}`;
const personKey = (code: string): string => `person/${code}`;

/** Who spent it is kept as a code, so that the accounts can outlive what is stored about a person. */
function codeOf(person: string): string {
  return createHash("sha256").update(person).digest("base64url").slice(0, 22);
}
