import type { Clock } from "../../core/clock.ts";
import type { Ledger, LedgerScope } from "../../core/ledger.ts";
import type { Period } from "../../core/money.ts";
import type { OverviewReader, OverviewReading } from "../../core/overview-reader.ts";
import { FAILURE_NAMES } from "../../core/sentences.ts";
import type { Dashboard, WireBudget, WireHistory, WireLine, WireMoney } from "./page/wire.ts";
import type { Presence } from "./presence.ts";

/** The most that may be spent in a period by the whole bot or one workspace; null: no limit. */
export interface Ceiling {
  readonly scope: Exclude<LedgerScope, { readonly type: "person" }>;
  readonly period: Period;
  readonly microUsd: number | null;
}

export interface DashboardSources {
  readonly overview: OverviewReader;
  readonly presence: Presence;
  /** Null: no ledger is kept. */
  readonly ledger: Pick<Ledger, "spent" | "days"> | null;
  readonly ceilings: () => Promise<readonly Ceiling[]>;
  readonly line: () => WireLine;
  /** Where people can open the message of a key; null: nowhere. */
  readonly linkTo: (platform: string, messageKey: string) => string | null;
  readonly clock: Clock;
}

/** Puts together what the page shows. @throws BotError `store` */
export async function readDashboard(sources: DashboardSources): Promise<Dashboard> {
  const { overview, presence, ledger, line, clock } = sources;
  const reading = await overview.read();
  return {
    now: clock.now(),
    line: line(),
    platforms: presence.list(),
    money: ledger === null ? null : await readMoney(ledger, sources, reading),
    history: historyOf(reading, sources),
  };
}

async function readMoney(
  ledger: Pick<Ledger, "spent" | "days">,
  { ceilings, clock }: DashboardSources,
  { overview }: OverviewReading,
): Promise<WireMoney> {
  const now = clock.now();
  const all = await ceilings();
  const budgetOf = async (scope: Ceiling["scope"]): Promise<WireBudget> => {
    const spent = await ledger.spent(scope, now);
    const of = (period: Period) => ({
      microUsd: spent[period].microUsd,
      ceiling: all.find((one) => one.period === period && isSame(one.scope, scope))?.microUsd ?? null,
    });
    return { day: of("day"), month: of("month") };
  };
  const days = overview.days.map(({ day }) => day);
  const since = Date.parse(days[0] ?? "") || now;
  const spentOn = new Map(
    (await ledger.days({ type: "bot" }, since)).map(({ day, microUsd }) => [day, microUsd]),
  );
  const workspaces = new Set(
    all.flatMap(({ scope, microUsd }) =>
      scope.type === "workspace" && microUsd !== null ? scope.workspace : [],
    ),
  );
  return {
    bot: await budgetOf({ type: "bot" }),
    workspaces: await Promise.all(
      [...workspaces].map(async (workspace) => ({
        workspace,
        budget: await budgetOf({ type: "workspace", workspace }),
      })),
    ),
    days: days.map((day) => ({ day, microUsd: spentOn.get(day) ?? 0 })),
  };
}

function isSame(one: Ceiling["scope"], other: Ceiling["scope"]): boolean {
  if (one.type === "workspace" && other.type === "workspace") return one.workspace === other.workspace;
  return one.type === other.type;
}

function historyOf({ at, cutAt, overview }: OverviewReading, { linkTo }: DashboardSources): WireHistory {
  const { failures, recent, ...rest } = overview;
  return {
    at,
    cutAt,
    ...rest,
    failures: failures.map(({ kind, pictures }) => ({ name: FAILURE_NAMES[kind], pictures })),
    recent: recent.map(({ messageKey, failure, ...request }) => ({
      ...request,
      failure: failure === null ? null : FAILURE_NAMES[failure],
      link: messageKey === null ? null : linkTo(request.platform, messageKey),
    })),
  };
}
